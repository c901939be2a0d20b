import { integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Requests per window and subject (an address, an account, a tenant): limits that hold across isolates. */
export const rateWindows = sqliteTable(
  'rate_windows',
  {
    bucket: text('bucket').notNull(),
    subject: text('subject').notNull(),
    /** Start of the window, milliseconds since the epoch. */
    startedAt: integer('started_at').notNull(),
    count: integer('count').notNull(),
  },
  // One upsert per limited request.
  (t) => [primaryKey({ columns: [t.bucket, t.subject, t.startedAt] })],
)

/** Prometheus counters and histogram buckets summed over isolates, which forget theirs. */
export const metrics = sqliteTable(
  'metrics',
  {
    name: text('name').notNull(),
    /** Labels in Prometheus text form, sorted by name. */
    labels: text('labels').notNull().default(''),
    value: real('value').notNull().default(0),
  },
  // One upsert per flushed series; one read for /metrics.
  (t) => [primaryKey({ columns: [t.name, t.labels] })],
)
