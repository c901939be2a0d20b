import type { Context, Services } from '#domain/context.ts'

/** What a request carries through Hono: the furniture from the start, the verb's context once the dialect's door has opened. */
export interface AppEnv {
  Bindings: Env
  Variables: {
    services: Services
    requestId: string
    ctx: Context
    /** Size of what was uploaded, as it was sent. */
    uploadedBytes: number | undefined
    /** A picture is there and was not shown; the answer looks as if it were not. */
    refused: boolean | undefined
  }
}
