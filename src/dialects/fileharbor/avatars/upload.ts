import { createRoute, z } from '@hono/zod-openapi'
import { uploadAvatar } from '#domain/avatars/upload.ts'
import { AppError } from '#domain/errors.ts'
import { requireRoom } from '#domain/images/require-room.ts'
import { clientUploader } from '#domain/images/uploader.ts'
import type { ApiApp } from '#http/api-app.ts'
import { issuesOf } from '#http/issues.ts'
import { type Form, readForm } from '#http/multipart.ts'
import { documented } from '#http/openapi.ts'
import { requireApiKey } from '../auth.ts'
import { ACCEPTED, onlyFile } from '../images/upload.ts'
import type { FileHarborWire } from '../links.ts'
import { errorResponses } from '../openapi.ts'
import { wireText } from '../text.ts'
import { Avatar, toAvatar } from './schema.ts'

const AvatarForm = z.strictObject({
  // The other two are steps in a path: no URL could ever name the avatar.
  externalUserId: wireText(255)
    .refine((id) => id !== '.' && id !== '..', 'must not be . or ..')
    .openapi({ description: 'Your own id of the user', example: 'ann' }),
  username: wireText(255).optional(),
})

const route = createRoute({
  operationId: 'uploadAvatar',
  tags: ['avatars'],
  method: 'post',
  path: '/avatars',
  summary: 'Upload a user’s avatar, or replace it',
  security: [{ apiKey: [] }],
  request: {
    body: {
      required: true,
      content: {
        'multipart/form-data': {
          schema: AvatarForm.extend({
            file: z.string().openapi({ format: 'binary', description: 'JPEG, PNG, WebP or GIF' }),
          }),
        },
      },
    },
  },
  responses: {
    201: { description: 'Shown from now on', content: { 'application/json': { schema: Avatar } } },
    ...errorResponses(400, 401, 403, 413, 503),
  },
})

export function registerUploadAvatar(app: ApiApp, wire: FileHarborWire): void {
  documented(app, route, requireApiKey, async (c) => {
    const { ctx } = c.var
    if (!/^multipart\/form-data/i.test(c.req.header('Content-Type') ?? '')) {
      throw new AppError('invalid_input', 'No file uploaded')
    }
    await requireRoom(ctx, clientUploader(ctx, { externalId: null, name: null }))
    const form = await readForm(c.req.raw, { maxFileBytes: ctx.policy.maxFileBytes })
    const { externalUserId, username } = parseFields(form)
    const file = onlyFile(form)
    const avatar = await uploadAvatar(ctx, {
      bytes: file.bytes,
      name: file.name,
      externalId: externalUserId,
      userName: username?.trim() || null,
      accepted: ACCEPTED,
    })
    return c.json(toAvatar(c, wire, avatar, externalUserId), 201)
  })
}

function parseFields(form: Form): z.infer<typeof AvatarForm> {
  const raw: Record<string, unknown> = Object.create(null)
  for (const [name, values] of form.fields) {
    if (name === 'file') throw new AppError('invalid_input', 'No file uploaded')
    if (values.length > 1) throw new AppError('invalid_input', `${name} must be given once`)
    raw[name] = values[0]?.trim()
  }
  if (!raw.externalUserId) throw new AppError('invalid_input', 'externalUserId is required in form data')
  const parsed = AvatarForm.safeParse(raw)
  if (parsed.success) return parsed.data
  throw new AppError('invalid_input', 'The form is not valid', { issues: issuesOf(parsed.error) })
}
