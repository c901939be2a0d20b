import { and, asc, eq } from 'drizzle-orm'
import { strategies } from '#db/schema/index.ts'
import { requireSiteAdministrator } from '#domain/access/tenancy.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { siteTenantId } from '#domain/users/site.ts'
import { STRATEGY_COLUMNS, type StrategyRow } from './record.ts'

/**
 * All strategies of the site, in the order they were made.
 *
 * @throws AppError `unauthenticated`, `forbidden`
 */
export async function listStrategies(ctx: Context): Promise<StrategyRow[]> {
  requireSiteAdministrator(ctx)
  return ctx.db.select(STRATEGY_COLUMNS).from(strategies).where(ofSite(ctx)).orderBy(asc(strategies.id))
}

/** @throws AppError `unauthenticated`, `forbidden`, `not_found` */
export async function requireStrategy(ctx: Context, id: number): Promise<StrategyRow> {
  requireSiteAdministrator(ctx)
  const row = await ctx.db
    .select(STRATEGY_COLUMNS)
    .from(strategies)
    .where(and(eq(strategies.id, id), ofSite(ctx)))
    .get()
  if (row === undefined) throw strategyNotFound()
  return row
}

export function strategyNotFound(): AppError {
  return new AppError('not_found', 'strategy not found')
}

function ofSite({ db }: Pick<Context, 'db'>) {
  return eq(strategies.tenantId, siteTenantId(db))
}
