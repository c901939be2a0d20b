import { z } from '@hono/zod-openapi'
import type { ApiApp } from '#http/api-app.ts'

const MESSAGES = {
  400: 'The request is not valid; `message` says what is wrong',
  401: 'Credentials missing, unknown, expired or of a deactivated client or account',
  403: 'Not allowed, or the storage quota is used up',
  404: 'There is no such thing in this client',
  409: 'It would contradict what is there already',
  413: 'The file has too many bytes or pixels',
  429: 'Too many requests; try again after `Retry-After`',
  503: 'Storage or database does not answer; try again after `Retry-After`',
} as const
type Documented = keyof typeof MESSAGES

export const ErrorBody = z
  .object({
    statusCode: z.int(),
    message: z.union([z.string(), z.array(z.string())]),
    errors: z.union([z.string(), z.array(z.string())]).nullable(),
    code: z.string().openapi({ description: 'Stable machine code (additive)' }),
    timestamp: z.iso.datetime(),
    path: z.string(),
  })
  .openapi('Error')

/** The error responses of a route, for its document. */
export function errorResponses<S extends Documented>(...statuses: S[]) {
  const entry = (status: S) => [
    status,
    { description: MESSAGES[status], content: { 'application/json': { schema: ErrorBody } } },
  ]
  return Object.fromEntries(statuses.map(entry)) as Record<
    S,
    { description: string; content: { 'application/json': { schema: typeof ErrorBody } } }
  >
}

/** Publishes the dialect's own document beside its routes. */
export function publishDocument(app: ApiApp, prefix: string): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'adminToken', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'Access token of `POST /admin/auth/login`',
  })
  documentWhatDoorsAnswer(app)
  app.get('/openapi.json', (c) => c.json(fileHarborDocument(app, prefix)))
}

export function fileHarborDocument(app: ApiApp, prefix: string): object {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Picharbor, FileHarbor API', version: '2', license: { name: 'MIT' } },
    servers: [{ url: prefix === '' ? '/' : prefix }],
  })
}

/** Every route needs the database, and one behind a door counts changes and bounds bodies; said here once instead of at each. */
function documentWhatDoorsAnswer(app: ApiApp): void {
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue
    const { responses, request, security, method } = definition.route
    responses[503] ??= errorResponses(503)[503]
    if (method === 'get') continue
    if (security !== undefined) responses[429] ??= errorResponses(429)[429]
    if (request?.body !== undefined) responses[413] ??= errorResponses(413)[413]
  }
}
