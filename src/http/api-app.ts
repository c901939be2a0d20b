import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { routePath } from 'hono/route'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { AppError } from '#domain/errors.ts'
import { causesOf, refusalOf } from '#domain/refusal.ts'
import { acceptsHtml } from './accept.ts'
import { allowedMethods, methodNotAllowed } from './allowed-methods.ts'
import type { AppEnv } from './env.ts'
import { issuesOf } from './issues.ts'
import { patternOf } from './metrics.ts'

export type ApiApp = OpenAPIHono<AppEnv>

/** How a dialect writes down a refusal. */
export interface ErrorDialect {
  status(error: AppError): ContentfulStatusCode
  body(error: AppError, status: number, c: HonoContext<AppEnv>): object
  notFound(c: HonoContext<AppEnv>): AppError
  /** The same for who asks for HTML, where there are pages. */
  page?(error: AppError, status: number): Response
}

/** An app in which everything that goes wrong, whoever throws it, is answered in the dialect's own words. */
export function createApiApp(dialect: ErrorDialect): ApiApp {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result, c) => {
      if (!result.success) {
        const repeated = (name: string) => result.target === 'query' && (c.req.queries(name)?.length ?? 0) > 1
        throw new AppError('invalid_input', 'The request is not valid', { issues: issuesOf(result.error, repeated) })
      }
    },
  })
  app.onError((thrown, c) => {
    const error = toAppError(thrown)
    if (error.code === 'internal' || error.code === 'unavailable') {
      c.var.services.log(error.code === 'internal' ? 'error' : 'warn', 'request failed', {
        requestId: c.var.requestId,
        method: c.req.method,
        path: loggablePath(c),
        error: causesOf(thrown),
        // Where alone: the message before it is above.
        ...(error.code === 'internal' && { stack: thrown.stack?.match(/^ {4}at .*$/gm)?.join('\n') }),
      })
    }
    const status = dialect.status(error)
    if (error.retryAfterSeconds !== undefined) c.header('Retry-After', String(error.retryAfterSeconds))
    c.header('Cache-Control', 'no-store')
    if (dialect.page !== undefined && acceptsHtml(c.req.header('Accept'))) {
      const { body, headers } = dialect.page(error, status)
      return c.newResponse(body, { status, headers })
    }
    return c.json(dialect.body(error, status, c), status)
  })
  return app
}

/**
 * A mounted app's own `notFound` is ignored by Hono; a last route that throws speaks the dialect: 405 where the path has other
 * methods, else 404. Call after all routes.
 */
export function closeApiApp(app: ApiApp, dialect: ErrorDialect): void {
  const allowed = allowedMethods(app)
  app.all('*', (c) => {
    // The path as the app has it, without what it is mounted under.
    const mount = routePath(c).replace(/\/?\*$/, '')
    const methods = allowed(c.req.path.slice(mount.length) || '/')
    throw methods.length > 0 ? methodNotAllowed(c, methods) : dialect.notFound(c)
  })
}

/** The path, or its pattern where a part of the path is a secret. */
function loggablePath(c: HonoContext<AppEnv>): string {
  const pattern = patternOf(c)
  return pattern.includes(':token') ? pattern : c.req.path
}

function toAppError(thrown: Error): AppError {
  // Hono's own: malformed JSON (400) and a body of the wrong type (415, which says the same thing to a caller).
  if (thrown instanceof HTTPException && thrown.status < 500) {
    return new AppError('invalid_input', thrown.message || 'The request is not valid', { cause: thrown })
  }
  // Such as a body nested so deep that parsing it overflows the stack: the caller's doing, not ours.
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message)) {
    return new AppError('invalid_input', 'The body is nested too deeply', { cause: thrown })
  }
  return refusalOf(thrown)
}
