import { inArray, lt } from 'drizzle-orm'
import { sessions, verifications } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'

const BATCH = 1000

/** Forgets refresh tokens and mailed tokens whose time is over; until then a used one still betrays a thief. Returns how many. */
export async function purgeIdentity(ctx: Pick<Context, 'db' | 'now'>): Promise<number> {
  const { db } = ctx
  const now = ctx.now()
  const ended = db.select({ id: sessions.id }).from(sessions).where(lt(sessions.expiresAt, now)).limit(BATCH)
  const mailed = db
    .select({ id: verifications.id })
    .from(verifications)
    .where(lt(verifications.expiresAt, now))
    .limit(BATCH)
  const [first, second] = await db.batch([
    db.delete(sessions).where(inArray(sessions.id, ended)),
    db.delete(verifications).where(inArray(verifications.id, mailed)),
  ])
  return first.meta.changes + second.meta.changes
}
