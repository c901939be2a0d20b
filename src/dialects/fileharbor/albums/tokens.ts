import { createRoute, z } from '@hono/zod-openapi'
import { requireOwnAlbum } from '#domain/albums/find.ts'
import { issueAlbumToken, revokeAlbumToken, revokeAlbumTokens } from '#domain/albums/tokens.ts'
import type { AlbumRef } from '#domain/refs.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { requireApiKey } from '../auth.ts'
import { bodyOf, jsonBody, readBody } from '../body.ts'
import { Deleted } from '../envelope.ts'
import { expiresIn, expiresInDays, expiryOf } from '../expiry.ts'
import type { FileHarborWire } from '../links.ts'
import { errorResponses } from '../openapi.ts'
import { pathParam } from '../refs.ts'
import { userHeader } from '../user-header.ts'

/** Contract section 3.5; `id` is ours: it revokes without the token being written into a URL. */
const AlbumToken = z
  .object({
    id: z.uuid(),
    token: z.string().openapi({ description: 'Shown this once' }),
    albumId: z.uuid(),
    expiresAt: z.iso.datetime().nullable(),
    url: z.string().openapi({ description: 'Opens the album, without a key', example: '/v2/albums/shared/afc918d3…' }),
  })
  .openapi('AlbumToken')

const RevokedAll = Deleted.extend({ count: z.int() }).openapi('TokensRevoked')

const TokenBody = jsonBody({ expiresIn, expiresInDays }).refine(
  (body) => body.expiresIn === undefined || body.expiresInDays === undefined,
  'expiresIn and expiresInDays must not both be given',
)

/** The reference says `/tokens`, FileHarbor's own code `/token`. */
const COLLECTIONS = [
  { path: '/albums/{id}/tokens', suffix: '' },
  { path: '/albums/{id}/token', suffix: 'Alias' },
] as const
type Collection = (typeof COLLECTIONS)[number]

const common = { tags: ['albums'], security: [{ apiKey: [] }] }
const params = z.object({ id: z.string() })

const issue = ({ path, suffix }: Collection) =>
  createRoute({
    ...common,
    operationId: `createAlbumToken${suffix}`,
    method: 'post',
    path,
    summary: 'Create a token that opens the album and its images; for the owner',
    request: { params, headers: userHeader, body: bodyOf(TokenBody, false) },
    responses: {
      201: { description: 'The token', content: { 'application/json': { schema: AlbumToken } } },
      ...errorResponses(400, 401, 403, 404, 413),
    },
  })

const revokeAll = ({ path, suffix }: Collection) =>
  createRoute({
    ...common,
    operationId: `revokeAlbumTokens${suffix}`,
    method: 'delete',
    path,
    summary: 'Take back all tokens of the album; for the owner',
    middleware: requireApiKey,
    request: { params, headers: userHeader },
    responses: {
      200: { description: 'None opens it from now on', content: { 'application/json': { schema: RevokedAll } } },
      ...errorResponses(400, 401, 403, 404),
    },
  })

const revoke = createRoute({
  ...common,
  operationId: 'revokeAlbumToken',
  method: 'delete',
  path: '/albums/{id}/tokens/{token}',
  summary: 'Take back one token, by itself or its id; for the owner',
  middleware: requireApiKey,
  request: { params: z.object({ id: z.string(), token: z.string() }), headers: userHeader },
  responses: {
    200: { description: 'It opens nothing from now on', content: { 'application/json': { schema: Deleted } } },
    ...errorResponses(400, 401, 403, 404),
  },
})

const refOf = (id: string): AlbumRef => ({ by: 'uid', value: id })

export function registerAlbumTokens(app: ApiApp, wire: FileHarborWire): void {
  for (const collection of COLLECTIONS) {
    documented(app, issue(collection), requireApiKey, async (c) => {
      const body = await readBody(c, TokenBody)
      const { ctx } = c.var
      const album = await requireOwnAlbum(ctx, refOf(pathParam(c, 'id')), 'create tokens for')
      const grant = await issueAlbumToken(ctx, album, expiryOf(ctx.now(), body))
      const shown: z.infer<typeof AlbumToken> = {
        id: grant.uid,
        token: grant.token,
        albumId: album.uid,
        expiresAt: grant.expiresAt?.toISOString() ?? null,
        url: `${wire.prefix}/albums/shared/${grant.token}`,
      }
      return c.json(shown, 201)
    })
    app.openapi(revokeAll(collection), async (c) => {
      const { ctx } = c.var
      const album = await requireOwnAlbum(ctx, refOf(c.req.valid('param').id), 'revoke tokens of')
      const count = await revokeAlbumTokens(ctx, album)
      return c.json({ success: true as const, message: 'Album tokens revoked successfully', count }, 200)
    })
  }
  app.openapi(revoke, async (c) => {
    const { ctx } = c.var
    const { id, token } = c.req.valid('param')
    await revokeAlbumToken(ctx, await requireOwnAlbum(ctx, refOf(id), 'revoke tokens of'), token)
    return c.json({ success: true as const, message: 'Album token revoked successfully' }, 200)
  })
}
