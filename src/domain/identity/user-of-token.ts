import { and, eq, exists, gt, isNull, sql } from 'drizzle-orm'
import { adminGrants, sessions, users } from '#db/schema/index.ts'
import type { UserPrincipal } from '#domain/access/principal.ts'
import type { Context } from '#domain/context.ts'
import { type Audience, readAccessToken } from './access-token.ts'

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
  const granted = sql<string>`(SELECT json_group_array(${adminGrants.tenantId}) FROM ${adminGrants}
    WHERE ${eq(adminGrants.userId, users.id)})`
  const user = await db
    .select({
      id: users.id,
      tenantId: users.tenantId,
      email: users.email,
      role: users.role,
      allTenantsAccess: users.allTenantsAccess,
      granted,
    })
    .from(users)
    .where(and(eq(users.id, claims.userId), eq(users.active, true), isNull(users.externalId), exists(alive)))
    .get()
  if (user === undefined) return null
  return {
    kind: 'user',
    userId: user.id,
    tenantId: user.tenantId,
    email: user.email ?? '',
    role: user.role,
    allTenantsAccess: user.allTenantsAccess,
    grantedTenantIds: JSON.parse(user.granted) as number[],
    sessionFamily: claims.sessionFamily,
  }
}
