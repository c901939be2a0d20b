import { and, eq } from 'drizzle-orm'
import { presets } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import type { Transformation } from '#imaging/transformation.ts'
import { thumbnailOf } from './choose.ts'

/** Lower-case words: they stand in URLs. */
export const PRESET_NAME = /^[a-z0-9][a-z0-9-]{0,63}$/

export interface Preset {
  readonly name: string
  readonly transformation: Transformation
}

/** Available to every tenant unless it has one of the same name. */
export const BUILT_IN = ['thumb'] as const

/**
 * A preset by name, the tenant's own before the built-in ones.
 *
 * @throws AppError `invalid_input` for a name that is none: a page with a misspelt preset should say so, not show full size
 */
export async function findPreset(ctx: Context, tenantId: number, name: string): Promise<Transformation> {
  if (PRESET_NAME.test(name)) {
    const row = await ctx.db
      .select({ transformation: presets.transformation })
      .from(presets)
      .where(and(eq(presets.tenantId, tenantId), eq(presets.name, name)))
      .get()
    if (row !== undefined) return row.transformation as Transformation
    if (name === 'thumb') return thumbnailOf(ctx.policy)
  }
  throw new AppError('invalid_input', 'There is no such preset', {
    issues: [{ path: 'preset', message: 'is unknown' }],
  })
}

export async function listPresets(ctx: Context, tenantId: number): Promise<Preset[]> {
  const rows = await ctx.db.select().from(presets).where(eq(presets.tenantId, tenantId)).orderBy(presets.name)
  return rows.map(({ name, transformation }) => ({ name, transformation: transformation as Transformation }))
}

const MAX_PRESETS = 100

/** @throws AppError `invalid_input` */
export async function savePreset(ctx: Context, tenantId: number, preset: Preset): Promise<void> {
  if (!PRESET_NAME.test(preset.name)) {
    throw new AppError('invalid_input', 'A preset’s name has 1 to 64 letters a to z, digits and hyphens')
  }
  const { length } = await listPresets(ctx, tenantId)
  if (length >= MAX_PRESETS) throw new AppError('invalid_input', `There may be at most ${MAX_PRESETS} presets`)
  const transformation = preset.transformation as Record<string, unknown>
  await ctx.db
    .insert(presets)
    .values({ tenantId, name: preset.name, transformation, updatedAt: ctx.now() })
    .onConflictDoUpdate({
      target: [presets.tenantId, presets.name],
      set: { transformation, updatedAt: ctx.now() },
    })
}

/** @throws AppError `not_found` */
export async function removePreset(ctx: Context, tenantId: number, name: string): Promise<void> {
  const removed = await ctx.db
    .delete(presets)
    .where(and(eq(presets.tenantId, tenantId), eq(presets.name, name)))
    .returning({ name: presets.name })
  if (removed.length === 0) throw new AppError('not_found', 'There is no such preset')
}
