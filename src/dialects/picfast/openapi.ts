import { z } from '@hono/zod-openapi'
import type { ApiApp } from '#http/api-app.ts'
import { VERSION } from '#http/version.ts'
import { envelope, envelopeOf } from './envelope.ts'

const MESSAGES = {
  400: 'The request is not valid; `message` says what is wrong',
  401: 'Credentials missing, unknown or expired',
  403: 'Not allowed, or the storage quota is used up (`code: quota_exceeded`)',
  404: 'There is no such thing, or not for you',
  409: 'It would contradict what is there already',
  413: 'The file has too many bytes or pixels',
  415: 'Not a type that is accepted here',
  422: 'The file claims a type and breaks its rules',
  429: 'Too many requests; try again after `Retry-After`',
  503: 'A part this needs does not work now; try again after `Retry-After`',
} as const
export type Failure = keyof typeof MESSAGES

export const ErrorBody = z
  .object({
    status: z.literal(false),
    message: z.string(),
    data: z.record(z.string(), z.array(z.string())).openapi({ description: 'What is wrong, by field' }),
    error: z.string().openapi({ description: 'The message again, for clients that read it there' }),
    code: z.string().openapi({ description: 'Stable machine code' }),
  })
  .openapi('Error', {
    example: { status: false, message: 'not found', data: {}, error: 'not found', code: 'not_found' },
  })

/** A JSON answer without the envelope. */
export function json<T extends z.ZodType>(schema: T, description: string, example: z.input<T>) {
  return { description, content: { 'application/json': { schema, example } } }
}

/** A JSON answer in the envelope. */
export function enveloped<T extends z.ZodType>(
  data: T,
  description: string,
  example: z.input<T>,
  message: 'success' | 'created' = 'success',
) {
  const schema = envelopeOf(data)
  return json(schema, description, envelope(example, message) as z.input<typeof schema>)
}

/** An answer whose message says it all. */
export function done(description: string, message: string) {
  return json(envelopeOf(z.object({})), description, envelope({}, message))
}

export function failures(...statuses: Failure[]) {
  const answer = (status: Failure) => ({
    description: MESSAGES[status],
    content: { 'application/json': { schema: ErrorBody } },
  })
  return Object.fromEntries(statuses.map((status) => [status, answer(status)]))
}

/** The same where a browser is shown a page. */
export function pageFailures(...statuses: Failure[]) {
  const html = { 'text/html': { schema: z.string() } }
  return Object.fromEntries(
    Object.entries(failures(...statuses)).map(([status, answer]) => [
      status,
      { ...answer, content: { ...answer.content, ...html } },
    ]),
  )
}

/** The `request.body` of a route whose handler calls `readBody`. */
export function bodyOf<T extends z.ZodType>(schema: T, example: z.input<T>, required = true) {
  return { required, content: { 'application/json': { schema, example } } }
}

/** For routes that are not below `/api/v1`. */
export const AT_ROOT = { servers: [{ url: '/' }] }

const SESSION = [{ session: [] as string[] }]
const TOKEN = [{ session: [] as string[] }, { apiToken: [] as string[] }]
const OPTIONAL = [...TOKEN, {}]

/** Who may call a route, for its document: somebody signed in, their programs too, or guests as well. */
export const security = { session: SESSION, token: TOKEN, optional: OPTIONAL } as const

/**
 * The dialect's document; PicFast's reference has it at the root of the worker.
 *
 * @param origins under which the API is reached, the one to use first
 */
export function picFastDocument(app: ApiApp, origins: readonly string[]): ReturnType<ApiApp['getOpenAPI31Document']> {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Picharbor, PicFast API', version: VERSION, license: { name: 'MIT' } },
    servers: origins.map((origin) => ({ url: `${origin}/api/v1` })),
    'x-mcp-endpoint': '/mcp',
    'x-mcp-transport': 'streamable-http',
  })
}

/** What every door may answer, said here once instead of at each route; call after all routes. */
export function completeDocument(app: ApiApp): void {
  const scheme = (description: string) => ({ type: 'http', scheme: 'bearer', description }) as const
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', scheme('Access token of `POST /auth/login`'))
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiToken', scheme('`img_…` token, with its scopes'))
  app.openAPIRegistry.register('Error', ErrorBody)
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue
    const { responses, request, path, method } = definition.route
    const reads = method === 'get'
    const may: Failure[] = [
      ...(definition.route.security === undefined ? [] : ([401, 403] as const)),
      ...(reads ? [] : ([409, 429] as const)),
      ...(request?.body === undefined ? [] : ([400, 413] as const)),
      ...(path.includes('{') ? ([400, 404] as const) : []),
      503,
    ]
    for (const [status, answer] of Object.entries(failures(...may))) responses[status] ??= answer
  }
}
