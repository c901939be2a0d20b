import { and, eq, exists, gt, isNull } from 'drizzle-orm'
import { sessions, users } from '#db/schema/index.ts'
import type { UserPrincipal } from '#domain/access/principal.ts'
import type { Context } from '#domain/context.ts'
import { type Audience, readAccessToken } from './access-token.ts'
import { accountFacts, principalOf } from './account-facts.ts'
import { mayAct } from './may-act.ts'

/**
 * Who presents this access token: asked of the database at every request, so deactivation, a lost role or grant, a logout or a
 * changed password hold at once. Null for anything that does not hold.
 */
export async function userOfAccessToken(
  ctx: Pick<Context, 'db' | 'keys' | 'now'>,
  audience: Audience,
  token: string,
): Promise<UserPrincipal | null> {
  const claims = await readAccessToken(ctx, audience, token)
  if (claims === null) return null
  const { db } = ctx
  const alive = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      and(
        eq(sessions.family, claims.sessionFamily),
        eq(sessions.userId, claims.userId),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, ctx.now()),
      ),
    )
  const user = await db
    .select(accountFacts(db))
    .from(users)
    .where(and(eq(users.id, claims.userId), mayAct(db), exists(alive)))
    .get()
  return user === undefined ? null : principalOf(user, claims.sessionFamily)
}
