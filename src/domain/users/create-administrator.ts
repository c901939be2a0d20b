import { users } from '#db/schema/index.ts'
import { requireRole } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { normaliseEmail } from '#domain/identity/email.ts'
import { checkPassword } from '#domain/identity/passwords.ts'
import type { AdministratorRecord } from './administrators.ts'
import { grantTenants, requireTenantIds } from './grants.ts'
import { siteTenantId } from './site.ts'
import { emailTaken } from './update-profile.ts'

export interface NewAccount {
  readonly email: string
  readonly password: string
  readonly name: string | null
  readonly role: AdministratorRecord['role']
  readonly active: boolean
  readonly allTenantsAccess: boolean
  /** Uuids. */
  readonly tenants: readonly string[]
}

/**
 * An account that administers.
 *
 * @returns its row id
 * @throws AppError `forbidden`, `invalid_input`, `conflict` when the address is another account's
 */
export async function createAdministrator(ctx: Context, input: NewAccount): Promise<number> {
  requireRole(ctx, 'super_admin')
  const email = normaliseEmail(input.email)
  checkPassword(input.password)
  const tenantIds = await requireTenantIds(ctx, input.tenants)
  const { db } = ctx
  const uid = crypto.randomUUID()
  const insertion = db
    .insert(users)
    .values({
      uid,
      tenantId: siteTenantId(db) as unknown as number,
      email,
      name: input.name,
      role: input.role,
      active: input.active,
      allTenantsAccess: input.allTenantsAccess,
      passwordHash: ctx.passwords.hash(input.password),
      emailVerifiedAt: ctx.now(),
    })
    .returning({ id: users.id })
  try {
    const [rows] = await db.batch([insertion, ...grantTenants(db, uid, tenantIds)])
    const [row] = rows
    if (row === undefined) throw new Error('an inserted row did not come back')
    return row.id
  } catch (error) {
    throw emailTaken(error) ?? error
  }
}
