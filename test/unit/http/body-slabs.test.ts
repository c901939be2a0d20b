import { describe, expect, it } from 'vitest'
import { slabsOf } from '#http/body-slabs.ts'
import { readForm } from '#http/multipart.ts'

const SLAB = 256 << 10

const noise = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 255)

/** Deep equality of a megabyte takes a second. */
const same = (one: Uint8Array, other: Uint8Array) =>
  one.length === other.length && one.every((byte, at) => byte === other[at])

const bodyOf = (bytes: Uint8Array) =>
  new Request('https://picharbor.test', { method: 'POST', body: bytes }).body as ReadableStream<Uint8Array>

/** As a script feeds it, in chunks of its own. */
const scripted = (bytes: Uint8Array) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 1000) controller.enqueue(bytes.slice(at, at + 1000))
      controller.close()
    },
  })

async function gathered(body: ReadableStream<Uint8Array>) {
  const slabs: Uint8Array[] = []
  let arrived = 0
  const count = async (bytes: number) => {
    arrived += bytes
  }
  for await (const slab of slabsOf(body, count)) slabs.push(slab)
  return { slabs, arrived, bytes: new Uint8Array(await new Blob(slabs).arrayBuffer()) }
}

describe('a body in slabs', () => {
  it.each([0, 1, SLAB - 1, SLAB, SLAB + 1, 3 * SLAB, 3 * SLAB + 5])(
    'has every one of %i bytes, in memory of its own',
    async (length) => {
      const sent = noise(length)
      const { slabs, arrived, bytes } = await gathered(bodyOf(sent))
      expect(same(bytes, sent)).toBe(true)
      expect(arrived).toBe(length)
      expect(slabs.map((slab) => slab.length)).toEqual(
        Array.from({ length: Math.ceil(length / SLAB) }, (_, at) => Math.min(SLAB, length - at * SLAB)),
      )
      expect(new Set(slabs.map(({ buffer }) => buffer)).size).toBe(slabs.length)
    },
  )

  it('is read from a stream of a script as well', async () => {
    const sent = noise(2 * SLAB + 77)
    const { arrived, bytes } = await gathered(scripted(sent))
    expect(arrived).toBe(sent.length)
    expect(same(bytes, sent)).toBe(true)
  })

  it('is not read on by who has seen enough', async () => {
    let asked = 0
    const refuse = async () => {
      asked++
      throw new Error('enough')
    }
    const reading = async () => {
      for await (const _ of slabsOf(bodyOf(noise(3 * SLAB)), refuse));
    }
    await expect(reading()).rejects.toThrow('enough')
    expect(asked).toBe(1)
  })
})

describe('a form in slabs', () => {
  const boundary = 'picharbor'
  const before = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n`
  const after = `\r\n--${boundary}\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n--${boundary}--\r\n`

  it('is the same wherever a delimiter meets the end of one', async () => {
    for (let shift = -4; shift <= 20; shift++) {
      const file = noise(SLAB - before.length - shift)
      const body = await new Blob([before, file, after]).arrayBuffer()
      const headers = { 'Content-Type': `multipart/form-data; boundary=${boundary}` }
      const request = new Request('https://picharbor.test', { method: 'POST', headers, body })
      const form = await readForm(request, { maxFileBytes: 10 * SLAB })
      expect(same(form.files.get('file')?.[0]?.bytes as Uint8Array, file)).toBe(true)
      expect(form.fields.get('note')).toEqual(['hello'])
    }
  })
})
