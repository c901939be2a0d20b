import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { createdAt, id, time } from './columns.ts'
import { users } from './users.ts'

export const VERIFICATION_KINDS = ['email', 'password_reset'] as const

/** Single-use tokens sent by mail. */
export const verifications = sqliteTable(
  'verifications',
  {
    id: id(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    kind: text('kind', { enum: VERIFICATION_KINDS }).notNull(),
    /** SHA-256 of the token, hex. */
    tokenHash: text('token_hash').notNull().unique(),
    usedAt: time('used_at'),
    expiresAt: time('expires_at').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    // The cooldown between two mails; withdrawing older tokens.
    index('verifications_user').on(t.userId, t.kind, t.createdAt),
    // The purge of expired ones.
    index('verifications_expires').on(t.expiresAt),
  ],
)
