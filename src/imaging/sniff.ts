import { hasText } from './byte-reader.ts'
import type { Format } from './formats.ts'
import { looksLikeSvg } from './probe/svg.ts'

/**
 * The format of a file by its first bytes; null when it is none this service knows. Neither name nor declared media type
 * has a say. A yes means "claims to be", not "is sound": that is `probe`'s and the decoder's to find out.
 */
export function sniffFormat(bytes: Uint8Array): Format | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg'
  if (hasText(bytes, 0, '\x89PNG\r\n\x1a\n')) return 'png'
  if (hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'WEBP')) return 'webp'
  if (hasText(bytes, 0, 'GIF87a') || hasText(bytes, 0, 'GIF89a')) return 'gif'
  if (brandsOf(bytes).some((brand) => brand === 'avif' || brand === 'avis')) return 'avif'
  if (hasText(bytes, 0, 'II*\0') || hasText(bytes, 0, 'MM\0*')) return 'tiff'
  if (isBmp(bytes)) return 'bmp'
  if (isIco(bytes)) return 'ico'
  return looksLikeSvg(bytes) ? 'svg' : null
}

/** The name of a well-known image format this service refuses, for a helpful sentence. */
export function sniffUnsupported(bytes: Uint8Array): string | null {
  if (brandsOf(bytes).some((brand) => /^(hei[cxms]|hev[cmsx]|mif1|msf1)$/.test(brand))) return 'HEIC'
  if (hasText(bytes, 0, '\xff\x0a') || hasText(bytes, 4, 'JXL ')) return 'JPEG XL'
  if (hasText(bytes, 4, 'jP  ') || hasText(bytes, 0, '\xff\x4f\xff\x51')) return 'JPEG 2000'
  if (hasText(bytes, 0, '8BPS')) return 'Photoshop'
  if (hasText(bytes, 0, '%PDF-')) return 'PDF'
  if (hasText(bytes, 0, 'II+\0') || hasText(bytes, 0, 'MM\0+')) return 'BigTIFF'
  return null
}

/** Major and compatible brands of an ISO base media file (ISO/IEC 14496-12 §4.3), at most 32. */
function brandsOf(bytes: Uint8Array): string[] {
  if (!hasText(bytes, 4, 'ftyp')) return []
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0)
  const end = Math.min(size, bytes.length, 16 + 4 * 32)
  const brands = [String.fromCharCode(...bytes.subarray(8, 12))]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(String.fromCharCode(...bytes.subarray(at, at + 4)))
  return brands
}

/** "BM" alone begins many a text; the size of the header that follows is one of few. */
function isBmp(bytes: Uint8Array): boolean {
  return hasText(bytes, 0, 'BM') && bytes.length >= 18 && [12, 40, 52, 56, 64, 108, 124].includes(bytes[14] as number)
}

/** Reserved 0, type 1 (icon), at least one picture, and the reserved byte of its entry 0 as well. */
function isIco(bytes: Uint8Array): boolean {
  return hasText(bytes, 0, '\0\0\x01\0') && bytes.length >= 22 && (bytes[4] !== 0 || bytes[5] !== 0) && bytes[9] === 0
}
