import { sql } from 'drizzle-orm'
import { albumImages, type StrategyKind, strategies } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { publishedAmong } from '#domain/originals/publication.ts'
import { directBase, handsOut } from '#domain/stores/direct.ts'
import type { StrategyRow } from '#domain/strategies/record.ts'
import type { ImageRow } from './record.ts'

/** Where an image is: in which album, the first where there are several, and at which strategy. */
export interface Surroundings {
  readonly albumId: number | null
  readonly strategy: { readonly name: string; readonly kind: StrategyKind } | null
  /** Where the world reads the bytes without us; null while that is not to be. */
  readonly directUrl: string | null
}

type Placed = Pick<
  ImageRow,
  'id' | 'strategyId' | 'originalId' | 'objectKey' | 'visibility' | 'moderation' | 'expiresAt'
>

/** One round trip, however many images there are. */
export async function surroundingsOf(
  ctx: Pick<Context, 'db'>,
  images: readonly Placed[],
): Promise<Map<number, Surroundings>> {
  const { db } = ctx
  const ids = JSON.stringify(images.map(({ id }) => id))
  const places = JSON.stringify(images.map(({ strategyId }) => strategyId))
  const [members, stores, published] = await db.batch([
    db
      .select({ imageId: albumImages.imageId, albumId: sql<number>`min(${albumImages.albumId})`.as('first_album') })
      .from(albumImages)
      .where(sql`${albumImages.imageId} IN (SELECT value FROM json_each(${ids}))`)
      .groupBy(albumImages.imageId),
    db
      .select({ id: strategies.id, name: strategies.name, kind: strategies.kind, config: strategies.config })
      .from(strategies)
      .where(sql`${strategies.id} IN (SELECT value FROM json_each(${places}))`),
    publishedAmong(
      ctx,
      images.map(({ originalId }) => originalId),
    ),
  ])
  const albums = new Map(members.map(({ imageId, albumId }) => [imageId, albumId]))
  return new Map(
    images.map((image) => {
      const strategy = stores.find((store) => store.id === image.strategyId) ?? null
      const isPublished = published.some(({ id }) => id === image.originalId)
      const directUrl = strategy !== null && isPublished ? directUrlOf(strategy, image) : null
      return [image.id, { albumId: albums.get(image.id) ?? null, strategy, directUrl }]
    }),
  )
}

/** Published or not: what is hidden by now is not handed out again while its withdrawal is on its way. */
function directUrlOf(strategy: Pick<StrategyRow, 'kind' | 'config'>, image: Placed): string | null {
  const isShown = image.visibility === 'public' && image.moderation === 'approved' && image.expiresAt === null
  const base = isShown && handsOut(strategy.kind) ? directBase(strategy) : null
  return base === null ? null : `${base}/${image.objectKey}`
}
