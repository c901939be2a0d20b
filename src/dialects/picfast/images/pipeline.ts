import { createRoute, z } from '@hono/zod-openapi'
import { requireImageForPerson } from '#domain/images/find-for-person.ts'
import { PROCESSING_OUTCOMES, wasProcessed } from '#domain/images/process.ts'
import type { ImageRecord } from '#domain/images/record.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { scoped } from '../auth.ts'
import { envelope } from '../envelope.ts'
import { imageExample } from '../examples.ts'
import { enveloped, security } from '../openapi.ts'

export const Pipeline = z
  .object({
    upload: z.literal('completed'),
    processing: z.enum(['completed', 'skipped']),
    processing_result: z.enum(PROCESSING_OUTCOMES).nullable().openapi({
      description:
        'What came of the uploader’s processing settings, and why they were skipped; null when there were none',
    }),
    original_size: z.int().nullable().openapi({ description: 'Bytes of the file as it was sent' }),
    stored_size: z.int(),
    thumbnail: z.enum(['completed', 'failed']),
    moderation: z.enum(['approved', 'pending', 'rejected']),
    updated_at: z.iso.datetime(),
  })
  .openapi('Pipeline')

const route = createRoute({
  operationId: 'getImagePipeline',
  tags: ['images'],
  method: 'get',
  path: '/images/{key}/pipeline',
  summary: 'How far the processing of an image is: all of it happens before the upload is answered',
  security: security.token,
  request: { params: z.object({ key: z.string() }) },
  responses: {
    200: enveloped(Pipeline, 'Stages', {
      upload: 'completed',
      processing: 'completed',
      processing_result: 'processed',
      original_size: 524_288,
      stored_size: imageExample.size_bytes,
      thumbnail: 'completed',
      moderation: 'approved',
      updated_at: imageExample.updated_at,
    }),
  },
})

/** How far an image is. */
export function stagesOf(image: ImageRecord): z.infer<typeof Pipeline> {
  return {
    upload: 'completed',
    processing: wasProcessed(image) ? 'completed' : 'skipped',
    processing_result: image.processing,
    original_size: image.receivedBytes,
    stored_size: image.bytes,
    // Made when it is first asked for, from a picture that was proved to decode.
    thumbnail: 'completed',
    moderation: image.moderation,
    updated_at: image.updatedAt.toISOString(),
  }
}

export function registerPipeline(app: ApiApp): void {
  documented(app, route, scoped('read'), async (c) => {
    const image = await requireImageForPerson(c.var.ctx, c.req.param('key') ?? '')
    return c.json(envelope(stagesOf(image)), 200)
  })
}
