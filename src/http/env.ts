import type { Context, Services } from '#domain/context.ts'

/** What a request carries through Hono: the furniture from the start, the verb's context once the dialect's door has opened. */
export interface AppEnv {
  Bindings: Env
  Variables: {
    services: Services
    requestId: string
    ctx: Context
  }
}
