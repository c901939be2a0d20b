import { type ByteRange, StorageError, type StoredObject } from './object-store.ts'
import { within } from './remote-request.ts'

/** A store that sends nothing for so long while somebody waits is given up. */
const IDLE_MS = 20_000
/** And one that drips: what is slower than 4 kB/s uses that time up, or a picture would hold memory and its place for hours. */
const SLOWEST_BYTES_PER_MS = 4

/**
 * The object an answer to GET holds. Its body fails, for whoever reads it, when it ends early, is longer than announced, or stalls:
 * half a picture is never taken for a whole one. Servers that ignore ranges are cut here.
 *
 * @throws StorageError when the answer does not say what it holds
 */
export function storedObject(response: Response, range: ByteRange | undefined): StoredObject {
  const announced = Number(response.headers.get('Content-Length') ?? Number.NaN)
  if (response.status === 206 && range !== undefined) {
    const { first, last, size } = contentRange(response)
    if (first !== range.offset || last !== range.offset + range.length - 1) {
      throw new StorageError('GET: the server answered another range than was asked for')
    }
    return { size, ...steadyBody(response, { offset: 0, length: range.length }) }
  }
  if (response.status !== 200 || !Number.isSafeInteger(announced)) {
    throw new StorageError('GET: the server does not say how long the object is')
  }
  return { size: announced, ...steadyBody(response, range ?? { offset: 0, length: announced }, range !== undefined) }
}

function contentRange(response: Response) {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers.get('Content-Range') ?? '')
  const [, first, last, size] = match ?? []
  return { first: Number(first), last: Number(last), size: size === '*' ? null : Number(size) }
}

/** @param isCut the range is to be taken out of what comes; else it is what comes */
function steadyBody({ body }: Response, { offset, length }: ByteRange, isCut = false): Omit<StoredObject, 'size'> {
  const reader = (body ?? new Blob([]).stream()).getReader()
  let position = 0
  let broken: unknown
  let patience = IDLE_MS
  const next = async () => {
    try {
      const asked = Date.now()
      const { done, value } = await within(patience, reader.read(), 'GET: the body stalled')
      const earned = (value?.byteLength ?? 0) / SLOWEST_BYTES_PER_MS
      patience = Math.min(IDLE_MS, patience - (Date.now() - asked) + earned)
      if (done && position < offset + length) throw new StorageError(`GET: the body ended after ${position} bytes`)
      return done ? null : value
    } catch (error) {
      broken = error
      reader.cancel(error).catch(() => undefined)
      throw error
    }
  }
  const watched = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let bytes = new Uint8Array()
        while (bytes.byteLength === 0) {
          const value = await next()
          if (value === null) return controller.close()
          bytes = isCut
            ? value.subarray(Math.max(0, offset - position), Math.max(0, offset + length - position))
            : value
          position += value.byteLength
        }
        controller.enqueue(bytes)
        if (isCut && position >= offset + length) {
          controller.close()
          await reader.cancel()
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
  // Counts natively: its readable side fails when more bytes come, and gives the answer its length.
  const counted = new FixedLengthStream(length)
  watched.pipeTo(counted.writable).catch(() => undefined)
  return { body: counted.readable, broken: () => broken }
}
