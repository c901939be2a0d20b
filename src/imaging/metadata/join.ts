import { concatBytes } from '../byte-reader.ts'

/** Makes one file of pieces of another and new ones, in order. */
export type Join = (pieces: readonly Uint8Array[]) => Uint8Array

/**
 * A join in the memory of `bytes`, whose pieces move towards the beginning: of a file of 10 MB there is then no second copy. Where a
 * piece would cover one that is still to be moved, as of parts that change their order, the pieces are joined in new memory after all.
 *
 * @returns a join after which `bytes` is no file any more
 */
export function joinWithin(bytes: Uint8Array): Join {
  return (pieces) => {
    if (!canMove(bytes, pieces)) return concatBytes(pieces)
    let at = 0
    for (const piece of pieces) {
      bytes.set(piece, at)
      at += piece.length
    }
    return bytes.subarray(0, at)
  }
}

/** Whether each piece, put behind the ones before it, ends before any later piece of `bytes` begins. */
function canMove(bytes: Uint8Array, pieces: readonly Uint8Array[]): boolean {
  let end = pieces.reduce((sum, piece) => sum + piece.length, 0)
  let laterBegins = bytes.length
  for (const piece of pieces.toReversed()) {
    if (end > laterBegins) return false
    end -= piece.length
    if (piece.length > 0 && piece.buffer === bytes.buffer) {
      laterBegins = Math.min(laterBegins, piece.byteOffset - bytes.byteOffset)
    }
  }
  return true
}
