import { and, desc, eq, sql } from 'drizzle-orm'
import { descriptorKey } from '#cache/keys.ts'
import { images } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { quietly } from '#domain/quietly.ts'

/**
 * An image with these stored bytes that everybody may see, as far as the row tells: several images may share one thumbnail.
 * Without one, any image with them, which `deliver` then refuses or not. Remembered for as long as a descriptor.
 */
export async function findByMd5(ctx: Context, md5: string): Promise<string | null> {
  const key = descriptorKey('md5', md5)
  const { principal } = ctx
  // Somebody signed in may have one of their own, which no answer for others tells of.
  const userId = principal.kind === 'user' ? principal.userId : null
  const cached = userId !== null ? null : await quietly(ctx, 'descriptor cache', ctx.cache.get(key))
  if (cached !== null) return new Response(cached.body).text()
  const isPublic = sql`(${images.visibility} = 'public' AND ${images.moderation} = 'approved')`
  const row = await ctx.db
    .select({ uid: images.uid })
    .from(images)
    .where(and(eq(images.md5, md5), eq(images.state, 'ready'), eq(images.purpose, 'image')))
    .orderBy(desc(isPublic), desc(sql`${images.userId} IS ${userId}`), desc(images.id))
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
