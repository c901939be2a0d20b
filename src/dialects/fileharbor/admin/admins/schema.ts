import { z } from '@hono/zod-openapi'
import type { AdministratorRecord } from '#domain/users/administrators.ts'

export const WIRE_ROLES = ['SUPER_ADMIN', 'ADMIN', 'VIEWER'] as const

/** Contract section 8.1. */
export const AdminUser = z
  .object({
    id: z.uuid(),
    email: z.string(),
    name: z.string().nullable(),
    role: z.enum(WIRE_ROLES),
    active: z.boolean(),
    allClientsAccess: z.boolean(),
    allowedClientIds: z.array(z.uuid()),
    lastLoginAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
  })
  .openapi('AdminUser')

export function toAdminUser(administrator: AdministratorRecord): z.infer<typeof AdminUser> {
  return {
    id: administrator.uid,
    email: administrator.email,
    name: administrator.name,
    role: administrator.role.toUpperCase() as (typeof WIRE_ROLES)[number],
    active: administrator.active,
    allClientsAccess: administrator.role === 'super_admin' || administrator.allTenantsAccess,
    allowedClientIds: [...administrator.grantedTenants],
    lastLoginAt: administrator.lastLoginAt?.toISOString() ?? null,
    createdAt: administrator.createdAt.toISOString(),
  }
}
