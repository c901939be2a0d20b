import { cors } from 'hono/cors'
import type { ApiApp } from './api-app.ts'

/** What any page may read, with whatever headers; `completeMethods` refuses the rest. */
export function readableAnywhere(app: ApiApp, path: string): void {
  app.options(
    path,
    cors({
      origin: '*',
      allowMethods: ['GET', 'HEAD'],
      allowHeaders: ['Authorization', 'Range', 'If-None-Match', 'If-Match', 'If-Range', 'X-API-Token'],
      maxAge: 86_400,
    }),
  )
}
