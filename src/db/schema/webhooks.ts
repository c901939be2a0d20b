import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { createdAt, flag, id, time, uid, updatedAt } from './columns.ts'
import { tenants } from './tenants.ts'
import { users } from './users.ts'

export const WEBHOOK_FORMATS = ['discord', 'json'] as const
export const DELIVERY_STATES = ['pending', 'retrying', 'delivered', 'failed', 'dead'] as const

/** Where a tenant (no user) or a person wants to hear of events. */
export const webhooks = sqliteTable(
  'webhooks',
  {
    id: id(),
    uid: uid(),
    tenantId: integer('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    userId: integer('user_id').references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    format: text('format', { enum: WEBHOOK_FORMATS }).notNull(),
    /** Both AES-GCM under a key derived from SECRET_KEY: a webhook's URL is itself a credential. */
    url: text('url').notNull(),
    secret: text('secret'),
    events: text('events', { mode: 'json' }).$type<string[]>().notNull(),
    enabled: flag('enabled').notNull().default(true),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    // Who is to hear of an event in this tenant.
    index('webhooks_tenant').on(t.tenantId, t.userId),
  ],
)

/** Each attempt chain to tell one webhook of one event. */
export const webhookDeliveries = sqliteTable(
  'webhook_deliveries',
  {
    id: id(),
    webhookId: integer('webhook_id')
      .notNull()
      .references(() => webhooks.id, { onDelete: 'cascade' }),
    eventId: text('event_id').notNull(),
    eventType: text('event_type').notNull(),
    body: text('body').notNull(),
    state: text('state', { enum: DELIVERY_STATES }).notNull().default('pending'),
    attempts: integer('attempts').notNull().default(0),
    responseStatus: integer('response_status'),
    error: text('error'),
    durationMs: integer('duration_ms'),
    createdAt: createdAt(),
    completedAt: time('completed_at'),
  },
  (t) => [
    // A webhook's newest deliveries.
    index('webhook_deliveries_webhook').on(t.webhookId, t.createdAt),
    // The purge of old ones.
    index('webhook_deliveries_created').on(t.createdAt),
  ],
)
