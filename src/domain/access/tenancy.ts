import { type Column, eq, type SQL, sql } from 'drizzle-orm'
import type { Context } from '#domain/context.ts'

/** Whose rows the caller may list at all, as a condition on a table's tenant column; undefined for everybody's. */
export function tenancy(ctx: Pick<Context, 'principal'>, tenantId: Column): SQL | undefined {
  const { principal } = ctx
  switch (principal.kind) {
    case 'system':
      return undefined
    case 'tenant':
      return eq(tenantId, principal.tenant.id)
    case 'guest':
      return sql`0`
  }
}
