import { ImagingError } from '../errors.ts'
import { nameOf } from '../formats.ts'
import type { Probe } from '../probe.ts'
import { type Decoder, loadModule, type ModuleSource, type Pixels } from './codec.ts'
import { InstanceSlot } from './instance-slot.ts'
import { decodeWithPhoton, type PhotonExports, type PhotonPicture, photonInstance } from './photon-instance.ts'

/** GIF (first frame), BMP and TIFF to pixels. */
export class PhotonDecoder implements Decoder {
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

  async decode<T>(bytes: Uint8Array, probe: Probe, use: (pixels: Pixels) => Promise<T>): Promise<T> {
    return this.#slot.use(async (photon) => {
      const picture = decoded(photon, bytes, probe)
      const result = await use(picture)
      picture.free()
      return result
    })
  }
}

function decoded(photon: PhotonExports, bytes: Uint8Array, probe: Probe): PhotonPicture {
  let picture: PhotonPicture
  try {
    picture = decodeWithPhoton(photon, bytes)
  } catch (cause) {
    throw corrupt(probe, cause)
  }
  if (picture.width !== probe.codedWidth || picture.height !== probe.codedHeight) throw corrupt(probe)
  return picture
}

function corrupt(probe: Probe, cause?: unknown): ImagingError {
  const variant = probe.format === 'tiff' ? ', or uses a compression this service does not know' : ''
  return new ImagingError('corrupt_image', `This ${nameOf(probe.format)} file cannot be decoded${variant}.`, { cause })
}
