import { and, asc, count, eq, gt, isNull, or } from 'drizzle-orm'
import { albumImages, albums, grants, type Visibility } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'

/** What an image is part of and who else may see it. */
export interface ImageRelations {
  readonly albums: readonly {
    readonly uid: string
    readonly name: string
    readonly externalId: string | null
    readonly visibility: Visibility
  }[]
  /** Share links that have not expired. */
  readonly activeShares: number
}

const MOST_ALBUMS = 100

export async function relationsOf(ctx: Pick<Context, 'db' | 'now'>, imageId: number): Promise<ImageRelations> {
  const [memberships, shares] = await ctx.db.batch([
    ctx.db
      .select({ uid: albums.uid, name: albums.name, externalId: albums.externalId, visibility: albums.visibility })
      .from(albumImages)
      .innerJoin(albums, eq(albums.id, albumImages.albumId))
      .where(eq(albumImages.imageId, imageId))
      .orderBy(asc(albums.id))
      .limit(MOST_ALBUMS),
    ctx.db
      .select({ n: count() })
      .from(grants)
      .where(and(eq(grants.imageId, imageId), or(isNull(grants.expiresAt), gt(grants.expiresAt, ctx.now())))),
  ])
  return { albums: memberships, activeShares: shares[0]?.n ?? 0 }
}
