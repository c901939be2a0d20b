import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { createdAt, id } from './columns.ts'

/** Who did what: written in the batch that does it, never changed. No foreign keys, it outlives what it speaks of. */
export const auditLogs = sqliteTable(
  'audit_logs',
  {
    id: id(),
    tenantId: integer('tenant_id').notNull(),
    /** Kind of principal: tenant, user, token, guest, system. */
    principal: text('principal').notNull(),
    userId: integer('user_id'),
    userEmail: text('user_email'),
    action: text('action').notNull(),
    resourceType: text('resource_type').notNull(),
    resourceId: text('resource_id').notNull().default(''),
    resourceName: text('resource_name').notNull().default(''),
    details: text('details', { mode: 'json' }).$type<Record<string, unknown>>().notNull().default({}),
    ip: text('ip'),
    userAgent: text('user_agent'),
    requestId: text('request_id'),
    createdAt: createdAt(),
  },
  (t) => [
    // The newest entries, and the purge of old ones.
    index('audit_logs_created').on(t.createdAt),
    // Filtered by action.
    index('audit_logs_action').on(t.action, t.createdAt),
    // Filtered by kind of resource.
    index('audit_logs_resource').on(t.resourceType, t.createdAt),
  ],
)
