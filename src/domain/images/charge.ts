import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Database } from '#db/client.ts'
import { groups, tenants, users } from '#db/schema/index.ts'

/** Who pays for stored bytes: the tenant always, and the person or, for guests, their group. */
export interface Holder {
  readonly tenantId: number
  readonly userId: number | SQL | null
  readonly groupId: number | null
  /** Bytes the group's guests may store together; 0 or absent is unlimited. */
  readonly groupCapacityBytes?: number
}

/**
 * Statements that add to (or, below 0, give back from) every counter of the holder. Relative, so they never lose a
 * simultaneous one; put them in the batch of the row they pay for.
 */
export function charge(
  db: Database,
  holder: Holder,
  amount: { bytes: number; images: number },
  only?: SQL,
): BatchItem<'sqlite'>[] {
  const statements: BatchItem<'sqlite'>[] = [
    db
      .update(tenants)
      .set({ usedBytes: sql`${tenants.usedBytes} + ${amount.bytes}` })
      .where(and(eq(tenants.id, holder.tenantId), only)),
  ]
  if (holder.userId !== null) {
    statements.push(
      db
        .update(users)
        .set({
          usedBytes: sql`${users.usedBytes} + ${amount.bytes}`,
          imageCount: sql`${users.imageCount} + ${amount.images}`,
        })
        .where(and(eq(users.id, holder.userId), only)),
    )
  }
  if (holder.groupId !== null) {
    statements.push(
      db
        .update(groups)
        .set({ usedBytes: sql`${groups.usedBytes} + ${amount.bytes}` })
        .where(and(eq(groups.id, holder.groupId), only)),
    )
  }
  return statements
}

/** Whether every counter of the holder has room for `bytes` more, as one SQL condition; capacity 0 is unlimited. */
export function hasRoom(holder: Holder, bytes: number): SQL {
  const room = (table: typeof tenants | typeof users, id: number | SQL) =>
    sql`EXISTS (SELECT 1 FROM ${table} WHERE ${table.id} = ${id}
      AND (${table.capacityBytes} = 0 OR ${table.usedBytes} + ${bytes} <= ${table.capacityBytes}))`
  const conditions = [room(tenants, holder.tenantId)]
  if (holder.userId !== null) conditions.push(room(users, holder.userId))
  const { groupId, groupCapacityBytes = 0 } = holder
  if (groupId !== null && groupCapacityBytes > 0) {
    conditions.push(
      sql`EXISTS (SELECT 1 FROM ${groups} WHERE ${groups.id} = ${groupId} AND ${groups.usedBytes} + ${bytes} <= ${groupCapacityBytes})`,
    )
  }
  return sql.join(conditions, sql` AND `)
}
