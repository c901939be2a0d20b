import { z } from '@hono/zod-openapi'
import type { NewAccount } from '#domain/users/create-administrator.ts'
import { wireText } from '../../text.ts'
import { wireName } from '../name.ts'
import { WIRE_ROLES } from './schema.ts'

const fields = {
  email: wireText(254).pipe(z.email('must be an email')).openapi({ type: 'string', format: 'email' }),
  password: wireText(72).min(8, 'must be longer than or equal to 8 characters'),
  name: wireName(100).nullable(),
  role: z.enum(WIRE_ROLES, { error: `must be one of ${WIRE_ROLES.join(', ')}` }),
  active: z.boolean('must be a boolean value'),
  allClientsAccess: z.boolean('must be a boolean value'),
  allowedClientIds: z.array(z.string('must be a string')),
}

export const NewAdmin = z.strictObject({
  email: fields.email,
  password: fields.password,
  name: fields.name.optional(),
  role: fields.role,
  active: fields.active.default(true),
  allClientsAccess: fields.allClientsAccess.default(false),
  allowedClientIds: fields.allowedClientIds.default([]),
})

export const AdminChanges = z.strictObject(fields).partial()

/** The domain's words; what was not said stays unsaid. */
export function toChanges(body: z.infer<typeof AdminChanges>) {
  const { role, allClientsAccess, allowedClientIds, ...rest } = body
  return {
    ...rest,
    ...(role !== undefined && { role: role.toLowerCase() as NewAccount['role'] }),
    ...(allClientsAccess !== undefined && { allTenantsAccess: allClientsAccess }),
    ...(allowedClientIds !== undefined && { tenants: allowedClientIds }),
  }
}
