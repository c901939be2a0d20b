import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { createdAt, id } from './columns.ts'
import { images } from './images.ts'
import { tenants } from './tenants.ts'
import { users } from './users.ts'

/** A tenant's words for its images; case-sensitive, trimmed. */
export const tags = sqliteTable(
  'tags',
  {
    id: id(),
    tenantId: integer('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    // Upserting a tag by name; tag lists sorted by name.
    uniqueIndex('tags_name').on(t.tenantId, t.name),
  ],
)

export const imageTags = sqliteTable(
  'image_tags',
  {
    imageId: integer('image_id')
      .notNull()
      .references(() => images.id, { onDelete: 'cascade' }),
    tagId: integer('tag_id')
      .notNull()
      .references(() => tags.id, { onDelete: 'cascade' }),
    /** Tags come back in the order they were given. */
    position: integer('position').notNull().default(0),
  },
  (t) => [
    // The tags of the images on one page.
    primaryKey({ columns: [t.imageId, t.tagId] }),
    // Images by tag; how many images a tag has.
    index('image_tags_tag').on(t.tagId),
  ],
)

/** Words a person of the site made to be used, on a picture already or not; those on their pictures are theirs without it. */
export const userTags = sqliteTable(
  'user_tags',
  {
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    tagId: integer('tag_id')
      .notNull()
      .references(() => tags.id, { onDelete: 'cascade' }),
    createdAt: createdAt(),
  },
  (t) => [
    // A person's words.
    primaryKey({ columns: [t.userId, t.tagId] }),
    // The cascade of a deleted word.
    index('user_tags_tag').on(t.tagId),
  ],
)
