import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { createdAt, id } from './columns.ts'
import { images, MODERATION_STATES } from './images.ts'
import { users } from './users.ts'

/** What moderators decided about an image, oldest to newest; the image row has the state in force. */
export const moderationDecisions = sqliteTable(
  'moderation_decisions',
  {
    id: id(),
    imageId: integer('image_id')
      .notNull()
      .references(() => images.id, { onDelete: 'cascade' }),
    decision: text('decision', { enum: MODERATION_STATES }).notNull(),
    reason: text('reason'),
    decidedBy: integer('decided_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: createdAt(),
  },
  (t) => [
    // An image's history.
    index('moderation_decisions_image').on(t.imageId, t.createdAt),
  ],
)
