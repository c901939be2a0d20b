import { and, asc, eq, sql } from 'drizzle-orm'
import { groupStrategies, strategies, tenants } from '#db/schema/index.ts'
import { administersSite } from '#domain/access/tenancy.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { STRATEGY_COLUMNS, type StrategyRow } from '#domain/strategies/record.ts'
import type { Membership } from './policy.ts'

/** The strategies a group may store with, in the order they were made; credentials are not even read. */
export async function strategiesOf(ctx: Context, membership: Membership): Promise<StrategyRow[]> {
  const attached = await ctx.db
    .select(STRATEGY_COLUMNS)
    .from(strategies)
    .innerJoin(groupStrategies, eq(groupStrategies.strategyId, strategies.id))
    .where(and(eq(groupStrategies.groupId, membership.groupId), eq(strategies.tenantId, membership.site.id)))
    .orderBy(asc(strategies.id))
  if (attached.length > 0 || !administersSite(ctx.principal)) return attached
  return ctx.db
    .select(STRATEGY_COLUMNS)
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
): Promise<StrategyRow> {
  const available = await strategiesOf(ctx, membership)
  const [first] = available
  if (first === undefined) throw new AppError('unavailable', 'no storage strategy available')
  if (wish.named !== null) {
    const named = available.find(({ id }) => id === wish.named) ?? (await anyForAdministrators(ctx, wish.named))
    if (named === null) throw new AppError('forbidden', 'strategy not available for your group')
    return named
  }
  const preferred = available.find(({ id }) => id === wish.preferred)
  return preferred ?? defaultStrategy(available, membership) ?? first
}

/** Administrators may name what their group does not have (contract section 4.4). */
async function anyForAdministrators(ctx: Context, id: number): Promise<StrategyRow | null> {
  if (!administersSite(ctx.principal)) return null
  const site = sql`(SELECT ${tenants.id} FROM ${tenants} WHERE ${tenants.kind} = 'site')`
  const named = and(eq(strategies.id, id), eq(strategies.tenantId, site))
  return (await ctx.db.select(STRATEGY_COLUMNS).from(strategies).where(named).get()) ?? null
}
