import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { createdAt, id, time, updatedAt } from './columns.ts'
import { tenants } from './tenants.ts'

/** Named transformations of a tenant. */
export const presets = sqliteTable(
  'presets',
  {
    tenantId: integer('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    transformation: text('transformation', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    updatedAt: updatedAt(),
  },
  // A preset by its name in a URL.
  (t) => [primaryKey({ columns: [t.tenantId, t.name] })],
)

/** Secrets that sign image URLs; two may be valid at once while one replaces the other. */
export const signingKeys = sqliteTable(
  'signing_keys',
  {
    id: id(),
    tenantId: integer('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    /** AES-GCM under a key derived from SECRET_KEY. */
    secret: text('secret').notNull(),
    retiresAt: time('retires_at'),
    createdAt: createdAt(),
  },
  (t) => [
    // The keys that may have signed this URL.
    index('signing_keys_tenant').on(t.tenantId),
  ],
)
