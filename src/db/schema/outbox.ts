import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { createdAt, id, time } from './columns.ts'

export const OUTBOX_KINDS = ['delete-objects', 'withdraw-original', 'send-mail', 'deliver-webhook'] as const
export type OutboxKind = (typeof OUTBOX_KINDS)[number]

/** Work that must happen, written in the batch that causes it; done at least once, so each kind is idempotent. */
export const outbox = sqliteTable(
  'outbox',
  {
    id: id(),
    kind: text('kind', { enum: OUTBOX_KINDS }).notNull(),
    payload: text('payload', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** Not before; pushed back after each failure and while somebody is working on it. */
    dueAt: time('due_at').notNull(),
    lastError: text('last_error'),
    doneAt: time('done_at'),
    createdAt: createdAt(),
  },
  (t) => [
    // The work that is due.
    index('outbox_due').on(t.dueAt).where(sql`done_at IS NULL`),
    // The purge of finished work.
    index('outbox_done').on(t.doneAt).where(sql`done_at IS NOT NULL`),
  ],
)
