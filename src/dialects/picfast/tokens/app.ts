import { createRoute, z } from '@hono/zod-openapi'
import { AppError } from '#domain/errors.ts'
import { type ApiTokenRow, createApiToken, deleteApiToken, listApiTokens } from '#domain/identity/api-tokens.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { signedIn } from '../auth.ts'
import { idParam, numericId, readBody, wireText } from '../body.ts'
import { expiryOf } from '../duration.ts'
import { envelope } from '../envelope.ts'
import { apiTokenExample, newApiTokenExample } from '../examples.ts'
import { bodyOf, done, enveloped, security } from '../openapi.ts'

const SCOPES = ['read', 'write'] as const

const Token = z
  .object({
    id: z.int(),
    name: z.string(),
    token: z.string().optional().openapi({ description: 'Only in the answer that creates it' }),
    scopes: z.array(z.enum(SCOPES)),
    last_used_at: z.iso.datetime().nullable(),
    expires_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
  })
  .openapi('ApiToken')

const NewToken = z.object({
  name: wireText(255).default(''),
  expires_in: wireText(100).optional().openapi({ description: '`30d`, `24h`, `1y`, `never`', example: '90d' }),
  scopes: z.array(z.string()).optional().openapi({ description: '`read`, `write`; both when absent or empty' }),
})

const common = { tags: ['api tokens'], security: security.session }

const list = createRoute({
  ...common,
  operationId: 'listApiTokens',
  method: 'get',
  path: '/api-tokens',
  summary: 'Your API tokens',
  responses: { 200: enveloped(z.array(Token), 'Newest first', [apiTokenExample]) },
})

const create = createRoute({
  ...common,
  operationId: 'createApiToken',
  method: 'post',
  path: '/api-tokens',
  summary: 'Make a token for a program; it is shown this once',
  request: {
    body: bodyOf(NewToken, { name: apiTokenExample.name, expires_in: '90d', scopes: apiTokenExample.scopes }),
  },
  responses: { 201: enveloped(Token, 'Created', newApiTokenExample, 'created') },
})

const remove = createRoute({
  ...common,
  operationId: 'deleteApiToken',
  method: 'delete',
  path: '/api-tokens/{id}',
  summary: 'Delete a token; it holds no longer',
  request: { params: idParam },
  responses: { 200: done('Deleted', 'token deleted') },
})

/** Behind the sign-in alone: a token never manages tokens. */
export function registerApiTokens(app: ApiApp): void {
  documented(app, list, signedIn, async (c) => {
    const rows = await listApiTokens(c.var.ctx)
    return c.json(envelope(rows.map(toToken)), 200)
  })
  documented(app, create, signedIn, async (c) => {
    const { ctx } = c.var
    const body = await readBody(c, NewToken)
    const name = body.name.trim()
    if (name === '') throw new AppError('invalid_input', 'name is required')
    const scopes = scopesOf(body.scopes ?? [])
    const { row, token } = await createApiToken(ctx, { name, scopes, expiresAt: expiryOf(ctx.now(), body.expires_in) })
    return c.json(envelope({ ...toToken(row), token }, 'created'), 201)
  })
  documented(app, remove, signedIn, async (c) => {
    await deleteApiToken(c.var.ctx, numericId(c.req.param('id'), 'invalid token id'))
    return c.json(envelope({}, 'token deleted'), 200)
  })
}

function scopesOf(wish: readonly string[]): ('read' | 'write')[] {
  const unknown = wish.find((scope) => scope !== 'read' && scope !== 'write')
  if (unknown !== undefined) throw new AppError('invalid_input', `invalid scope: ${unknown}`)
  return wish.length === 0 ? [...SCOPES] : SCOPES.filter((scope) => wish.includes(scope))
}

function toToken(row: ApiTokenRow): z.infer<typeof Token> {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
    expires_at: row.expiresAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
  }
}
