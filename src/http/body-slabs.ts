/**
 * Bytes read between two looks at the form: workerd's own chunks have 4 KiB, and the 2,500 of a body of 10 MB took longer to
 * read and left the garbage collector 3 MB of objects.
 */
const SLAB_BYTES = 256 << 10

/** As workerd reads: its own type lacks the memory it hands back at the end. */
type Read = { readonly done: boolean; readonly value: Uint8Array<ArrayBuffer> }

/**
 * A body in pieces of 256 KiB, each memory of its own; the last is shorter. Of a stream that cannot be read into memory given to it, the
 * chunks as they come.
 *
 * @param arrived asked for every few bytes that came, before more is read
 */
export async function* slabsOf(
  body: ReadableStream<Uint8Array>,
  arrived: (bytes: number) => Promise<void>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = byteReader(body)
  if (reader === null) return yield* chunksOf(body, arrived)
  try {
    let slab = new Uint8Array(SLAB_BYTES)
    let filled = 0
    for (;;) {
      // The memory goes along and comes back, at the end as well.
      const { done, value } = (await reader.read(slab.subarray(filled))) as Read
      if (done) {
        if (filled > 0) yield new Uint8Array(value.buffer, 0, filled)
        return
      }
      await arrived(value.byteLength)
      slab = new Uint8Array(value.buffer)
      filled += value.byteLength
      if (filled < slab.length) continue
      yield slab
      slab = new Uint8Array(SLAB_BYTES)
      filled = 0
    }
  } finally {
    // Nobody reads on: after the end it does nothing.
    reader.cancel().catch(() => {})
  }
}

async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  arrived: (bytes: number) => Promise<void>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const chunk of body) {
    await arrived(chunk.length)
    yield chunk as Uint8Array<ArrayBuffer>
  }
}

/** Null for a stream a script feeds: only what the runtime reads from a connection is a stream of bytes. */
function byteReader(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | null {
  try {
    return body.getReader({ mode: 'byob' })
  } catch {
    return null
  }
}
