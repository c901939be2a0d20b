import { createRoute, z } from '@hono/zod-openapi'
import { requireRole } from '#domain/access/roles.ts'
import { requireAlbumOf } from '#domain/albums/find-in-reach.ts'
import { requireRoom } from '#domain/images/require-room.ts'
import { uploadImages } from '#domain/images/upload-many.ts'
import { administratorUploader } from '#domain/images/uploader.ts'
import { requireTenantByUid } from '#domain/tenants/record.ts'
import type { ApiApp } from '#http/api-app.ts'
import { clientAddress } from '#http/client-address.ts'
import { readForm } from '#http/multipart.ts'
import { documented } from '#http/openapi.ts'
import { Image, toImage } from '../../images/schema.ts'
import { type FileHarborWire, imageLinks } from '../../links.ts'
import { errorResponses } from '../../openapi.ts'
import { behindDoor, requireSignIn } from '../door.ts'
import { fieldsOf, filesOf, UploadFields } from './form.ts'

const ACCEPTED = ['jpeg', 'png', 'webp', 'gif'] as const
const MOST_FILES = 20
/** What is held in memory at once: the isolate has 128 MB for everybody. */
const MOST_BYTES = 32 * 1024 * 1024

const binary = z.string().openapi({ format: 'binary', description: 'JPEG, PNG, WebP or GIF' })
const { middleware: _, ...common } = behindDoor('admin images')

const route = createRoute({
  ...common,
  operationId: 'adminUploadImage',
  method: 'post',
  path: '/admin/images',
  summary: 'Upload for a client: `file` answers one image, `files` an array; all are stored or none',
  request: {
    body: {
      required: true,
      content: {
        'multipart/form-data': {
          schema: z.object({ ...UploadFields.shape, file: binary.optional(), files: z.array(binary).optional() }),
        },
      },
    },
  },
  responses: {
    201: { description: 'Stored', content: { 'application/json': { schema: z.union([Image, z.array(Image)]) } } },
    ...errorResponses(400, 401, 403, 404, 413, 503),
  },
})

export function registerUploadImages(app: ApiApp, wire: FileHarborWire): void {
  documented(app, route, requireSignIn, async (c) => {
    const { ctx } = c.var
    // Before a byte of the body is read.
    requireRole(ctx, 'admin')
    const { maxFileBytes } = ctx.policy
    const form = await readForm(c.req.raw, { maxFileBytes, maxTotalBytes: Math.max(maxFileBytes, MOST_BYTES) })
    const fields = fieldsOf(form)
    const { name, files } = filesOf(form, MOST_FILES)
    const tenant = await requireTenantByUid(ctx, fields.clientId)
    const album = fields.albumId === undefined ? null : await requireAlbumOf(ctx, tenant.id, fields.albumId)
    const uploader = administratorUploader(ctx, tenant, {
      externalId: fields.externalUserId?.trim() || null,
      name: null,
      ip: clientAddress(c),
    })
    await requireRoom(ctx, uploader)
    const images = await uploadImages(
      ctx,
      files.map((file) => ({
        bytes: file.bytes,
        name: file.name,
        uploader,
        accepted: ACCEPTED,
        visibility: fields.isPrivate ? ('private' as const) : ('public' as const),
        tags: fields.tags,
        description: fields.description ?? null,
        albumId: album?.id ?? null,
      })),
    )
    const answers = images.map((image) => toImage(image, imageLinks(c, wire, image.uid)))
    return c.json(name === 'file' ? answers[0] : answers, 201)
  })
}
