import { ImagingError } from '../errors.ts'
import { nameOf } from '../formats.ts'
import type { Probe } from '../probe.ts'
import { type Decoder, loadModule, type ModuleSource, type Pixels } from './codec.ts'
import { decodeWithPhoton } from './photon-instance.ts'

/** GIF (first frame), BMP and TIFF to pixels. */
export class PhotonDecoder implements Decoder {
  readonly #module: ModuleSource

  constructor(module: ModuleSource) {
    this.#module = module
  }

  async decode(bytes: Uint8Array, probe: Probe): Promise<Pixels> {
    const module = await loadModule(this.#module)
    try {
      const picture = decodeWithPhoton(module, bytes)
      if (picture.width === probe.codedWidth && picture.height === probe.codedHeight) return picture
    } catch (cause) {
      throw corrupt(probe, cause)
    }
    throw corrupt(probe)
  }
}

function corrupt(probe: Probe, cause?: unknown): ImagingError {
  const variant = probe.format === 'tiff' ? ', or uses a compression this service does not know' : ''
  return new ImagingError('corrupt_image', `This ${nameOf(probe.format)} file cannot be decoded${variant}.`, { cause })
}
