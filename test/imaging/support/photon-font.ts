import { photonInstance } from '#imaging/codecs/photon-instance.ts'

const TABLES_AT = 12
const TABLE_BYTES = 16

/** The characters of the font in photon's memory, as its cmap (format 4) lists them. */
export function fontCharacters(module: WebAssembly.Module): Set<number> {
  const font = findFont(Buffer.from(photonInstance(module).memory.buffer))
  const cmap = tableAt(font, 'cmap')
  const subtables = font.readUInt16BE(cmap + 2)
  for (let i = 0; i < subtables; i++) {
    const at = cmap + font.readUInt32BE(cmap + 4 + 8 * i + 4)
    if (font.readUInt16BE(at) === 4) return charactersOf(font, at)
  }
  throw new Error('The font has no cmap of format 4')
}

function findFont(memory: Buffer): Buffer {
  for (let at = memory.indexOf('GDEF'); at > 0; at = memory.indexOf('GDEF', at + 1)) {
    const font = memory.subarray(at - TABLES_AT)
    if (font.readUInt32BE(0) === 0x10000 && font.readUInt16BE(4) < 30) return font
  }
  throw new Error('There is no TrueType font in photon’s memory')
}

function tableAt(font: Buffer, tag: string): number {
  for (let i = 0; i < font.readUInt16BE(4); i++) {
    const entry = TABLES_AT + TABLE_BYTES * i
    if (font.toString('latin1', entry, entry + 4) === tag) return font.readUInt32BE(entry + 8)
  }
  throw new Error(`The font has no ${tag}`)
}

/** https://learn.microsoft.com/typography/opentype/spec/cmap#format-4-segment-mapping-to-delta-values */
function charactersOf(font: Buffer, at: number): Set<number> {
  const segments = font.readUInt16BE(at + 6) / 2
  const field = (index: number, segment: number) => at + 14 + 2 * (index * segments + segment) + (index > 0 ? 2 : 0)
  const found = new Set<number>()
  for (let segment = 0; segment < segments; segment++) {
    const [end, start] = [font.readUInt16BE(field(0, segment)), font.readUInt16BE(field(1, segment))]
    const delta = font.readUInt16BE(field(2, segment))
    const range = font.readUInt16BE(field(3, segment))
    for (let code = start; code <= end && code < 0xffff; code++) {
      const glyph =
        range === 0 ? (code + delta) & 0xffff : font.readUInt16BE(field(3, segment) + range + 2 * (code - start))
      if (glyph !== 0) found.add(code)
    }
  }
  return found
}
