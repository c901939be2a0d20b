import type { ByteReader } from '../byte-reader.ts'
import { type Box, boxes, freeBox } from '../containers/isobmff.ts'
import { soundProfile } from './profile.ts'

/** Compatible brands that say something to decoders; others are four free bytes each. */
const BRANDS =
  /^(avif|avis|avio|mif1|mif2|msf1|miaf|MA1A|MA1B|MiHE|MiPr|tmap|av01|iso[2-9m]|iso[a-c]|mp4[12]|pict|heix|heic|1pic)$/
/** What unknown brands become: the one every AVIF is compatible with. */
const PLAIN_BRAND = [0x6d, 0x69, 0x66, 0x31]

/** Properties that say how pixels are coded or shown, and how long they may be; null where the content tells. */
const PROPERTIES: Readonly<Record<string, number | null>> = {
  ...{ ispe: 12, pixi: null, av1C: null, colr: null, auxC: null, irot: 1, imir: 1, clap: 32, pasp: 8 },
  ...{ a1op: 1, lsel: 2, a1lx: null, clli: 4, mdcv: 24, cclv: null, amve: 8 },
  // Sequences have two of their own.
  ...{ auxi: null, ccst: 8 },
}
const LONGEST_PROPERTY = 64

/** Major brand, version and compatible brands. */
export function tidyBrands(bytes: Uint8Array, reader: ByteReader, ftyp: Box): void {
  bytes.fill(0, Math.min(ftyp.dataStart + 4, ftyp.end), Math.min(ftyp.dataStart + 8, ftyp.end))
  for (let at = ftyp.dataStart + 8; at + 4 <= ftyp.end; at += 4) {
    if (!BRANDS.test(reader.fourCc(at))) bytes.set(PLAIN_BRAND, at)
  }
  bytes.fill(0, ftyp.end - ((ftyp.end - ftyp.dataStart) % 4), ftyp.end)
}

/** Handlers are told by their type; their name is for people. */
export function tidyHandler(bytes: Uint8Array, { dataStart, end }: Box): void {
  bytes.fill(0, Math.min(dataStart + 4, end), Math.min(dataStart + 8, end))
  bytes.fill(0, Math.min(dataStart + 12, end), end)
}

/** Leaves of one property what it means; one that is unknown, overlong or no profile becomes free space in its place. */
export function tidyProperty(bytes: Uint8Array, reader: ByteReader, box: Box): void {
  const { type, dataStart, end } = box
  const length = PROPERTIES[type]
  if (length === undefined) freeBox(bytes, box)
  else if (type === 'colr') tidyColour(bytes, reader, box)
  else if (type === 'auxC' || type === 'auxi') zeroFrom(bytes, bytes.indexOf(0, dataStart + 4), end)
  else if (length !== null) zeroFrom(bytes, dataStart + length, end)
  else if (end - dataStart > LONGEST_PROPERTY) freeBox(bytes, box)
}

/** `nclx` names colours by numbers, in seven bytes; `prof` and `rICC` hold a profile. */
function tidyColour(bytes: Uint8Array, reader: ByteReader, box: Box): void {
  const { dataStart, end } = box
  const kind = end - dataStart < 4 ? '' : reader.fourCc(dataStart)
  const profile = kind === 'prof' || kind === 'rICC' ? soundProfile(bytes.subarray(dataStart + 4, end)) : null
  if (profile) {
    bytes.set(profile, dataStart + 4)
    zeroFrom(bytes, dataStart + 4 + profile.length, end)
  } else if (kind === 'nclx') {
    zeroFrom(bytes, dataStart + 11, end)
  } else {
    freeBox(bytes, box)
  }
}

/** Frees the boxes between two places that are not of the given types. */
export function freeOthers(
  bytes: Uint8Array,
  reader: ByteReader,
  from: number,
  to: number,
  types: ReadonlySet<string>,
): void {
  for (const box of boxes(reader, from, to)) if (!types.has(box.type)) freeBox(bytes, box)
}

export function zeroFrom(bytes: Uint8Array, from: number, end: number): void {
  if (from >= 0 && from < end) bytes.fill(0, from, end)
}
