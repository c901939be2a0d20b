import { and, eq, or } from 'drizzle-orm'
import { users } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'

export type UserRow = typeof users.$inferSelect

/** A client's user by the client's own id or by our uuid; should both fit somebody, the client's own id is meant. */
export async function findTenantUser(
  ctx: Pick<Context, 'db'>,
  tenantId: number,
  user: string,
): Promise<UserRow | undefined> {
  const found = await ctx.db
    .select()
    .from(users)
    .where(and(eq(users.tenantId, tenantId), or(eq(users.externalId, user), eq(users.uid, user))))
    .limit(2)
  return found.find((row) => row.externalId === user) ?? found[0]
}
