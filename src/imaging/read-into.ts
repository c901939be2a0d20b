/**
 * Bytes asked for at a time: workerd's own chunks have 4 KiB, and those of eight originals of 10 MB stayed with the garbage collector
 * as 80 MB of memory.
 */
const SCRATCH_BYTES = 256 << 10

/**
 * Copies a body into memory that cannot be lent to it, such as that of WebAssembly.
 *
 * @returns whether the body is as long as `target`; what is longer is not read on
 */
export async function readInto(target: Uint8Array, body: ReadableStream<Uint8Array>): Promise<boolean> {
  const { read, cancel } = reading(body, Math.min(SCRATCH_BYTES, target.length + 1))
  try {
    let filled = 0
    for (let bytes = await read(); bytes !== null; bytes = await read()) {
      if (bytes.length > target.length - filled) {
        cancel()
        return false
      }
      target.set(bytes, filled)
      filled += bytes.length
    }
    return filled === target.length
  } catch (error) {
    // The rest of a body nobody wants would keep its connection busy.
    cancel()
    throw error
  }
}

interface Reading {
  /** Some more bytes, valid until the next call; null at the end. */
  read(): Promise<Uint8Array | null>
  cancel(): void
}

function reading(body: ReadableStream<Uint8Array>, scratchBytes: number): Reading {
  const lender = byteReader(body)
  if (lender === null) {
    const reader = body.getReader()
    const read = async () => (await reader.read()).value ?? null
    return { read, cancel: () => void reader.cancel().catch(() => {}) }
  }
  let scratch = new Uint8Array(scratchBytes)
  const read = async () => {
    // The memory goes along and comes back with what was read.
    const { done, value } = await lender.read(scratch)
    if (done) return null
    scratch = new Uint8Array(value.buffer)
    return value
  }
  return { read, cancel: () => void lender.cancel().catch(() => {}) }
}

/** Null for a stream a script feeds: only what the runtime reads from a connection is a stream of bytes. */
function byteReader(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | null {
  try {
    return body.getReader({ mode: 'byob' })
  } catch {
    return null
  }
}
