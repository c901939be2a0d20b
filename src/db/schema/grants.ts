import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { albums } from './albums.ts'
import { createdAt, id, time, uid } from './columns.ts'
import { images } from './images.ts'
import { tenants } from './tenants.ts'
import { users } from './users.ts'

/** A right carried by a token: a share link opens one image, an album token one album's current members; nothing else. */
export const grants = sqliteTable(
  'grants',
  {
    id: id(),
    uid: uid(),
    tenantId: integer('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    imageId: integer('image_id').references(() => images.id, { onDelete: 'cascade' }),
    albumId: integer('album_id').references(() => albums.id, { onDelete: 'cascade' }),
    /** SHA-256 of the token, hex. Unique: every request with a token looks it up. */
    tokenHash: text('token_hash').notNull().unique(),
    createdBy: integer('created_by').references(() => users.id, { onDelete: 'set null' }),
    /** Null never expires. */
    expiresAt: time('expires_at'),
    createdAt: createdAt(),
  },
  (t) => [
    check('grants_one_target', sql`(image_id IS NULL) <> (album_id IS NULL)`),
    // An image's share links.
    index('grants_image').on(t.imageId),
    // An album's tokens.
    index('grants_album').on(t.albumId),
    // The purge of expired ones.
    index('grants_expiring').on(t.expiresAt).where(sql`expires_at IS NOT NULL`),
  ],
)
