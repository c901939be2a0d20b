import type { Source } from './engine.ts'
import { ImagingError } from './errors.ts'
import { nameOf } from './formats.ts'
import { readInto } from './read-into.ts'

/**
 * The whole body in memory, never more than it was said to be.
 * @throws ImagingError `corrupt_image` when the body is shorter or longer
 */
export async function readAll({ body, size, probe }: Source): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body
  const bytes = new Uint8Array(size)
  if (!(await readInto(bytes, body))) throw wrongLength(probe)
  return bytes
}

function wrongLength({ format }: Source['probe']): ImagingError {
  return new ImagingError('corrupt_image', `This ${nameOf(format)} file is not as long as was announced.`)
}
