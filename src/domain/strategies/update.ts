import { and, eq, not, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { commit, violates } from '#db/batch.ts'
import { originals, type StrategyKind, strategies } from '#db/schema/index.ts'
import { NOT_DONE, record } from '#domain/audit/record.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { publish } from '#domain/originals/publication.ts'
import { readConfig, type StrategyConfig } from '#domain/stores/config.ts'
import { openCredentials, sealCredentials } from '#domain/stores/credentials.ts'
import { locationOf } from '#domain/stores/location.ts'
import { requireUsable } from './create.ts'
import { requireStrategy, strategyNotFound } from './find.ts'
import { isInUse } from './in-use.ts'
import { STRATEGY_COLUMNS, type StrategyRow } from './record.ts'

/** What is absent stays as it is. */
export interface StrategyChanges {
  readonly name?: string | undefined
  readonly kind?: StrategyKind | undefined
  /** As it was sent; replaces all but secrets that are absent or masked. */
  readonly config?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Changes a place to store at; its store is opened anew from now on. What is stored there is not moved: an address changes when the
 * bytes are at the new one.
 *
 * @throws AppError `unauthenticated`, `forbidden`, `not_found`, `invalid_input`, `conflict` for another kind while it is in use
 */
export async function updateStrategy(ctx: Context, id: number, changes: StrategyChanges): Promise<StrategyRow> {
  const current = await requireStrategy(ctx, id)
  const { name = current.name, kind = current.kind } = changes
  if (kind !== current.kind && changes.config === undefined) {
    throw new AppError('invalid_input', 'configs is required when strategy_type changes')
  }
  const read = changes.config === undefined ? null : await readChanged(ctx, current, kind, changes.config)
  const update = ctx.db
    .update(strategies)
    .set({
      name,
      kind,
      ...(read !== null && { config: { ...read.plain }, credentials: await sealCredentials(ctx, read.secret) }),
      // Always another one: it is how an open store learns that it is out of date.
      updatedAt: sql`max(${ctx.now().getTime()}, ${strategies.updatedAt} + 1)` as unknown as Date,
    })
    .where(and(eq(strategies.id, id), kind === current.kind ? eq(strategies.kind, kind) : not(isInUse)))
    .returning(STRATEGY_COLUMNS)
  const changed = [
    ...(name === current.name ? [] : ['name']),
    ...(kind === current.kind ? [] : ['strategy_type']),
    ...(read === null ? [] : ['configs']),
  ]
  const deed = {
    action: 'admin.strategy.update',
    resourceType: 'strategy',
    resourceId: String(id),
    resourceName: name,
    details: { changed },
  }
  const done = sql`EXISTS (SELECT 1 FROM ${strategies} WHERE ${strategies.id} = ${id} AND ${strategies.kind} = ${kind})`
  const statements: BatchItem<'sqlite'>[] = [
    update,
    record(ctx, deed, done),
    // Links to the objects themselves may have been switched on.
    publish(ctx, eq(originals.strategyId, id)),
  ]
  try {
    const [rows] = await commit(ctx.db, statements)
    const [row] = rows as StrategyRow[]
    if (row !== undefined) return row
  } catch (error) {
    if (!violates(error, NOT_DONE)) throw error
  }
  if (kind === current.kind) throw strategyNotFound()
  throw new AppError('conflict', 'strategy_type cannot change while images are stored with the strategy')
}

async function readChanged(
  ctx: Context,
  current: StrategyRow,
  kind: StrategyKind,
  config: Readonly<Record<string, unknown>>,
): Promise<StrategyConfig> {
  const known = await secretsOfRow(ctx, current.id)
  const read = readConfig(kind, config, known)
  requireUsable(ctx, kind, read)
  // Its password would travel, readable, to wherever the new address is.
  if (kind === 'webdav' && current.kind === 'webdav' && read.secret.password === known.password) {
    const [before, after] = [current.config as StrategyConfig['plain'], read.plain].map(originOf)
    if (before !== after) throw new AppError('invalid_input', 'password must be entered again for another server')
  }
  return read

  function originOf(plain: StrategyConfig['plain']): string {
    const anywhere = { allowPrivateStorage: true }
    return new URL(locationOf('webdav', { plain, secret: {} }, anywhere).base).origin
  }
}

/** None when they cannot be read any more: then they have to be entered again. */
async function secretsOfRow(ctx: Context, id: number): Promise<StrategyConfig['secret']> {
  const row = await ctx.db
    .select({ credentials: strategies.credentials })
    .from(strategies)
    .where(eq(strategies.id, id))
    .get()
  return openCredentials(ctx, row?.credentials ?? null).catch(() => ({}))
}
