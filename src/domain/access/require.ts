import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import type { TenantPrincipal } from './principal.ts'

/** @throws AppError `unauthenticated` when the caller is no client's back end */
export function requireTenant(ctx: Pick<Context, 'principal'>): TenantPrincipal {
  if (ctx.principal.kind === 'tenant') return ctx.principal
  throw new AppError('unauthenticated', 'API key required (X-API-Key header)')
}
