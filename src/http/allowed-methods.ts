import type { Context as HonoContext } from 'hono'
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
export function allowedMethods(app: ApiApp): (path: string) => string[] {
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
