/** OBU types (AV1 specification §6.2.2) that a picture is decoded from; the rest may hold anything. */
const SEQUENCE_HEADER = 1
const TEMPORAL_DELIMITER = 2
const METADATA = 5
const PADDING = 15
const DECODED = new Set([SEQUENCE_HEADER, 3, 4, 6, 7])
/** Metadata of content light level and mastering display: eight and 24 bytes at most, with type and trailing bits. */
const LIGHT_METADATA = new Set([1, 2])
const LONGEST_LIGHT_METADATA = 32

/** Turns units nobody decodes (private metadata, padding, reserved ones) into padding of zeros, in place. */
export function tidyUnits(bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end; ) {
    const header = bytes[at] as number
    let payload = at + 1 + ((header >> 2) & 1)
    let size = end - payload
    if ((header & 2) !== 0) {
      const length = readLeb128(bytes, payload, end)
      if (!length) return
      size = length.value
      payload = length.end
    }
    const next = payload + size
    if (size < 0 || next > end) return
    if (!isKept((header >> 3) & 15, bytes, payload, size)) {
      bytes[at] = (header & 0x87) | (PADDING << 3)
      bytes.fill(0, payload, next)
      // Trailing bits: decoders refuse a unit without any.
      if (size > 0) bytes[next - 1] = 0x80
    }
    at = next
  }
}

function isKept(type: number, bytes: Uint8Array, payload: number, size: number): boolean {
  if (type === METADATA) return size <= LONGEST_LIGHT_METADATA && LIGHT_METADATA.has(bytes[payload] as number)
  return DECODED.has(type) || (type === TEMPORAL_DELIMITER && size === 0)
}

/** AV1 specification §4.10.5: seven bits a byte, lowest first. */
function readLeb128(bytes: Uint8Array, at: number, limit: number): { value: number; end: number } | null {
  let value = 0
  for (let i = 0; i < 8 && at + i < limit; i++) {
    const byte = bytes[at + i] as number
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return { value, end: at + i + 1 }
  }
  return null
}
