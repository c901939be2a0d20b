import { and, eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { commit } from '#db/batch.ts'
import { groupStrategies, groups } from '#db/schema/index.ts'
import { requireSiteAdministrator } from '#domain/access/tenancy.ts'
import { record } from '#domain/audit/record.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { listStrategies } from '#domain/strategies/find.ts'
import { siteTenantId } from '#domain/users/site.ts'

/**
 * Says with which strategies a group may store, in place of those before.
 *
 * @throws AppError `unauthenticated`, `forbidden`, `not_found`, `invalid_input`
 */
export async function setGroupStrategies(ctx: Context, groupId: number, strategyIds: readonly number[]): Promise<void> {
  requireSiteAdministrator(ctx)
  const { db } = ctx
  const group = await db
    .select({ name: groups.name })
    .from(groups)
    .where(and(eq(groups.id, groupId), eq(groups.tenantId, siteTenantId(db))))
    .get()
  if (group === undefined) throw new AppError('not_found', 'group not found')
  const known = new Set((await listStrategies(ctx)).map(({ id }) => id))
  const unknown = strategyIds.find((id) => !known.has(id))
  if (unknown !== undefined) throw new AppError('invalid_input', `unknown strategy: ${unknown}`)
  const ids = [...new Set(strategyIds)]
  const statements: BatchItem<'sqlite'>[] = [
    db.delete(groupStrategies).where(eq(groupStrategies.groupId, groupId)),
    // Of those that are there by now.
    db
      .insert(groupStrategies)
      .select(
        sql`SELECT ${groupId}, s.id FROM strategies s WHERE s.id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
      ),
    record(ctx, {
      action: 'admin.group.set_strategies',
      resourceType: 'group',
      resourceId: String(groupId),
      resourceName: group.name,
      details: { strategy_ids: ids },
    }),
  ]
  await commit(db, statements)
}
