const ANGLE_OPEN = 0x3c
const ANGLE_CLOSE = 0x3e

/**
 * A copyright notice as it may stay: text, in which nothing can open a tag. It is the one place where an uploader's own
 * words remain in a file, so `<?php` and `<script>` must not be among them. Null for what is no text.
 * @param bytes ASCII, Latin-1 or UTF-8; NUL parts photographer and editor (EXIF)
 */
export function harmlessNotice(bytes: Uint8Array): Uint8Array | null {
  if (
    bytes.some(
      (byte) => (byte < 0x20 && byte !== 0 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || byte === 0x7f,
    )
  ) {
    return null
  }
  return bytes.map((byte) => (byte === ANGLE_OPEN ? 0x28 : byte === ANGLE_CLOSE ? 0x29 : byte))
}
