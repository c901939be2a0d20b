import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { createdAt, id, updatedAt } from './columns.ts'
import { tenants } from './tenants.ts'

export const STRATEGY_KINDS = ['r2', 's3', 'oss', 'cos', 'kodo', 'webdav'] as const
export type StrategyKind = (typeof STRATEGY_KINDS)[number]

/** A named, configured object store; the built-in one is the worker's own bucket (`r2`). */
export const strategies = sqliteTable(
  'strategies',
  {
    id: id(),
    tenantId: integer('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    kind: text('kind', { enum: STRATEGY_KINDS }).notNull(),
    /** What may be shown: endpoint, bucket, region, public url, link mode. */
    config: text('config', { mode: 'json' }).$type<Record<string, unknown>>().notNull().default({}),
    /** Credentials, AES-GCM under a key derived from SECRET_KEY; never returned. */
    credentials: text('credentials'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    // The tenant's strategies, in the order they were made.
    index('strategies_tenant').on(t.tenantId, t.id),
  ],
)
