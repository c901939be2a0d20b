import { and, eq, type SQL } from 'drizzle-orm'
import { grants } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { hashSecret } from '#domain/identity/secrets.ts'
import { isUid } from '#domain/refs.ts'
import { isToken } from './issue.ts'

/** Takes back the grants that satisfy the condition, which includes whose they are; returns how many. */
export async function revokeGrants(ctx: Pick<Context, 'db'>, condition: SQL): Promise<number> {
  return (await ctx.db.delete(grants).where(condition).returning({ id: grants.id })).length
}

/** As `revokeGrants`, of the one grant named by its uuid or by the token itself. */
export async function revokeGrant(ctx: Pick<Context, 'db'>, idOrToken: string, condition: SQL): Promise<boolean> {
  if (isUid(idOrToken)) return (await revokeGrants(ctx, allOf(condition, eq(grants.uid, idOrToken)))) > 0
  if (!isToken(idOrToken)) return false
  return (await revokeGrants(ctx, allOf(condition, eq(grants.tokenHash, await hashSecret(idOrToken))))) > 0
}

function allOf(condition: SQL, named: SQL): SQL {
  return and(condition, named) ?? named
}
