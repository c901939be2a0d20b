/** Bytes of a representation that were asked for. */
export interface Slice {
  readonly offset: number
  readonly length: number
}

export type RangeAnswer = Slice | 'whole' | 'unsatisfiable'

/**
 * What a `Range` header means for a representation of `size` bytes (RFC 9110 §14.1.2, §14.2). Only single ranges are answered in
 * part: several, another unit, or a malformed header are as good as none, which the RFC allows.
 *
 * @param ifRange the `If-Range` header; a range counts only for the very bytes it names (§13.1.5), compared strongly
 * @param etag the representation's strong entity tag, null when it has none
 */
export function answerRange(
  header: string | undefined,
  ifRange: string | undefined,
  size: number,
  etag: string | null,
): RangeAnswer {
  if (header === undefined || (ifRange !== undefined && ifRange.trim() !== etag)) return 'whole'
  const match = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header.trim())
  if (match === null) return 'whole'
  const [first, last] = [match[1] ?? '', match[2] ?? '']
  if (first === '') return last === '' ? 'whole' : suffix(Number(last), size)
  const offset = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < offset) return 'whole'
  return offset >= size ? 'unsatisfiable' : { offset, length: end - offset + 1 }
}

function suffix(length: number, size: number): RangeAnswer {
  if (length === 0 || size === 0) return 'unsatisfiable'
  const taken = Math.min(length, size)
  return { offset: size - taken, length: taken }
}
