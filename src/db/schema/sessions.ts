import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { createdAt, id, time } from './columns.ts'
import { users } from './users.ts'

/** One refresh token: used once and replaced by the next of its family; a second use revokes the family. */
export const sessions = sqliteTable(
  'sessions',
  {
    id: id(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** UUID shared by all tokens that descend from one sign-in. */
    family: text('family').notNull(),
    /** SHA-256 of the refresh token, hex. Unique: refresh looks it up. */
    tokenHash: text('token_hash').notNull().unique(),
    ip: text('ip'),
    userAgent: text('user_agent'),
    rotatedAt: time('rotated_at'),
    revokedAt: time('revoked_at'),
    expiresAt: time('expires_at').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    // Family revocation.
    index('sessions_family').on(t.family),
    // Signing a person out everywhere.
    index('sessions_user').on(t.userId),
    // The purge of expired ones.
    index('sessions_expires').on(t.expiresAt),
  ],
)
