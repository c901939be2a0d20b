import { z } from '@hono/zod-openapi'

/** `{ status: true, message, data }`: contract section 0.1. */
export function envelopeOf<T extends z.ZodType>(data: T) {
  return z.object({ status: z.literal(true), message: z.string(), data })
}

export function envelope<T>(data: T, message = 'success'): { status: true; message: string; data: T } {
  return { status: true, message, data }
}
