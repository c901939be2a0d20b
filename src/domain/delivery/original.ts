import type { Context } from '#domain/context.ts'
import type { Descriptor } from '#domain/images/descriptor.ts'
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
  const object = await ctx.bucket.get(image.objectKey, range)
  if (object === null) {
    ctx.log('error', 'original is missing from the store', { image: image.uid, key: image.objectKey })
    return null
  }
  return { body: object.body, size, slice: range ?? null, format: image.probe.format, source: 'original' }
}
