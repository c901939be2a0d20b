import { eq } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { violates } from '#db/batch.ts'
import { albums, images, type ModerationState, strategies, type Visibility } from '#db/schema/index.ts'
import { canonicalAddress } from '#domain/access/rate-limit.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { drainOutbox } from '#domain/outbox/drain.ts'
import { directBase } from '#domain/stores/direct.ts'
import { toRef } from '#domain/stores/stores.ts'
import { STRATEGY_COLUMNS, type StrategyRow } from '#domain/strategies/record.ts'
import { extensionOf, mimeTypeOf } from '#imaging/formats.ts'
import { originalKey, remoteOriginalKey } from '#storage/keys.ts'
import { newImageKey } from '../identity/secrets.ts'
import { commitUpload, REPLACED_MEANWHILE } from './commit-upload.ts'
import { fileName } from './file-name.ts'
import { discard, type Intake, type Offer, takeIn } from './intake.ts'
import { type ImageRecord, type ImageRow, loadImages } from './record.ts'
import { findOriginal, ORIGINAL_GONE, OVER_RATE, reserve } from './reserve.ts'
import { retireImage } from './retire.ts'
import { rateRefusal, withinRates } from './upload-rates.ts'
import type { Uploader } from './uploader.ts'

export interface UploadInput extends Offer {
  /** File name as the client gave it. */
  readonly name: string
  readonly uploader: Uploader
  readonly visibility: Visibility
  readonly tags: readonly string[]
  readonly description: string | null
  /** Row id of an album of the same tenant; the caller has looked it up and may add to it. */
  readonly albumId: number | null
  readonly purpose?: 'image' | 'avatar'
  /** Where to store it; absent takes the worker's own bucket. */
  readonly strategy?: StrategyRow
  readonly moderation?: ModerationState
  readonly expiresAt?: Date | null
  /** SHA-256 of the token that deletes it for whoever has it. */
  readonly deletionTokenHash?: string
  /**
   * Statements of the commit that put the new image into the place of another; asked again when that has changed meanwhile,
   * which they say by `REPLACED_MEANWHILE`.
   */
  readonly replaces?: (pending: ImageRow) => Promise<readonly BatchItem<'sqlite'>[]>
}

/**
 * Stores an image: reserve → put → commit. A row is visible only after its bytes are stored, a refused upload leaves nothing
 * behind, and what a killed process leaves (a pending row, its quota, perhaps its object) the reaper takes back.
 *
 * @throws AppError as `takeIn`, and `quota_exceeded`, `rate_limited`, `not_found` for an album deleted meanwhile, `unavailable`
 */
export async function uploadImage(ctx: Context, input: UploadInput): Promise<ImageRecord> {
  const name = fileName(input.name)
  const receivedBytes = input.bytes.byteLength
  const intake = await takeIn(ctx, input)
  try {
    return await store(ctx, input, { ...intake, name, receivedBytes })
  } finally {
    discard(input, intake.bytes)
  }
}

async function store(
  ctx: Context,
  input: UploadInput,
  intake: Intake & { readonly name: string; readonly receivedBytes: number },
): Promise<ImageRecord> {
  const strategy = input.strategy ?? (await ownBucket(ctx))
  const strategyId = strategy.id
  const isRemote = strategy.kind !== 'r2'
  const { uploader } = input
  const uid = crypto.randomUUID()
  const row = {
    uid,
    key: newImageKey(),
    strategyId,
    name: intake.name,
    probe: intake.probe,
    width: intake.probe.width,
    height: intake.probe.height,
    format: intake.probe.format,
    bytes: intake.bytes.byteLength,
    receivedBytes: intake.receivedBytes,
    processing: intake.processing,
    ...intake.hashes,
    description: input.description,
    visibility: input.visibility,
    purpose: input.purpose ?? ('image' as const),
    thumbHash: intake.preview.thumbHash,
    dominantColor: intake.preview.dominantColor,
    salientX: intake.preview.salientPoint.x,
    salientY: intake.preview.salientPoint.y,
    uploaderIp: canonicalAddress(uploader.ip),
    moderation: input.moderation ?? ('approved' as const),
    expiresAt: input.expiresAt ?? null,
    deletionTokenHash: input.deletionTokenHash ?? null,
    createdAt: ctx.now(),
    updatedAt: ctx.now(),
  }
  const ownKey = originalKey(uploader.tenant.uid, uid, extensionOf(intake.probe.format))
  const objectKey = isRemote ? remoteOriginalKey(ownKey) : ownKey
  const holder = uploader.holder
  // Where links lead to the object itself, each image has one of its own: hiding one must not break, nor show, another.
  const shared =
    directBase(strategy) === null
      ? await findOriginal(ctx, { tenantId: holder.tenantId, strategyId, sha256: intake.hashes.sha256 })
      : null
  const rates = uploader.rates ?? []
  const withinLimits = rates.length === 0 ? undefined : withinRates(uploader, rates, row.createdAt)
  const asNew = () => reserve(ctx, holder, { ...row, objectKey, originalId: null }, uploader.first, withinLimits)
  const asShared = ({ id, objectKey: key }: { id: number; objectKey: string }) =>
    reserve(ctx, holder, { ...row, objectKey: key, originalId: id }, uploader.first, withinLimits)
  const pending = await (shared === null
    ? asNew()
    : asShared(shared).catch((error: unknown) => {
        // The last image with these bytes was deleted since we looked: store them anew.
        if (violates(error, ORIGINAL_GONE)) return asNew()
        throw error
      })
  ).catch(async (error: unknown) => {
    throw violates(error, OVER_RATE) ? await rateRefusal(ctx, uploader, rates, error) : error
  })

  try {
    if (pending.originalId === null) {
      const objects = await ctx.stores.of(ctx, toRef(strategy))
      await objects.put(objectKey, intake.bytes, {
        contentType: mimeTypeOf(intake.probe.format),
        sha256: intake.hashes.sha256,
        ...(isRemote && { cacheControl: DIRECT_CACHING }),
      })
    }
    await commitReplacing(ctx, pending, { ...input, isRemote })
  } catch (error) {
    await undo(ctx, pending, input.albumId, error)
  }
  const [record] = await loadImages(ctx, eq(images.id, pending.id), { order: [], limit: 1, offset: 0 })
  if (record === undefined) throw new AppError('unavailable', 'The image was removed while it was being stored')
  return record
}

/** What a direct link's answer may be kept for, as for `/i`: a month by the viewer, a minute by what is between. */
const DIRECT_CACHING = 'public, max-age=2592000, s-maxage=60'
const MAX_COMMITS = 10

async function commitReplacing(
  ctx: Context,
  pending: ImageRow,
  input: UploadInput & { readonly isRemote: boolean },
): Promise<void> {
  for (let left = MAX_COMMITS; ; left--) {
    const alongside = (await input.replaces?.(pending)) ?? []
    try {
      return await commitUpload(ctx, pending, { ...input, alongside })
    } catch (error) {
      if (left === 1 || !violates(error, REPLACED_MEANWHILE)) throw error
    }
  }
}

/** Returns when the upload had in truth been committed (a lost answer of the database); else gives back and throws. */
async function undo(ctx: Context, pending: ImageRow, albumId: number | null, cause: unknown): Promise<void> {
  ctx.log('error', 'upload failed after it was reserved', { image: pending.uid, error: String(cause) })
  const retired = await retireImage(ctx, pending)
  ctx.defer(drainOutbox(ctx))
  if (!retired) {
    const row = await ctx.db.select({ state: images.state }).from(images).where(eq(images.id, pending.id)).get()
    if (row?.state === 'ready') return
  }
  if (albumId !== null && !(await isAlbum(ctx, albumId))) {
    throw new AppError('not_found', 'Album not found', { cause })
  }
  throw new AppError('unavailable', 'The image could not be stored; try again', { cause, retryAfterSeconds: 5 })
}

/** It may have been deleted since the caller looked it up. */
async function isAlbum(ctx: Pick<Context, 'db'>, id: number): Promise<boolean> {
  return (await ctx.db.select({ id: albums.id }).from(albums).where(eq(albums.id, id)).get()) !== undefined
}

/** The worker's own bucket; its row is made by the first migration. */
async function ownBucket(ctx: Pick<Context, 'db'>): Promise<StrategyRow> {
  const row = await ctx.db.select(STRATEGY_COLUMNS).from(strategies).where(eq(strategies.kind, 'r2')).limit(1).get()
  if (row === undefined) throw new AppError('unavailable', 'No storage strategy is available')
  return row
}
