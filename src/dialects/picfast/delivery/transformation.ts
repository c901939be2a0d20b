import { parseTransformation } from '#http/transformation/parse.ts'
import type { Transformation } from '#imaging/transformation.ts'

/** What an `/i/…` URL names: `abc123.jpg@w_300,h_200,q_60,f_webp`. */
export interface FileName {
  readonly key: string
  /** Lower case, without the dot. */
  readonly extension: string
  readonly transformation: Transformation
  readonly preset: string | undefined
}

/** A side of more than this many pixels is ignored (contract section 5.1). */
const MAX_SIDE = 10_000

/**
 * Reads the last path segment; null when it cannot name an image. Unknown keys, empty values and values out of range are ignored
 * one by one, as the contract says: a broken parameter shows the picture, not an error.
 */
export function parseFileName(segment: string): FileName | null {
  const [file = '', ...rest] = segment.split('@')
  const match = /^([a-z0-9]{4,32})\.([a-z0-9]{2,5})$/i.exec(file)
  if (match === null) return null
  const pairs = rest
    .join('@')
    .toLowerCase()
    .split(',')
    .map((pair) => split(pair))
  const { transformation } = parseTransformation(pairs)
  return {
    key: (match[1] ?? '').toLowerCase(),
    extension: (match[2] ?? '').toLowerCase(),
    transformation: withinSides(transformation),
    preset: pairs.find(([name]) => name === 'preset' || name === 'p')?.[1],
  }
}

function split(pair: string): [string, string] {
  const at = pair.indexOf('_')
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
}

function withinSides(wish: Transformation): Transformation {
  const { width, height, ...rest } = wish
  return {
    ...rest,
    ...(width !== undefined && width >= 1 && width <= MAX_SIDE && { width }),
    ...(height !== undefined && height >= 1 && height <= MAX_SIDE && { height }),
  }
}
