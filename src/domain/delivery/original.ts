import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { type Descriptor, findFreshDescriptor } from '#domain/images/descriptor.ts'
import { type ByteRange, StorageError, type StoredObject } from '#storage/object-store.ts'
import type { Bytes, DeliveryRequest } from './delivery.ts'

/** The stored bytes as they are, or the part of them that is wanted; null when they are missing, which is logged. */
export async function readOriginal(
  ctx: Context,
  image: Descriptor,
  validator: string | null,
  slice: DeliveryRequest['slice'],
): Promise<Bytes | { readonly unsatisfiable: number } | null> {
  const size = image.bytes
  const wanted = slice?.(size, validator) ?? 'whole'
  // Asked here because a store answers an impossible range with the whole object.
  if (wanted === 'unsatisfiable') return { unsatisfiable: size }
  const range = wanted === 'whole' ? undefined : wanted
  const object = await openOriginal(ctx, image, range)
  return object && { body: object.body, size, slice: range ?? null, format: image.probe.format, source: 'original' }
}

/**
 * The original at its strategy's store; null when it is missing, which is logged.
 *
 * @throws AppError `unavailable` when the store does not answer, or has other bytes than were stored
 */
export async function openOriginal(ctx: Context, image: Descriptor, range?: ByteRange): Promise<StoredObject | null> {
  try {
    const object = (await find(ctx, image, range)) ?? (await findMoved(ctx, image, range))
    if (object === null) {
      ctx.log('error', 'original is missing from the store', { image: image.uid, key: image.objectKey })
      return null
    }
    if (object.size === image.bytes || (object.size === null && range !== undefined)) return object
    await object.body.cancel()
    throw new StorageError(`the original has ${object.size} bytes; ${image.bytes} were stored`)
  } catch (error) {
    throw error instanceof StorageError ? unreadable(error) : error
  }
}

/** Also for what breaks off in the middle. */
export function unreadable(cause: unknown): AppError {
  return new AppError('unavailable', 'The image cannot be read from its storage now; try again', {
    cause,
    retryAfterSeconds: 5,
  })
}

async function find(ctx: Context, { objectKey, store }: Descriptor, range?: ByteRange): Promise<StoredObject | null> {
  return (await ctx.stores.of(ctx, store)).get(objectKey, range)
}

/** While a descriptor is kept its original may have moved, to where nobody knows it. */
async function findMoved(ctx: Context, image: Descriptor, range?: ByteRange): Promise<StoredObject | null> {
  if (image.store.kind === 'r2') return null
  const fresh = await findFreshDescriptor(ctx, image.uid)
  return fresh === null || fresh.objectKey === image.objectKey ? null : find(ctx, fresh, range)
}
