import { and, asc, countDistinct, eq } from 'drizzle-orm'
import { images, imageTags, tags } from '#db/schema/index.ts'
import { tenancy } from '#domain/access/tenancy.ts'
import type { Context } from '#domain/context.ts'
import { contains } from '#domain/search.ts'
import { alive } from './record.ts'

export interface TagFilter {
  /** Row id; beyond the caller's own tenancy it finds nothing. */
  readonly tenantId?: number | undefined
  /** Part of the word, in any case. */
  readonly search?: string | undefined
  readonly limit: number
}

export interface TagUse {
  readonly name: string
  readonly images: number
}

/** The words in use on images of the caller's tenancy, each once however many tenants use it; and how many there are in all. */
export async function listTags(ctx: Context, filter: TagFilter): Promise<{ tags: TagUse[]; total: number }> {
  const { db } = ctx
  const condition = and(
    tenancy(ctx, tags.tenantId),
    filter.tenantId === undefined ? undefined : eq(tags.tenantId, filter.tenantId),
    filter.search === undefined ? undefined : contains(tags.name, filter.search),
    eq(images.state, 'ready'),
    eq(images.purpose, 'image'),
    alive(ctx),
  )
  const [found, counted] = await db.batch([
    db
      .select({ name: tags.name, images: countDistinct(images.id) })
      .from(tags)
      .innerJoin(imageTags, eq(imageTags.tagId, tags.id))
      .innerJoin(images, eq(images.id, imageTags.imageId))
      .where(condition)
      .groupBy(tags.name)
      .orderBy(asc(tags.name))
      .limit(filter.limit),
    db
      .select({ total: countDistinct(tags.name) })
      .from(tags)
      .innerJoin(imageTags, eq(imageTags.tagId, tags.id))
      .innerJoin(images, eq(images.id, imageTags.imageId))
      .where(condition),
  ])
  return { tags: found, total: counted[0]?.total ?? 0 }
}
