import { and, asc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import { adminGrants, type Role, tenants, users } from '#db/schema/index.ts'
import { rolesFrom } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { isUid } from '#domain/refs.ts'

/** Roles that may enter administration. */
export const ADMINISTRATIVE = rolesFrom('viewer')

/** An account that administers, with the tenants it may act in. */
export interface AdministratorRecord {
  readonly id: number
  readonly uid: string
  readonly email: string
  readonly name: string | null
  readonly role: Role
  readonly active: boolean
  readonly allTenantsAccess: boolean
  /** Uuids of the tenants it was given, beside those its role or `allTenantsAccess` reach. */
  readonly grantedTenants: readonly string[]
  readonly lastLoginAt: Date | null
  readonly createdAt: Date
}

/** Enough for any installation; a list of people who administer needs no pages. */
const MOST = 500

export async function loadAdministrators(ctx: Pick<Context, 'db'>, which?: SQL): Promise<AdministratorRecord[]> {
  const granted = sql<string>`(SELECT json_group_array(${tenants.uid}) FROM ${adminGrants}
    INNER JOIN ${tenants} ON ${eq(tenants.id, adminGrants.tenantId)} WHERE ${eq(adminGrants.userId, users.id)})`
  const rows = await ctx.db
    .select({
      id: users.id,
      uid: users.uid,
      email: users.email,
      name: users.name,
      role: users.role,
      active: users.active,
      allTenantsAccess: users.allTenantsAccess,
      lastLoginAt: users.lastLoginAt,
      createdAt: users.createdAt,
      granted,
    })
    .from(users)
    .where(and(inArray(users.role, ADMINISTRATIVE), isNull(users.externalId), which))
    .orderBy(asc(users.id))
    .limit(MOST)
  return rows.map(({ granted: uids, email, ...row }) => ({
    ...row,
    email: email ?? '',
    grantedTenants: JSON.parse(uids) as string[],
  }))
}

/** @throws AppError `not_found` */
export async function requireAdministrator(ctx: Pick<Context, 'db'>, uid: string): Promise<AdministratorRecord> {
  const [administrator] = isUid(uid) ? await loadAdministrators(ctx, eq(users.uid, uid)) : []
  if (administrator === undefined) throw new AppError('not_found', 'Administrator not found')
  return administrator
}

/** @throws AppError `not_found` */
export async function administratorById(ctx: Pick<Context, 'db'>, id: number): Promise<AdministratorRecord> {
  const [administrator] = await loadAdministrators(ctx, eq(users.id, id))
  if (administrator === undefined) throw new AppError('not_found', 'Administrator not found')
  return administrator
}
