import { type SQL, sql } from 'drizzle-orm'
import { auditLogs, tenants } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'

/** One thing somebody did to one thing. */
export interface Deed {
  /** `admin.strategy.create` and the like. */
  readonly action: string
  readonly resourceType: string
  /** `JUST_INSERTED` for the row the statement before this one made. */
  readonly resourceId: string | SQL
  readonly resourceName: string
  /** Never a secret. */
  readonly details?: Record<string, unknown>
}

export const JUST_INSERTED = sql`CAST(last_insert_rowid() AS TEXT)`

/** SQLite's words when a deed turned out not to have happened. */
export const NOT_DONE = 'NOT NULL constraint failed: audit_logs.resource_name'

/**
 * The row that tells of a deed at the site, for the batch that does it.
 *
 * @param happened asked after the statements before it: where it is false the whole batch is undone, see `NOT_DONE`
 */
export function record(ctx: Pick<Context, 'db' | 'now' | 'principal' | 'from'>, deed: Deed, happened?: SQL) {
  const { principal } = ctx
  const { ip = null, userAgent = null, requestId = null } = ctx.from?.() ?? {}
  return ctx.db.insert(auditLogs).values({
    ...deed,
    resourceId: deed.resourceId as string,
    resourceName: (happened === undefined
      ? deed.resourceName
      : sql`CASE WHEN ${happened} THEN ${deed.resourceName} END`) as string,
    tenantId: sql`(SELECT ${tenants.id} FROM ${tenants} WHERE ${tenants.kind} = 'site')` as unknown as number,
    principal: principal.kind,
    userId: principal.kind === 'user' ? principal.userId : null,
    userEmail: principal.kind === 'user' ? principal.email : null,
    ip,
    userAgent: userAgent?.slice(0, 512) ?? null,
    requestId,
    createdAt: ctx.now(),
  })
}
