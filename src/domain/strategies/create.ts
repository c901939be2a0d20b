import type { BatchItem } from 'drizzle-orm/batch'
import { commit } from '#db/batch.ts'
import { type StrategyKind, strategies } from '#db/schema/index.ts'
import { requireSiteAdministrator } from '#domain/access/tenancy.ts'
import { JUST_INSERTED, record } from '#domain/audit/record.ts'
import type { Context } from '#domain/context.ts'
import { readConfig, type StrategyConfig } from '#domain/stores/config.ts'
import { sealCredentials } from '#domain/stores/credentials.ts'
import { requireDirectBase } from '#domain/stores/direct.ts'
import { locationOf } from '#domain/stores/location.ts'
import { siteTenantId } from '#domain/users/site.ts'
import { STRATEGY_COLUMNS, type StrategyRow } from './record.ts'

export interface NewStrategy {
  readonly name: string
  readonly kind: StrategyKind
  /** As it was sent. */
  readonly config: Readonly<Record<string, unknown>>
}

/**
 * Adds a place to store at. Nobody's group has it yet, and whether it answers is asked by `checkStores`.
 *
 * @throws AppError `unauthenticated`, `forbidden`, `invalid_input`
 */
export async function createStrategy(ctx: Context, { name, kind, config }: NewStrategy): Promise<StrategyRow> {
  requireSiteAdministrator(ctx)
  const read = readConfig(kind, config)
  requireUsable(ctx, kind, read)
  const insertion = ctx.db
    .insert(strategies)
    .values({
      tenantId: siteTenantId(ctx.db) as unknown as number,
      name,
      kind,
      config: { ...read.plain },
      credentials: await sealCredentials(ctx, read.secret),
      createdAt: ctx.now(),
      updatedAt: ctx.now(),
    })
    .returning(STRATEGY_COLUMNS)
  const statements: BatchItem<'sqlite'>[] = [
    insertion,
    record(ctx, {
      action: 'admin.strategy.create',
      resourceType: 'strategy',
      resourceId: JUST_INSERTED,
      resourceName: name,
      details: { strategy_type: kind },
    }),
  ]
  const [rows] = await commit(ctx.db, statements)
  const [row] = rows as StrategyRow[]
  if (row === undefined) throw new Error('an inserted row did not come back')
  return row
}

/** @throws AppError `invalid_input` for addresses that are none, or not allowed */
export function requireUsable(ctx: Pick<Context, 'policy'>, kind: StrategyKind, config: StrategyConfig): void {
  if (kind !== 'r2') locationOf(kind, config, ctx.policy)
  requireDirectBase({ kind, config: config.plain })
}
