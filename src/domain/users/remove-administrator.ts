import { and, eq, ne, or } from 'drizzle-orm'
import { users } from '#db/schema/index.ts'
import { requireRole } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { requireAdministrator } from './administrators.ts'
import { anotherSuperAdministrator, lastOne } from './last-super-administrator.ts'

/**
 * Deletes an account; its sessions and grants go with it, images it uploaded stay with the site.
 *
 * @throws AppError `forbidden`, `not_found`, `conflict`
 */
export async function removeAdministrator(ctx: Context, uid: string): Promise<void> {
  requireRole(ctx, 'super_admin')
  const { id } = await requireAdministrator(ctx, uid)
  const dispensable = or(ne(users.role, 'super_admin'), eq(users.active, false), anotherSuperAdministrator(ctx.db, id))
  const deleted = await ctx.db
    .delete(users)
    .where(and(eq(users.id, id), dispensable))
    .returning({ id: users.id })
  if (deleted.length > 0) return
  // Gone in the meantime, or the last one.
  await requireAdministrator(ctx, uid)
  throw lastOne()
}
