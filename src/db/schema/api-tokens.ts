import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { createdAt, id, time } from './columns.ts'
import { users } from './users.ts'

export const SCOPES = ['read', 'write'] as const
export type Scope = (typeof SCOPES)[number]

/** `img_…` tokens: a person's programs act with some of the person's rights. */
export const apiTokens = sqliteTable(
  'api_tokens',
  {
    id: id(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** SHA-256 of the token, hex. Unique: every request with a token looks it up. */
    hash: text('hash').notNull().unique(),
    scopes: text('scopes', { mode: 'json' }).$type<Scope[]>().notNull(),
    lastUsedAt: time('last_used_at'),
    expiresAt: time('expires_at'),
    createdAt: createdAt(),
  },
  (t) => [
    // A person's tokens.
    index('api_tokens_user').on(t.userId),
  ],
)
