import { hasText, latin1 } from '../byte-reader.ts'

/** ICC.1:2022 §7.2 and §7.3: the header, then the number of tags and twelve bytes for each. */
const HEADER_LENGTH = 128
const SIZE_AT = 0
const CLASS_AT = 12
const SIGNATURE_AT = 36
const ID_AT = 84
const RESERVED_AT = 100
const TAG_LENGTH = 12

const CLASSES = new Set(['scnr', 'mntr', 'prtr', 'link', 'spac', 'abst', 'nmcl'])
/** Real profiles have 9 to 40. */
const MOST_TAGS = 256
/** Press profiles reach 3 MB. */
export const LARGEST_PROFILE = 4_000_000

/**
 * The profile that `bytes` begin with, as far as it says it goes, with zeros where it has nothing to say: reserved header
 * bytes and whatever no tag refers to. Null for what is no profile: bytes an uploader would like back, or a broken one
 * that no colour management reads. What its tags hold stays, private ones included: it describes colours.
 */
export function soundProfile(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length < HEADER_LENGTH + 4 || !hasText(bytes, SIGNATURE_AT, 'acsp')) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = view.getUint32(SIZE_AT)
  const tags = view.getUint32(HEADER_LENGTH)
  const tagsEnd = HEADER_LENGTH + 4 + TAG_LENGTH * tags
  if (size > bytes.length || size > LARGEST_PROFILE || tags === 0 || tags > MOST_TAGS || tagsEnd > size) return null
  if (!CLASSES.has(latin1(bytes, CLASS_AT, CLASS_AT + 4))) return null
  const used: { start: number; end: number }[] = [
    { start: 0, end: RESERVED_AT },
    { start: HEADER_LENGTH, end: tagsEnd },
  ]
  for (let at = HEADER_LENGTH + 4; at < tagsEnd; at += TAG_LENGTH) {
    const start = view.getUint32(at + 4)
    const end = start + view.getUint32(at + 8)
    if (start < tagsEnd || end > size) return null
    used.push({ start, end })
  }
  return onlyUsed(bytes.slice(0, size), used)
}

/** Tags may share their data, so ranges may overlap. */
function onlyUsed(profile: Uint8Array, used: readonly { start: number; end: number }[]): Uint8Array {
  let at = 0
  let changed = false
  const clear = (end: number) => {
    if (profile.subarray(at, end).every((byte) => byte === 0)) return
    profile.fill(0, at, end)
    changed = true
  }
  for (const { start, end } of [...used].sort((a, b) => a.start - b.start)) {
    if (start > at) clear(start)
    at = Math.max(at, end)
  }
  if (at < profile.length) clear(profile.length)
  // The id is a checksum of the whole; zero says that none was computed.
  if (changed) profile.fill(0, ID_AT, ID_AT + 16)
  return profile
}
