import { and, desc, eq, sql } from 'drizzle-orm'
import { descriptorKey } from '#cache/keys.ts'
import { images } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { quietly } from '#domain/quietly.ts'
import { siteTenantId } from '#domain/users/site.ts'
import { alive } from './record.ts'

/**
 * An image with these stored bytes that everybody may see, as far as the row tells: several images may share one thumbnail. The
 * site's own goes before a client's, whose demands on image URLs are its own affair. Without one, any image with them, which
 * `deliver` then refuses or not. Remembered for as long as a descriptor.
 *
 * @param fresh asks the database whatever is remembered: that image may be gone while others have the same bytes
 */
export async function findByMd5(ctx: Context, md5: string, { fresh = false } = {}): Promise<string | null> {
  const key = descriptorKey('md5', md5)
  const { principal } = ctx
  // Somebody signed in may have one of their own, which no answer for others tells of.
  const userId = principal.kind === 'user' ? principal.userId : null
  const cached = userId !== null || fresh ? null : await quietly(ctx, 'descriptor cache', ctx.cache.get(key))
  if (cached !== null) return new Response(cached.body).text()
  const isPublic = sql`(${images.visibility} = 'public' AND ${images.moderation} = 'approved')`
  const isOfSite = sql`(${images.tenantId} = ${siteTenantId(ctx.db)})`
  const row = await ctx.db
    .select({ uid: images.uid })
    .from(images)
    .where(and(eq(images.md5, md5), eq(images.state, 'ready'), eq(images.purpose, 'image'), alive(ctx)))
    .orderBy(
      desc(sql`(${isPublic} AND ${isOfSite})`),
      desc(sql`${images.userId} IS ${userId}`),
      desc(isPublic),
      desc(images.id),
    )
    .limit(1)
    .get()
  if (row === undefined) return null
  const ttlSeconds = ctx.policy.descriptorTtlSeconds
  if (ttlSeconds > 0 && userId === null) {
    const entry = { body: row.uid, contentType: 'text/plain', ttlSeconds }
    ctx.defer(quietly(ctx, 'descriptor cache', ctx.cache.put(key, entry)))
  }
  return row.uid
}
