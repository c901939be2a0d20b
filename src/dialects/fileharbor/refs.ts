import type { Context as HonoContext } from 'hono'
import type { ImageRef } from '#domain/refs.ts'
import type { AppEnv } from '#http/env.ts'

/** FileHarbor's ids are uuids; what is none names nothing, which is a 404, never a 400. */
export function imageRef(id: string): ImageRef {
  return { by: 'uid', value: id }
}

/** A path parameter of a route whose handler reads the request itself. */
export function pathParam(c: HonoContext<AppEnv>, name: string): string {
  return c.req.param(name) ?? ''
}
