import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { createdAt, flag, id } from './columns.ts'
import { strategies } from './strategies.ts'
import { tenants } from './tenants.ts'

/**
 * Stored bytes, shared by the images of one tenant that have the same content. `refs` counts their rows, pending ones
 * included; the object is deleted when it reaches 0, and its key is never used again, so a late deletion harms nobody.
 */
export const originals = sqliteTable(
  'originals',
  {
    id: id(),
    tenantId: integer('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    strategyId: integer('strategy_id')
      .notNull()
      .references(() => strategies.id, { onDelete: 'restrict' }),
    objectKey: text('object_key').notNull().unique(),
    /** Of the stored bytes, hex. */
    sha256: text('sha256').notNull(),
    bytes: integer('bytes').notNull(),
    refs: integer('refs').notNull(),
    /**
     * Its key is a link the world may have: it has one image, which everybody may see for good. When that ceases to be so the bytes
     * move to a key nobody knows; a published original is never shared.
     */
    published: flag('published').notNull().default(false),
    createdAt: createdAt(),
  },
  (t) => [
    // Upload: does this tenant already store these bytes there? Not unique: two first uploads may race, and both may keep theirs.
    index('originals_content').on(t.tenantId, t.strategyId, t.sha256),
    // The sweep for published originals that should not be.
    index('originals_published').on(t.id).where(sql`published = 1`),
    // Strategy deletion asks whether anything is stored there.
    index('originals_strategy').on(t.strategyId),
  ],
)
