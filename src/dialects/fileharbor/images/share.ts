import { createRoute, z } from '@hono/zod-openapi'
import { revokeShareLink, shareImage } from '#domain/images/share.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { requireApiKey } from '../auth.ts'
import { bodyOf, jsonBody, readBody } from '../body.ts'
import { Deleted } from '../envelope.ts'
import { expiresAt, expiresIn, expiryOf } from '../expiry.ts'
import type { FileHarborWire } from '../links.ts'
import { errorResponses } from '../openapi.ts'
import { imageRef, pathParam } from '../refs.ts'
import { userHeader } from '../user-header.ts'

/** Contract section 3.2. */
const ShareLink = z
  .object({
    id: z.uuid(),
    imageId: z.uuid(),
    readToken: z.string().openapi({ description: 'Shown this once' }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    shareUrl: z
      .string()
      .openapi({ description: 'Opens this one image, without a key', example: '/v2/images/share/d9e6be93…' }),
  })
  .openapi('ShareLink')

const ShareBody = jsonBody({ expiresAt, expiresIn }).refine(
  (body) => body.expiresAt === undefined || body.expiresIn === undefined,
  'expiresAt and expiresIn must not both be given',
)

const createShare = createRoute({
  operationId: 'shareImage',
  tags: ['images'],
  method: 'post',
  path: '/images/{id}/share',
  summary: 'Create a share link; for the owner',
  security: [{ apiKey: [] }],
  request: { params: z.object({ id: z.string() }), headers: userHeader, body: bodyOf(ShareBody, false) },
  responses: {
    201: { description: 'The link and its token', content: { 'application/json': { schema: ShareLink } } },
    ...errorResponses(400, 401, 404, 413),
  },
})

const revokeShare = createRoute({
  operationId: 'revokeShareLink',
  tags: ['images'],
  method: 'delete',
  path: '/images/share/{shareId}',
  summary: 'Take a share link back, by its id or its token; for the owner of the image',
  security: [{ apiKey: [] }],
  middleware: requireApiKey,
  request: { params: z.object({ shareId: z.string() }), headers: userHeader },
  responses: {
    200: { description: 'The token opens nothing from now on', content: { 'application/json': { schema: Deleted } } },
    ...errorResponses(400, 401, 404),
  },
})

export function registerShare(app: ApiApp, wire: FileHarborWire): void {
  documented(app, createShare, requireApiKey, async (c) => {
    const body = await readBody(c, ShareBody)
    const { ctx } = c.var
    const link = await shareImage(ctx, imageRef(pathParam(c, 'id')), expiryOf(ctx.now(), body))
    const shown: z.infer<typeof ShareLink> = {
      id: link.uid,
      imageId: link.imageUid,
      readToken: link.token,
      createdAt: link.createdAt.toISOString(),
      expiresAt: link.expiresAt?.toISOString() ?? null,
      shareUrl: `${wire.prefix}/images/share/${link.token}`,
    }
    return c.json(shown, 201)
  })
  app.openapi(revokeShare, async (c) => {
    await revokeShareLink(c.var.ctx, c.req.valid('param').shareId)
    return c.json({ success: true as const, message: 'Share link deleted successfully' }, 200)
  })
}
