import type { ByteReader } from '../byte-reader.ts'
import { type Box, boxes, findBox } from './isobmff.ts'

/** What an AVIF file's `meta` box says about its items (HEIF, ISO/IEC 23008-12). */
export interface AvifItems {
  readonly meta: Box
  readonly primaryId: number
  readonly entries: readonly ItemEntry[]
  readonly references: readonly ItemReference[]
  /** Property boxes in file order; associations count from 1. */
  readonly properties: readonly Box[]
  /** Property numbers per item. */
  readonly associations: ReadonlyMap<number, readonly number[]>
}

/** One `infe` box. */
export interface ItemEntry {
  readonly id: number
  readonly type: string
  readonly box: Box
}

/** One typed reference: `type` is `auxl`, `cdsc`, `dimg`, `thmb`, `prem` … */
export interface ItemReference {
  readonly type: string
  readonly from: number
  readonly to: readonly number[]
  readonly box: Box
}

/** @throws ImagingError `corrupt_image` when the box or one inside it is broken or missing */
export function readItems(reader: ByteReader, meta: Box): AvifItems {
  const content = meta.dataStart + 4
  const inside = new Map<string, Box>()
  for (const box of boxes(reader, content, meta.end)) if (!inside.has(box.type)) inside.set(box.type, box)
  const pitm = inside.get('pitm')
  const iinf = inside.get('iinf')
  const iprp = inside.get('iprp')
  if (!pitm || !iinf || !iprp) throw reader.corrupt('lacks a part of its header')
  const ipco = findBox(reader, 'ipco', iprp.dataStart, iprp.end)
  const ipma = findBox(reader, 'ipma', iprp.dataStart, iprp.end)
  if (!ipco || !ipma) throw reader.corrupt('lacks a part of its header')
  const iref = inside.get('iref')
  return {
    meta,
    primaryId: reader.u8(pitm.dataStart) === 0 ? reader.u16be(pitm.dataStart + 4) : reader.u32be(pitm.dataStart + 4),
    entries: readEntries(reader, iinf),
    references: iref ? readReferences(reader, iref) : [],
    properties: [...boxes(reader, ipco.dataStart, ipco.end)],
    associations: readAssociations(reader, ipma),
  }
}

/** The properties of one item, in the order they apply. */
export function propertiesOf(items: AvifItems, id: number): Box[] {
  const numbers = items.associations.get(id) ?? []
  return numbers.map((number) => items.properties[number - 1]).filter((box) => box !== undefined)
}

function readEntries(reader: ByteReader, iinf: Box): ItemEntry[] {
  const first = iinf.dataStart + (reader.u8(iinf.dataStart) === 0 ? 6 : 8)
  const entries: ItemEntry[] = []
  for (const box of boxes(reader, first, iinf.end)) {
    const version = reader.u8(box.dataStart)
    if (box.type !== 'infe' || version < 2) throw reader.corrupt('has a broken item list')
    const wide = version > 2
    const id = wide ? reader.u32be(box.dataStart + 4) : reader.u16be(box.dataStart + 4)
    entries.push({ id, type: reader.fourCc(box.dataStart + (wide ? 10 : 8)), box })
  }
  return entries
}

function readReferences(reader: ByteReader, iref: Box): ItemReference[] {
  const idSize = reader.u8(iref.dataStart) === 0 ? 2 : 4
  const readId = (at: number) => (idSize === 2 ? reader.u16be(at) : reader.u32be(at))
  const references: ItemReference[] = []
  for (const box of boxes(reader, iref.dataStart + 4, iref.end)) {
    const count = reader.u16be(box.dataStart + idSize)
    const list = box.dataStart + idSize + 2
    if (list + count * idSize > box.end) throw reader.corrupt('has a broken item reference')
    const to = Array.from({ length: count }, (_, i) => readId(list + i * idSize))
    references.push({ type: box.type, from: readId(box.dataStart), to, box })
  }
  return references
}

function readAssociations(reader: ByteReader, ipma: Box): Map<number, number[]> {
  const wideIds = reader.u8(ipma.dataStart) > 0
  const wideIndexes = (reader.u8(ipma.dataStart + 3) & 1) === 1
  const items = reader.u32be(ipma.dataStart + 4)
  const associations = new Map<number, number[]>()
  let at = ipma.dataStart + 8
  // Each item takes three bytes or more, so a false count ends at the end of the box.
  for (let i = 0; i < items; i++) {
    const id = wideIds ? reader.u32be(at) : reader.u16be(at)
    at += wideIds ? 4 : 2
    const count = reader.u8(at++)
    const indexes: number[] = []
    for (let k = 0; k < count; k++) {
      indexes.push(wideIndexes ? reader.u16be(at) & 0x7fff : reader.u8(at) & 0x7f)
      at += wideIndexes ? 2 : 1
    }
    if (at > ipma.end) throw reader.corrupt('has a broken item list')
    associations.set(id, [...(associations.get(id) ?? []), ...indexes])
  }
  return associations
}
