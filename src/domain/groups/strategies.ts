import { and, asc, eq } from 'drizzle-orm'
import { groupStrategies, strategies } from '#db/schema/index.ts'
import { rolesFrom } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import type { Membership } from './policy.ts'

export type StrategyRow = Omit<typeof strategies.$inferSelect, 'credentials'>

const COLUMNS = {
  id: strategies.id,
  tenantId: strategies.tenantId,
  name: strategies.name,
  kind: strategies.kind,
  config: strategies.config,
  createdAt: strategies.createdAt,
  updatedAt: strategies.updatedAt,
}

/** The strategies a group may store with, in the order they were made; credentials are not even read. */
export async function strategiesOf(ctx: Context, membership: Membership): Promise<StrategyRow[]> {
  const attached = await ctx.db
    .select(COLUMNS)
    .from(strategies)
    .innerJoin(groupStrategies, eq(groupStrategies.strategyId, strategies.id))
    .where(and(eq(groupStrategies.groupId, membership.groupId), eq(strategies.tenantId, membership.site.id)))
    .orderBy(asc(strategies.id))
  if (attached.length > 0 || !administers(ctx)) return attached
  return ctx.db
    .select(COLUMNS)
    .from(strategies)
    .where(eq(strategies.tenantId, membership.site.id))
    .orderBy(asc(strategies.id))
}

/** The one an upload goes to when it names none. */
export function defaultStrategy(available: readonly StrategyRow[], membership: Membership): StrategyRow | undefined {
  return available.find(({ id }) => id === membership.policy.defaultStrategyId) ?? available[0]
}

/**
 * Where an upload goes: the strategy it names, the person's own choice, the group's, else the first.
 *
 * @throws AppError `forbidden` for one that is not the group's, `unavailable` without any
 */
export async function chooseStrategy(
  ctx: Context,
  membership: Membership,
  wish: { readonly named: number | null; readonly preferred: number | null },
): Promise<number> {
  // Only the worker's own bucket takes bytes so far.
  const available = (await strategiesOf(ctx, membership)).filter(({ kind }) => kind === 'r2')
  if (available.length === 0) throw new AppError('unavailable', 'no storage strategy available')
  if (wish.named !== null) {
    const named = available.find(({ id }) => id === wish.named)
    if (named === undefined) throw new AppError('forbidden', 'strategy not available for your group')
    return named.id
  }
  const preferred = available.find(({ id }) => id === wish.preferred)
  return (preferred ?? defaultStrategy(available, membership) ?? available[0])?.id ?? 0
}

function administers({ principal }: Context): boolean {
  return principal.kind === 'user' && rolesFrom('admin').includes(principal.role)
}
