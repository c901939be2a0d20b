import { ByteReader, concatBytes } from '../byte-reader.ts'
import { readItems } from './avif-items.ts'
import { readLocations } from './avif-locations.ts'
import { type Box, boxes, findBox, topLevelBoxes } from './isobmff.ts'

/**
 * Adds a property to the primary item of a still AVIF: a new box at the end of `ipco`, its number in `ipma`, and every
 * position behind moved along.
 * @param property the whole box
 * @throws ImagingError `corrupt_image` when the file is not laid out as AVIF is
 */
export function withPrimaryProperty(original: Uint8Array, property: Uint8Array): Uint8Array {
  const reader = new ByteReader(original, 'AVIF')
  const meta = [...topLevelBoxes(reader)].find((box) => box.type === 'meta')
  if (!meta) throw reader.corrupt('has no header')
  const items = readItems(reader, meta)
  const parts = [original.subarray(meta.start, meta.dataStart + 4)]
  for (const box of boxes(reader, meta.dataStart + 4, meta.end)) {
    parts.push(
      box.type === 'iprp'
        ? withProperty(reader, box, property, items.primaryId, items.properties.length + 1)
        : original.subarray(box.start, box.end),
    )
  }
  const written = sized(parts)
  const grown = written.length - (meta.end - meta.start)
  const bytes = concatBytes([original.subarray(0, meta.start), written, original.subarray(meta.end)])
  moveLocations(bytes, meta, grown)
  return bytes
}

function withProperty(reader: ByteReader, iprp: Box, property: Uint8Array, itemId: number, number: number): Uint8Array {
  const parts = [reader.bytes.subarray(iprp.start, iprp.dataStart)]
  for (const box of boxes(reader, iprp.dataStart, iprp.end)) {
    const whole = reader.bytes.subarray(box.start, box.end)
    if (box.type === 'ipco') parts.push(sized([whole, property]))
    else if (box.type === 'ipma') parts.push(withAssociation(reader, box, itemId, number))
    else parts.push(whole)
  }
  return sized(parts)
}

/** Puts the new number behind the item's others; `ipma` of version 0 with one-byte numbers is what still images have. */
function withAssociation(reader: ByteReader, ipma: Box, itemId: number, number: number): Uint8Array {
  const wideIds = reader.u8(ipma.dataStart) > 0
  const wideNumbers = (reader.u8(ipma.dataStart + 3) & 1) === 1
  const idSize = wideIds ? 4 : 2
  let at = ipma.dataStart + 8
  while (at < ipma.end) {
    const id = wideIds ? reader.u32be(at) : reader.u16be(at)
    const countAt = at + idSize
    const end = countAt + 1 + reader.u8(countAt) * (wideNumbers ? 2 : 1)
    if (id === itemId) {
      const box = sized([
        reader.bytes.subarray(ipma.start, end),
        wideNumbers ? new Uint8Array([number >> 8, number & 255]) : new Uint8Array([number]),
        reader.bytes.subarray(end, ipma.end),
      ])
      box[countAt - ipma.start] = reader.u8(countAt) + 1
      return box
    }
    at = end
  }
  throw reader.corrupt('has a broken item list')
}

/** Positions of item data behind `meta`, raised by what it grew. */
function moveLocations(bytes: Uint8Array, oldMeta: Box, grown: number): void {
  const reader = new ByteReader(bytes, 'AVIF')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const iloc = findBox(reader, 'iloc', oldMeta.dataStart + 4, oldMeta.end + grown)
  if (!iloc) throw reader.corrupt('lacks a part of its header')
  const itemData = findBox(reader, 'idat', oldMeta.dataStart + 4, oldMeta.end + grown)
  for (const { extents } of readLocations(reader, iloc, itemData).locations) {
    for (const { start, offsetAt } of extents) {
      if (start < oldMeta.end) continue
      // Positions of eight bytes, or given by the base alone, exist on paper.
      if (offsetAt === null) throw reader.corrupt('stores its data in an unusual way')
      view.setUint32(offsetAt, view.getUint32(offsetAt) + grown)
    }
  }
}

/** The parts as one box, its size (the first four bytes) set right. */
function sized(parts: readonly Uint8Array[]): Uint8Array {
  const box = concatBytes(parts)
  new DataView(box.buffer).setUint32(0, box.length)
  return box
}
