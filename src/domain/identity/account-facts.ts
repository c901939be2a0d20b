import { eq, sql } from 'drizzle-orm'
import type { Database } from '#db/client.ts'
import { adminGrants, type Role, users } from '#db/schema/index.ts'
import type { UserPrincipal } from '#domain/access/principal.ts'

interface AccountFacts {
  readonly id: number
  readonly tenantId: number
  readonly email: string | null
  readonly role: Role
  readonly allTenantsAccess: boolean
  /** JSON array of row ids. */
  readonly granted: string
}

/** What a query over `users` selects about somebody who calls. */
export function accountFacts(db: Database) {
  const granted = db
    .select({ ids: sql<string>`json_group_array(${adminGrants.tenantId})` })
    .from(adminGrants)
    .where(eq(adminGrants.userId, users.id))
  return {
    id: users.id,
    tenantId: users.tenantId,
    email: users.email,
    role: users.role,
    allTenantsAccess: users.allTenantsAccess,
    granted: sql<string>`(${granted})`.as('granted'),
  }
}

export function principalOf(user: AccountFacts, sessionFamily: string): UserPrincipal {
  return {
    kind: 'user',
    userId: user.id,
    tenantId: user.tenantId,
    email: user.email ?? '',
    role: user.role,
    allTenantsAccess: user.allTenantsAccess,
    grantedTenantIds: JSON.parse(user.granted) as number[],
    sessionFamily,
  }
}
