import { and, eq, gt, isNull, lt, or } from 'drizzle-orm'
import { apiTokens, users } from '#db/schema/index.ts'
import type { UserPrincipal } from '#domain/access/principal.ts'
import type { Context } from '#domain/context.ts'
import { quietly } from '#domain/quietly.ts'
import { accountFacts, principalOf } from './account-facts.ts'
import { mayAct } from './may-act.ts'
import { hashSecret } from './secrets.ts'

/** When a token was last used is told to the minute, so a busy one costs one write a minute. */
const LAST_USE_MS = 60_000

/** Whose program presents this `img_` token; null for an unknown or expired one, and for one whose owner is not active. */
export async function userOfApiToken(
  ctx: Pick<Context, 'db' | 'now' | 'log'>,
  token: string,
  defer: Context['defer'],
): Promise<UserPrincipal | null> {
  const { db } = ctx
  const now = ctx.now()
  const found = await db
    .select({ ...accountFacts(db), tokenId: apiTokens.id, scopes: apiTokens.scopes })
    .from(apiTokens)
    .innerJoin(users, eq(users.id, apiTokens.userId))
    .where(
      and(
        eq(apiTokens.hash, await hashSecret(token)),
        or(isNull(apiTokens.expiresAt), gt(apiTokens.expiresAt, now)),
        mayAct(db),
      ),
    )
    .get()
  if (found === undefined) return null
  const stale = or(isNull(apiTokens.lastUsedAt), lt(apiTokens.lastUsedAt, new Date(now.getTime() - LAST_USE_MS)))
  const use = db
    .update(apiTokens)
    .set({ lastUsedAt: now })
    .where(and(eq(apiTokens.id, found.tokenId), stale))
  defer(quietly(ctx, 'last use of a token', use.run()))
  return { ...principalOf(found, ''), tokenScopes: found.scopes }
}
