import { describe, expect, it } from 'vitest'
import { readInto } from '#imaging/read-into.ts'

const SCRATCH = 256 << 10
const noise = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 255)

/** As the runtime brings it, which reads into memory lent to it. */
const received = (bytes: Uint8Array) => new Response(bytes).body as ReadableStream<Uint8Array>

/** As a script feeds it. */
const scripted = (bytes: Uint8Array) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 1000) controller.enqueue(bytes.slice(at, at + 1000))
      controller.close()
    },
  })

describe.each([
  ['received', received],
  ['of a script', scripted],
])('a body %s', (_, stream) => {
  it.each([1, SCRATCH - 1, SCRATCH, SCRATCH + 1, 2 * SCRATCH + 5])('of %i bytes is copied whole', async (length) => {
    const sent = noise(length)
    const target = new Uint8Array(length)
    expect(await readInto(target, stream(sent))).toBe(true)
    expect(target.every((byte, at) => byte === sent[at])).toBe(true)
  })

  it.each([SCRATCH / 2, SCRATCH, 2 * SCRATCH])('is found out when it is not of %i bytes', async (length) => {
    expect(await readInto(new Uint8Array(length), stream(noise(length - 1)))).toBe(false)
    expect(await readInto(new Uint8Array(length), stream(noise(length + 1)))).toBe(false)
  })
})

it('hands on what breaks a body', async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error('connection lost')),
  })
  await expect(readInto(new Uint8Array(9), broken)).rejects.toThrow('connection lost')
})
