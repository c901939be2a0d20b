import { cors } from 'hono/cors'
import { methodNotAllowed } from './allowed-methods.ts'
import type { ApiApp } from './api-app.ts'

const METHODS = ['GET', 'HEAD', 'OPTIONS']

/** What else is asked of a path of pictures than to read it: a preflight from any page, and methods it does not have. */
export function readOnly(app: ApiApp, path: string): void {
  app.options(
    path,
    cors({
      origin: '*',
      allowMethods: ['GET', 'HEAD'],
      allowHeaders: ['Authorization', 'Range', 'If-None-Match', 'If-Match', 'If-Range', 'X-API-Token'],
      maxAge: 86_400,
    }),
  )
  app.all(path, (c) => {
    throw methodNotAllowed(c, METHODS)
  })
}
