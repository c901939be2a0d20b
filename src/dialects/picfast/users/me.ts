import { createRoute, z } from '@hono/zod-openapi'
import { ownAccount, updateOwnAccount } from '#domain/accounts/own.ts'
import type { Account } from '#domain/accounts/register.ts'
import { AppError } from '#domain/errors.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { scoped, signedIn } from '../auth.ts'
import { readBody, wireText } from '../body.ts'
import { envelope } from '../envelope.ts'
import { meExample } from '../examples.ts'
import { bodyOf, enveloped, security } from '../openapi.ts'
import { checkSettings } from './settings.ts'

/** Contract section 3.8, with what 3.9 shows beside it. */
const Me = z
  .object({
    id: z.int(),
    email: z.string(),
    name: z.string(),
    role: z.enum(['admin', 'user']),
    status: z.int().min(0).max(1).openapi({ description: '0 frozen, 1 active' }),
    capacity_bytes: z.int().openapi({ description: '0 is unlimited' }),
    used_bytes: z.int(),
    image_num: z.int(),
    album_num: z.int(),
    settings: z.record(z.string(), z.unknown()),
    email_verified: z.boolean(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('Me')

export function toMe(account: Account): z.infer<typeof Me> {
  return {
    id: account.id,
    email: account.email ?? '',
    name: account.name ?? '',
    role: account.role === 'admin' || account.role === 'super_admin' ? 'admin' : 'user',
    status: account.active ? 1 : 0,
    capacity_bytes: account.capacityBytes,
    used_bytes: account.usedBytes,
    image_num: account.imageCount,
    album_num: account.albumCount,
    settings: account.settings,
    email_verified: account.emailVerifiedAt !== null,
    created_at: account.createdAt.toISOString(),
    updated_at: account.updatedAt.toISOString(),
  }
}

const get = createRoute({
  operationId: 'getMe',
  tags: ['user'],
  method: 'get',
  path: '/users/me',
  summary: 'Your account',
  security: security.token,
  responses: { 200: enveloped(Me, 'Account', meExample) },
})

const Changes = z.object({
  name: wireText(1000).optional(),
  password: wireText(10_000).optional().openapi({ description: '8 to 72 bytes; signs you out everywhere but here' }),
  settings: z
    .record(z.string(), z.unknown())
    .optional()
    .openapi({
      description: [
        'Replaces all of them: `default_strategy`, `default_album`, `default_permission` (0 or 1), `language`, and',
        '`image_processing`, which is done to what you upload: `image_save_quality` (1 to 100), `image_save_format` (empty or',
        '`origin`, `jpeg`, `jpg`, `png`, `webp`), `is_enable_watermark` with `watermark_configs` {`text`, `position`',
        '(`top-left`, `top-right`, `bottom-left`, `bottom-right`, `center`), `font_size` (8 to 200), `color` (`#RRGGBB`,',
        '`#RRGGBBAA`, a CSS name), `opacity` (0 to 1)}. `is_strip_exif` is taken and changes nothing: metadata always goes.',
      ].join(' '),
      example: {
        image_processing: {
          image_save_quality: 85,
          image_save_format: 'webp',
          is_enable_watermark: true,
          watermark_configs: { text: '© Ada Lovelace', position: 'bottom-right', font_size: 32, opacity: 0.8 },
        },
      },
    }),
})

const put = createRoute({
  operationId: 'updateMe',
  tags: ['user'],
  method: 'put',
  path: '/users/me',
  summary: 'Change your name, password or settings',
  security: security.session,
  request: { body: bodyOf(Changes, { name: meExample.name, settings: meExample.settings }) },
  responses: { 200: enveloped(Me, 'As it is now', meExample) },
})

const MIN_PASSWORD = 8

export function registerMe(app: ApiApp): void {
  documented(app, get, scoped('read'), async (c) => c.json(envelope(toMe(await ownAccount(c.var.ctx))), 200))
  documented(app, put, signedIn, async (c) => {
    const { name, password, settings } = await readBody(c, Changes)
    if (password !== undefined && password.length < MIN_PASSWORD) {
      throw new AppError('invalid_input', `password must be at least ${MIN_PASSWORD} characters`)
    }
    if (settings !== undefined) checkSettings(settings)
    const account = await updateOwnAccount(c.var.ctx, {
      ...(name !== undefined && { name }),
      ...(password !== undefined && { password }),
      ...(settings !== undefined && { settings }),
    })
    return c.json(envelope(toMe(account)), 200)
  })
}
