import type { Hono, Context as HonoContext, MiddlewareHandler } from 'hono'
import { AppError } from '#domain/errors.ts'
import type { ApiApp } from './api-app.ts'
import type { AppEnv } from './env.ts'

/** A route of Hono's as a pattern for paths: `:id`, `:file{.+}` and `*` are its only signs. */
function patternOf(path: string): RegExp {
  const source = path.replace(
    /:(\w+)(?:\{((?:[^{}]|\{[^{}]*\})+)\})?|\*|[.+?^$()|[\]\\]/g,
    (sign, name?: string, own?: string) => {
      if (name !== undefined) return own === undefined ? '[^/]+' : `(?:${own})`
      return sign === '*' ? '.*' : `\\${sign}`
    },
  )
  return new RegExp(`^${source}$`)
}

/** Tells for a path of `app` which methods it has; made once, after all routes. */
export function allowedMethods(app: Hono<AppEnv>): (path: string) => string[] {
  const routes = app.routes
    // Middleware and catch-alls answer to every method, and make no path known.
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => ({ method, pattern: patternOf(path) }))
  return (path) => {
    const methods = new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))
    if (methods.has('GET')) methods.add('HEAD')
    if (methods.size > 0) methods.add('OPTIONS')
    return [...methods].sort()
  }
}

/** RFC 9110 §15.5.6: the answer to a method the path does not have names those it has. */
export function methodNotAllowed(c: HonoContext<AppEnv>, allowed: readonly string[]): AppError {
  c.header('Allow', allowed.join(', '))
  return new AppError('method_not_allowed', `${c.req.method} is not allowed here; allowed are ${allowed.join(', ')}`)
}

/**
 * For an app at the root that leaves what it does not know to others: each path it has answers OPTIONS, and methods the path does
 * not have 405. Call after all its routes.
 */
export function completeMethods(app: ApiApp): void {
  const allowed = allowedMethods(app)
  const own = app.routes.filter(({ method }) => method !== 'ALL').map(({ path }) => path)
  for (const path of new Set(own)) {
    app.all(path, (c) => {
      if (c.req.method === 'OPTIONS') return c.body(null, 204)
      throw methodNotAllowed(c, allowed(c.req.path))
    })
  }
}

/** RFC 9110 §9.3.7: an answer to OPTIONS names the methods its path has, whoever answers. Of the whole app, mounted ones and all. */
export function nameMethods(app: Hono<AppEnv>): MiddlewareHandler<AppEnv> {
  let allowed: ReturnType<typeof allowedMethods> | undefined
  return async (c, next) => {
    await next()
    if (c.req.method !== 'OPTIONS' || !c.res.ok || c.res.headers.has('Allow')) return
    // Only now are all routes there.
    allowed ??= allowedMethods(app)
    const methods = allowed(c.req.path)
    if (methods.length > 0) c.res.headers.set('Allow', methods.join(', '))
  }
}
