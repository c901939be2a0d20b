import { ByteReader, concatBytes } from './byte-reader.ts'
import { propertiesOf, readItems } from './containers/avif-items.ts'
import { withPrimaryProperty } from './containers/avif-properties.ts'
import { topLevelBoxes } from './containers/isobmff.ts'

/** The ICC profile of an AVIF's primary item; null when it has none. */
export function readAvifProfile(bytes: Uint8Array): Uint8Array | null {
  const reader = new ByteReader(bytes, 'AVIF')
  const meta = [...topLevelBoxes(reader)].find((box) => box.type === 'meta')
  if (!meta) return null
  const items = readItems(reader, meta)
  for (const box of propertiesOf(items, items.primaryId)) {
    if (box.type === 'colr' && /^(prof|rICC)$/.test(reader.fourCc(box.dataStart))) {
      return bytes.subarray(box.dataStart + 4, box.end)
    }
  }
  return null
}

/** Gives an AVIF that has none an ICC profile: the encoder cannot, and a wide-gamut photo would lose its colours. */
export function withAvifProfile(bytes: Uint8Array, profile: Uint8Array): Uint8Array {
  return withPrimaryProperty(bytes, concatBytes([header(12 + profile.length, 'colr'), ascii('prof'), profile]))
}

/**
 * An AVIF the strict decoder takes: some writers leave out `pixi`, the bits per channel, which then is added from the
 * coding itself.
 */
export function withPixelInformation(bytes: Uint8Array, channels: number, bitDepth: number): Uint8Array {
  const reader = new ByteReader(bytes, 'AVIF')
  const meta = [...topLevelBoxes(reader)].find((box) => box.type === 'meta')
  if (!meta) return bytes
  const items = readItems(reader, meta)
  if (propertiesOf(items, items.primaryId).some((box) => box.type === 'pixi')) return bytes
  const depths = new Uint8Array(channels).fill(bitDepth)
  const content = concatBytes([new Uint8Array([0, 0, 0, 0, channels]), depths])
  return withPrimaryProperty(bytes, concatBytes([header(8 + content.length, 'pixi'), content]))
}

function header(length: number, type: string): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setUint32(0, length)
  bytes.set(ascii(type), 4)
  return bytes
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
