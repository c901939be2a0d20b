import { and, asc, eq, gt, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import { images, imageTags, tags, tenants, users } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'

export type ImageRow = typeof images.$inferSelect

/** An image with what every dialect shows beside its row. */
export interface ImageRecord extends ImageRow {
  readonly tags: readonly string[]
  readonly owner: { readonly uid: string; readonly externalId: string | null; readonly name: string | null } | null
  readonly tenant: { readonly uid: string; readonly name: string; readonly domain: string | null }
}

/** What a record's query selects. Every column has a name of its own: D1 answers a batch with objects, where equal names are one. */
const COLUMNS = {
  image: images,
  owner: {
    uid: sql<string | null>`${users.uid}`.as('owner_uid'),
    externalId: sql<string | null>`${users.externalId}`.as('owner_external_id'),
    name: sql<string | null>`${users.name}`.as('owner_name'),
  },
  tenant: {
    uid: sql<string>`${tenants.uid}`.as('tenant_uid'),
    name: sql<string>`${tenants.name}`.as('tenant_name'),
    domain: sql<string | null>`${tenants.domain}`.as('tenant_domain'),
  },
}

interface RecordRow {
  readonly image: ImageRow
  readonly owner: { readonly uid: string | null; readonly externalId: string | null; readonly name: string | null }
  readonly tenant: ImageRecord['tenant']
}

/** Not expired: enforced on every read, before the sweep has come by. */
export function alive(ctx: Pick<Context, 'now'>): SQL | undefined {
  return or(isNull(images.expiresAt), gt(images.expiresAt, ctx.now()))
}

/** The ready images that satisfy `condition`, with tags and owners, in two queries however many they are. */
export async function loadImages(
  ctx: Pick<Context, 'db'>,
  condition: SQL | undefined,
  page: { order: SQL[]; limit: number; offset: number },
): Promise<ImageRecord[]> {
  return withTags(ctx, await imageRows(ctx.db, condition, page))
}

/** The first of the two queries, for a list to put into one batch with its count. */
export function imageRows(
  db: Context['db'],
  condition: SQL | undefined,
  page: { order: SQL[]; limit: number; offset: number },
) {
  return db
    .select(COLUMNS)
    .from(images)
    .innerJoin(tenants, eq(tenants.id, images.tenantId))
    .leftJoin(users, eq(users.id, images.userId))
    .where(and(eq(images.state, 'ready'), condition))
    .orderBy(...page.order)
    .limit(page.limit)
    .offset(page.offset)
}

/** The second: one for all rows of a page. */
export async function withTags(ctx: Pick<Context, 'db'>, rows: readonly RecordRow[]): Promise<ImageRecord[]> {
  const tagNames = await tagsOf(
    ctx,
    rows.map((row) => row.image.id),
  )
  return rows.map(({ image, owner: { uid, externalId, name }, tenant }) => ({
    ...image,
    tags: tagNames.get(image.id) ?? [],
    owner: uid === null ? null : { uid, externalId, name },
    tenant,
  }))
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
