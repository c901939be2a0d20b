import { ImagingError } from '../errors.ts'
import type { Coverage } from '../watermark/letters.ts'
import { type Keeper, loadModule, type ModuleSource } from './codec.ts'
import { InstanceSlot } from './instance-slot.ts'
import { drawWithPhoton, type PhotonExports, photonInstance } from './photon-instance.ts'

/** A line is drawn in pieces of this width, so that photon's copies of them stay small whatever its length. */
const TILE_WIDTH = 1024
/** What photon calls a size is ascent and descent together, (1900 + 500) / 2048 of an em in Roboto. */
const PHOTON_SIZE = 2400 / 2048
/** Room above and below for accents on capitals, in ems. */
const ROOM = 0.25
/** No line is longer: the widest letter, Ѹ, takes 1.16 em. */
const WIDEST = 1.2

/** Lines of text in Roboto, which photon's module brings along. */
export class PhotonText implements Keeper {
  readonly #slot: InstanceSlot<PhotonExports>

  constructor(module: ModuleSource) {
    this.#slot = new InstanceSlot(async () => photonInstance(await loadModule(module)))
  }

  get idleBytes(): number {
    return this.#slot.idleBytes
  }

  dropIdle(): void {
    this.#slot.dropIdle()
  }

  /**
   * The line's letters, cut to where there is ink.
   *
   * @param text blanks single and none at the ends: a gap of a whole tile is taken for the end
   * @throws ImagingError `engine_failed`
   */
  async draw(text: string, fontSize: number): Promise<Coverage> {
    return this.#slot.use((photon) => {
      try {
        return cut(joined(tilesOf(photon, text, fontSize)))
      } catch (cause) {
        if (cause instanceof ImagingError) throw cause
        throw new ImagingError('engine_failed', 'The watermark could not be drawn.', { cause })
      }
    })
  }
}

function tilesOf(photon: PhotonExports, text: string, fontSize: number): Coverage[] {
  const room = Math.ceil(fontSize * ROOM)
  const height = Math.ceil(fontSize * PHOTON_SIZE) + 2 * room
  const tiles: Coverage[] = []
  const most = Math.ceil(([...text].length * fontSize * WIDEST + 2 * room) / TILE_WIDTH)
  while (tiles.length < most) {
    const x = room - tiles.length * TILE_WIDTH
    const data = drawWithPhoton(photon, text, { x, y: room, size: fontSize * PHOTON_SIZE }, TILE_WIDTH, height)
    if (data.every((value) => value === 0)) break
    tiles.push({ data, width: TILE_WIDTH, height })
  }
  return tiles
}

function joined(tiles: readonly Coverage[]): Coverage {
  const height = tiles[0]?.height ?? 0
  const width = tiles.length * TILE_WIDTH
  const data = new Uint8Array(width * height)
  tiles.forEach((tile, index) => {
    for (let y = 0; y < height; y++) {
      data.set(tile.data.subarray(y * TILE_WIDTH, (y + 1) * TILE_WIDTH), y * width + index * TILE_WIDTH)
    }
  })
  return { data, width, height }
}

function cut({ data, width, height }: Coverage): Coverage {
  let [left, right, top, bottom] = [width, 0, height, 0]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] === 0) continue
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
      top = Math.min(top, y)
      bottom = y + 1
    }
  }
  if (right <= left) throw new ImagingError('engine_failed', 'The watermark has nothing to draw.')
  const letters = { data: new Uint8Array((right - left) * (bottom - top)), width: right - left, height: bottom - top }
  for (let y = top; y < bottom; y++) {
    letters.data.set(data.subarray(y * width + left, y * width + right), (y - top) * letters.width)
  }
  return letters
}
