import { sql } from 'drizzle-orm'
import { albumImages, type StrategyKind, strategies } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import type { ImageRow } from './record.ts'

/** Where an image is: in which album, the first where there are several, and at which strategy. */
export interface Surroundings {
  readonly albumId: number | null
  readonly strategy: { readonly name: string; readonly kind: StrategyKind } | null
}

/** One round trip, however many images there are. */
export async function surroundingsOf(
  ctx: Pick<Context, 'db'>,
  images: readonly Pick<ImageRow, 'id' | 'strategyId'>[],
): Promise<Map<number, Surroundings>> {
  const { db } = ctx
  const ids = JSON.stringify(images.map(({ id }) => id))
  const places = JSON.stringify(images.map(({ strategyId }) => strategyId))
  const [members, stores] = await db.batch([
    db
      .select({ imageId: albumImages.imageId, albumId: sql<number>`min(${albumImages.albumId})`.as('first_album') })
      .from(albumImages)
      .where(sql`${albumImages.imageId} IN (SELECT value FROM json_each(${ids}))`)
      .groupBy(albumImages.imageId),
    db
      .select({ id: strategies.id, name: strategies.name, kind: strategies.kind })
      .from(strategies)
      .where(sql`${strategies.id} IN (SELECT value FROM json_each(${places}))`),
  ])
  const albums = new Map(members.map(({ imageId, albumId }) => [imageId, albumId]))
  return new Map(
    images.map(({ id, strategyId }) => {
      const strategy = stores.find((store) => store.id === strategyId) ?? null
      return [id, { albumId: albums.get(id) ?? null, strategy }]
    }),
  )
}
