import type { MiddlewareHandler } from 'hono'
import { AppError } from '#domain/errors.ts'
import { needsAdministrator } from '#domain/users/first-administrator.ts'
import type { AppEnv } from '#http/env.ts'

const OPEN = /^\/api\/v1\/setup(\/admin)?$/

/** Until there is an administrator nothing can be changed but that (contract section 0.6). */
export const setupGate: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (
    !['GET', 'HEAD', 'OPTIONS'].includes(c.req.method) &&
    !OPEN.test(c.req.path) &&
    (await isClosed(c.var.services))
  ) {
    throw new AppError('conflict', 'setup required')
  }
  await next()
}

/** @throws AppError `unavailable` */
export async function isClosed(services: Parameters<typeof needsAdministrator>[0]): Promise<boolean> {
  try {
    return await needsAdministrator(services)
  } catch (cause) {
    throw new AppError('unavailable', 'failed to read setup status', { cause, retryAfterSeconds: 5 })
  }
}
