import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { counter, createdAt, flag, id, time, uid, updatedAt } from './columns.ts'

/** Who may make the service render what; absent members take the defaults in the comments. */
export interface DeliveryPolicy {
  /** Which image URLs must be signed; none by default. */
  signed?: 'none' | 'transformations' | 'all'
  /** Only presets, and sizes of the ladder, which other sizes are snapped to; off by default. */
  ladderOnly?: boolean
}

export const TENANT_KINDS = ['site', 'client'] as const

/** A partition of everything: the built-in site of /api/v1 (exactly one) or a client of /v2. */
export const tenants = sqliteTable(
  'tenants',
  {
    id: id(),
    uid: uid(),
    kind: text('kind', { enum: TENANT_KINDS }).notNull(),
    name: text('name').notNull(),
    domain: text('domain'),
    active: flag('active').notNull().default(true),
    /** Bytes this tenant may store; 0 is unlimited. */
    capacityBytes: integer('capacity_bytes').notNull().default(0),
    usedBytes: counter('used_bytes'),
    delivery: text('delivery', { mode: 'json' }).$type<DeliveryPolicy>().notNull().default({}),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    // One tenant per domain: `?client=<domain>` on avatars.
    uniqueIndex('tenants_domain').on(t.domain),
    // There is one site; a second insert must fail.
    uniqueIndex('tenants_site').on(t.kind).where(sql`kind = 'site'`),
  ],
)

/** API keys of a tenant; several may be valid at once while a rotation's grace period runs. */
export const tenantKeys = sqliteTable(
  'tenant_keys',
  {
    id: id(),
    tenantId: integer('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    /** SHA-256 of the key, hex; the key itself is shown once and kept nowhere. Unique: every request looks it up. */
    hash: text('hash').notNull().unique(),
    /** First and last characters, for people to tell keys apart. */
    hint: text('hint').notNull(),
    expiresAt: time('expires_at'),
    createdAt: createdAt(),
  },
  (t) => [
    // Rotation: all keys of one tenant.
    index('tenant_keys_tenant').on(t.tenantId),
  ],
)
