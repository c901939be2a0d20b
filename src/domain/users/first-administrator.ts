import { eq, inArray, sql } from 'drizzle-orm'
import { violates } from '#db/batch.ts'
import { groups, tenants, users } from '#db/schema/index.ts'
import type { Context, Services } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { normaliseEmail } from '#domain/identity/email.ts'
import { checkPassword } from '#domain/identity/passwords.ts'

export interface NewAdministrator {
  readonly email: string
  readonly password: string
  readonly name: string
}

const ADMINISTRATORS = ['admin', 'super_admin'] as const
const GUARD = 'NOT NULL constraint failed: users.role'

/** Whether nobody may administer this installation yet. */
export async function needsAdministrator(ctx: Pick<Services, 'db'>): Promise<boolean> {
  const query = ctx.db.select({ id: users.id }).from(users).where(inArray(users.role, ADMINISTRATORS)).limit(1)
  return (await query.get()) === undefined
}

/**
 * The first administrator, of both families. One statement asks and inserts, so of any number of simultaneous calls one wins:
 * for the others `role` comes out NULL, which the column refuses.
 *
 * @throws AppError `invalid_input`, `conflict` when there is an administrator already
 */
export async function createFirstAdministrator(
  ctx: Pick<Context, 'db' | 'passwords' | 'now'>,
  input: NewAdministrator,
): Promise<typeof users.$inferSelect> {
  const email = normaliseEmail(input.email)
  const name = input.name.trim()
  if (name === '' || name.length > 255 || /\p{Cc}/u.test(name)) {
    throw new AppError('invalid_input', 'name must have 1 to 255 characters')
  }
  checkPassword(input.password)
  // Asked first as well, so that a closed setup costs no password hash.
  if (!(await needsAdministrator(ctx))) throw taken()
  const { db } = ctx
  const site = db.select({ id: tenants.id }).from(tenants).where(eq(tenants.kind, 'site'))
  const defaultGroup = db.select({ id: groups.id }).from(groups).where(eq(groups.isDefault, true)).limit(1)
  const nobodyYet = sql`NOT EXISTS (SELECT 1 FROM ${users} WHERE ${inArray(users.role, ADMINISTRATORS)})`
  try {
    return await db
      .insert(users)
      .values({
        uid: crypto.randomUUID(),
        tenantId: sql`(${site})` as unknown as number,
        groupId: sql`(${defaultGroup})` as unknown as number,
        email,
        name,
        passwordHash: ctx.passwords.hash(input.password),
        role: sql`CASE WHEN ${nobodyYet} THEN 'super_admin' END` as unknown as 'super_admin',
        allTenantsAccess: true,
        emailVerifiedAt: ctx.now(),
      })
      .returning()
      .get()
  } catch (error) {
    if (violates(error, GUARD) || violates(error, 'UNIQUE constraint failed: users.email')) throw taken()
    throw error
  }
}

function taken(): AppError {
  return new AppError('conflict', 'setup has already been completed')
}
