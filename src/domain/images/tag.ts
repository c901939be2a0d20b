import { and, eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { imageTags, tags } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import type { ImageRow } from './record.ts'

/** Statements that give an untagged image these tags in this order; a word is made the first time it is used. */
export function tagImage(
  db: Context['db'],
  image: Pick<ImageRow, 'id' | 'tenantId'>,
  names: readonly string[],
): BatchItem<'sqlite'>[] {
  return names.flatMap((name, position) => [
    db.insert(tags).values({ tenantId: image.tenantId, name }).onConflictDoNothing(),
    db.insert(imageTags).values({
      imageId: image.id,
      tagId: sql`(${db
        .select({ id: tags.id })
        .from(tags)
        .where(and(eq(tags.tenantId, image.tenantId), eq(tags.name, name)))})` as unknown as number,
      position,
    }),
  ])
}
