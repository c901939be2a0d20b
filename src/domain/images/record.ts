import { and, asc, eq, inArray, type SQL } from 'drizzle-orm'
import { images, imageTags, tags, tenants, users } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'

export type ImageRow = typeof images.$inferSelect

/** An image with what every dialect shows beside its row. */
export interface ImageRecord extends ImageRow {
  readonly tags: readonly string[]
  readonly owner: { readonly uid: string; readonly externalId: string | null; readonly name: string | null } | null
  readonly tenant: { readonly uid: string; readonly name: string; readonly domain: string | null }
}

/** The ready images that satisfy `condition`, with tags and owners, in two queries however many they are. */
export async function loadImages(
  ctx: Pick<Context, 'db'>,
  condition: SQL | undefined,
  page: { order: SQL[]; limit: number; offset: number },
): Promise<ImageRecord[]> {
  const rows = await ctx.db
    .select({
      image: images,
      owner: { uid: users.uid, externalId: users.externalId, name: users.name },
      tenant: { uid: tenants.uid, name: tenants.name, domain: tenants.domain },
    })
    .from(images)
    .innerJoin(tenants, eq(tenants.id, images.tenantId))
    .leftJoin(users, eq(users.id, images.userId))
    .where(and(eq(images.state, 'ready'), condition))
    .orderBy(...page.order)
    .limit(page.limit)
    .offset(page.offset)
  const tagNames = await tagsOf(
    ctx,
    rows.map((row) => row.image.id),
  )
  return rows.map(({ image, owner, tenant }) => ({ ...image, tags: tagNames.get(image.id) ?? [], owner, tenant }))
}

async function tagsOf(ctx: Pick<Context, 'db'>, imageIds: number[]): Promise<Map<number, string[]>> {
  const names = new Map<number, string[]>()
  if (imageIds.length === 0) return names
  // Callers cap a page at 100 rows, the most parameters D1 binds.
  const rows = await ctx.db
    .select({ imageId: imageTags.imageId, name: tags.name })
    .from(imageTags)
    .innerJoin(tags, eq(tags.id, imageTags.tagId))
    .where(inArray(imageTags.imageId, imageIds))
    .orderBy(asc(imageTags.position))
  for (const { imageId, name } of rows) names.set(imageId, [...(names.get(imageId) ?? []), name])
  return names
}
