import { createRoute, z } from '@hono/zod-openapi'
import { findTenantAlbum } from '#domain/albums/find.ts'
import { AppError } from '#domain/errors.ts'
import { requireRoom } from '#domain/images/require-room.ts'
import { uploadImage } from '#domain/images/upload.ts'
import { clientUploader } from '#domain/images/uploader.ts'
import type { ApiApp } from '#http/api-app.ts'
import { issuesOf } from '#http/issues.ts'
import { type Form, type FormFile, readForm } from '#http/multipart.ts'
import { documented } from '#http/openapi.ts'
import { requireApiKey } from '../auth.ts'
import { wireBoolean } from '../booleans.ts'
import { formFields } from '../form-fields.ts'
import { type FileHarborWire, imageLinks } from '../links.ts'
import { errorResponses } from '../openapi.ts'
import { Image, toImage } from './schema.ts'

export const ACCEPTED = ['jpeg', 'png', 'webp', 'gif'] as const

const text = (max: number) =>
  z
    .string()
    .max(max, `must be at most ${max} characters`)
    .refine((value) => !value.includes('\0'), 'must not contain NUL')

const UploadForm = z.strictObject({
  albumId: text(255).optional().openapi({ description: 'Album id, ours or the one of your own system' }),
  tags: z
    .array(text(100))
    .max(100, 'must contain at most 100 tags')
    .default([])
    .openapi({ description: 'Repeat the field, or separate by commas' }),
  description: text(10_000).optional(),
  isPrivate: wireBoolean.default(false).openapi({ type: 'boolean' }),
  userId: text(255).optional().openapi({ description: 'Your own id of the uploading user; wins over X-User-Id' }),
  username: text(255).optional(),
})

const route = createRoute({
  operationId: 'uploadImage',
  tags: ['images'],
  method: 'post',
  path: '/images',
  summary: 'Upload an image',
  security: [{ apiKey: [] }],
  request: {
    body: {
      required: true,
      content: {
        'multipart/form-data': {
          schema: UploadForm.extend({
            file: z.string().openapi({ format: 'binary', description: 'JPEG, PNG, WebP or GIF' }),
          }),
        },
      },
    },
  },
  responses: {
    201: { description: 'Stored', content: { 'application/json': { schema: Image } } },
    ...errorResponses(400, 401, 403, 404, 413, 503),
  },
})

export function registerUpload(app: ApiApp, wire: FileHarborWire): void {
  documented(app, route, requireApiKey, async (c) => {
    const { ctx } = c.var
    // FileHarbor's wording for a JSON body and for a form without a file is the same.
    if (!/^multipart\/form-data/i.test(c.req.header('Content-Type') ?? '')) {
      throw new AppError('invalid_input', 'No file uploaded')
    }
    await requireRoom(ctx, clientUploader(ctx, { externalId: null, name: null }))
    const form = await readForm(c.req.raw, { maxFileBytes: ctx.policy.maxFileBytes })
    const fields = parseFields(form)
    const file = onlyFile(form)
    const albumId = fields.albumId === undefined ? null : (await findTenantAlbum(ctx, fields.albumId)).id
    const image = await uploadImage(ctx, {
      bytes: file.bytes,
      name: file.name,
      uploader: clientUploader(ctx, {
        externalId: fields.userId?.trim() || null,
        name: fields.username?.trim() || null,
      }),
      accepted: ACCEPTED,
      visibility: fields.isPrivate ? 'private' : 'public',
      tags: fields.tags,
      description: fields.description ?? null,
      albumId,
    })
    return c.json(toImage(image, imageLinks(c, wire, image.uid)), 201)
  })
}

/** One file, named `file`: a second one, or one under another name, is refused rather than silently dropped. */
export function onlyFile(form: Form): FormFile {
  const stray = [...form.files.keys()].find((name) => name !== 'file')
  if (stray !== undefined) throw new AppError('invalid_input', `Unexpected file field - ${stray}`)
  const files = form.files.get('file') ?? []
  if (files.length > 1) throw new AppError('invalid_input', 'Only one file can be uploaded')
  const [file] = files
  if (file === undefined) throw new AppError('invalid_input', 'No file uploaded')
  return file
}

function parseFields(form: Form): z.infer<typeof UploadForm> {
  const { values, tags } = formFields(form)
  // A text part named `file` is a file without a file name: FileHarbor's clients never send it, other tools do by mistake.
  if ('file' in values) throw new AppError('invalid_input', 'No file uploaded')
  const unique = [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))]
  const parsed = UploadForm.safeParse({ ...values, tags: unique })
  if (parsed.success) return parsed.data
  throw new AppError('invalid_input', 'The form is not valid', { issues: issuesOf(parsed.error) })
}
