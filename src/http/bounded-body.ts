import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { AppError } from '#domain/errors.ts'
import type { AppEnv } from './env.ts'
import { MAX_JSON_BYTES } from './json.ts'

const bounded = bodyLimit({
  maxSize: MAX_JSON_BYTES,
  onError: () => {
    throw new AppError('too_large', `The body exceeds the maximum of ${MAX_JSON_BYTES} bytes`)
  },
})

/** For routes whose validator reads the whole body; forms have a limit of their own (multipart.ts). */
export const boundedBody: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (/^multipart\//i.test(c.req.header('Content-Type') ?? '')) return next()
  return bounded(c, next)
}
