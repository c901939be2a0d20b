import { and, asc, eq, sql } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { images, imageTags, tags } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'

interface Tagged {
  readonly id: number
  readonly tenantId: number
}

export interface ImageTag {
  readonly id: number
  readonly name: string
}

/** As many as an upload may bring. */
const MOST = 100

/** In the order they were given. */
export async function tagsOfImage(ctx: Pick<Context, 'db'>, image: Tagged): Promise<ImageTag[]> {
  return ctx.db
    .select({ id: tags.id, name: tags.name })
    .from(imageTags)
    .innerJoin(tags, eq(tags.id, imageTags.tagId))
    .where(eq(imageTags.imageId, image.id))
    .orderBy(asc(imageTags.position))
}

/**
 * Gives an image the caller was allowed to find these words too, behind those it has; one it has stays where it is. Simultaneous
 * additions lose none.
 *
 * @throws AppError `not_found` when the image was deleted meanwhile, `conflict` for too many words
 */
export async function addTags(ctx: Context, image: Tagged, names: readonly string[]): Promise<ImageTag[]> {
  const { db } = ctx
  const there = sql`(SELECT count(*) FROM ${imageTags} WHERE ${imageTags.imageId} = ${image.id})`
  await commit(
    db,
    names.flatMap((name) => [
      db.insert(tags).values({ tenantId: image.tenantId, name, createdAt: ctx.now() }).onConflictDoNothing(),
      // Every column in its order, which an INSERT … SELECT has to give.
      db
        .insert(imageTags)
        .select(
          sql`SELECT ${images.id}, ${tags.id},
              (SELECT coalesce(max(${imageTags.position}) + 1, 0) FROM ${imageTags} WHERE ${imageTags.imageId} = ${image.id})
            FROM ${images} INNER JOIN ${tags} ON ${tags.tenantId} = ${images.tenantId} AND ${tags.name} = ${name}
            WHERE ${images.id} = ${image.id} AND ${there} < ${MOST}`,
        )
        .onConflictDoNothing(),
    ]),
  )
  const now = await tagsOfImage(ctx, image)
  if (names.every((name) => now.some((tag) => tag.name === name))) return now
  const still = await db.select({ id: images.id }).from(images).where(eq(images.id, image.id)).get()
  if (still === undefined) throw new AppError('not_found', 'image not found')
  throw new AppError('conflict', `an image can have at most ${MOST} tags`)
}

/** @throws AppError `not_found` when the image has no such word, or somebody else took it off first */
export async function removeTag(ctx: Pick<Context, 'db'>, image: Tagged, tagId: number): Promise<void> {
  const which = and(eq(imageTags.imageId, image.id), eq(imageTags.tagId, tagId))
  const { meta } = await ctx.db.delete(imageTags).where(which)
  if (meta.changes === 0) throw new AppError('not_found', 'tag not found')
}
