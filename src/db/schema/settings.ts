import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { updatedAt } from './columns.ts'
import { tenants } from './tenants.ts'

/** Settings changed at run time; an absent key has its default, which `domain/settings` knows. */
export const settings = sqliteTable(
  'settings',
  {
    tenantId: integer('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    value: text('value', { mode: 'json' }).$type<unknown>().notNull(),
    updatedAt: updatedAt(),
  },
  // All settings of a tenant in one read.
  (t) => [primaryKey({ columns: [t.tenantId, t.key] })],
)
