import { AppError } from '#domain/errors.ts'

/** Far above any honest body of this API. */
export const MAX_JSON_BYTES = 5 * 1024 * 1024

/**
 * Reads a JSON body, stopping at the first byte over the limit; undefined for an empty one, whatever its declared type, because
 * clients send the header without a body.
 *
 * @throws AppError `invalid_input`, `too_large`
 */
export async function readJson(request: Request): Promise<unknown> {
  const bytes = await readBounded(request)
  if (bytes.byteLength === 0) return undefined
  if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    throw new AppError('invalid_input', 'The body must be application/json')
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes))
  } catch (error) {
    if (error instanceof RangeError) throw error
    throw new AppError('invalid_input', `Malformed JSON: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    })
  }
}

async function readBounded(request: Request): Promise<Uint8Array> {
  const tooLarge = () => new AppError('too_large', `The body exceeds the maximum of ${MAX_JSON_BYTES} bytes`)
  if (Number(request.headers.get('content-length') ?? 0) > MAX_JSON_BYTES) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_JSON_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}
