import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { counter, createdAt, id, uid, updatedAt } from './columns.ts'
import { images, VISIBILITIES } from './images.ts'
import { tenants } from './tenants.ts'
import { users } from './users.ts'

/** An ordered set of images with one owner. */
export const albums = sqliteTable(
  'albums',
  {
    id: id(),
    uid: uid(),
    tenantId: integer('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The album's id in the client's own system. */
    externalId: text('external_id'),
    name: text('name').notNull(),
    description: text('description'),
    visibility: text('visibility', { enum: VISIBILITIES }).notNull().default('private'),
    coverImageId: integer('cover_image_id').references(() => images.id, { onDelete: 'set null' }),
    imageCount: counter('image_count'),
    /** Highest position handed out: additions raise it in one UPDATE, so simultaneous ones never share a position. */
    lastPosition: counter('last_position'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    // /v2/albums/external/:id; a duplicate is a conflict.
    uniqueIndex('albums_external').on(t.tenantId, t.externalId).where(sql`external_id IS NOT NULL`),
    // A tenant's newest albums.
    index('albums_tenant_created').on(t.tenantId, t.createdAt),
    // A person's newest albums.
    index('albums_user_created').on(t.userId, t.createdAt),
  ],
)

export const albumImages = sqliteTable(
  'album_images',
  {
    albumId: integer('album_id')
      .notNull()
      .references(() => albums.id, { onDelete: 'cascade' }),
    imageId: integer('image_id')
      .notNull()
      .references(() => images.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    // Membership: adding twice adds once.
    primaryKey({ columns: [t.albumId, t.imageId] }),
    // An album's images in order.
    index('album_images_order').on(t.albumId, t.position),
    // The albums of an image.
    index('album_images_image').on(t.imageId),
  ],
)
