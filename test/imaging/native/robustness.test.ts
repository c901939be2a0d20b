import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { NativePixels } from '#imaging/codecs/native.ts'
import { likeness, rgbOf } from './measure.ts'
import { codeOf, jobFor, MODULE, picture, pixels, render, sourceOf } from './support.ts'

async function stillWorks(engine: NativePixels): Promise<void> {
  const file = await picture(120, 90).jpeg({ quality: 95 }).toBuffer()
  const source = sourceOf(file)
  const { bytes } = await engine.render(source, jobFor(source, { format: 'png' }))
  expect(likeness(await rgbOf(bytes), await rgbOf(file)).psnr).toBeGreaterThan(35)
}

/** Reproducible damage. */
function damaged(file: Buffer, seed: number): Buffer {
  const copy = Buffer.from(file)
  let state = seed * 2654435761
  for (let i = 0; i < 1 + (seed % 8); i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    copy[Math.floor(copy.length * 0.3) + (state % Math.floor(copy.length * 0.7))] = state >>> 24
  }
  return copy
}

const CODES = ['none', 'corrupt_image', 'unsupported_format', 'over_budget']

describe('bad images', () => {
  it('200 damaged JPEGs, then a good one', async () => {
    const engine = new NativePixels(MODULE)
    const file = await picture(160, 120).jpeg().toBuffer()
    const source = sourceOf(file)
    for (let seed = 0; seed < 200; seed++)
      expect(CODES).toContain(await codeOf(engine.thumbnailRgba({ ...source, body: damaged(file, seed) }, 50)))
    await stillWorks(engine)
  })

  it('1,000 damaged PNGs, then a good one', async () => {
    const engine = new NativePixels(MODULE)
    const file = await picture(80, 60).png().toBuffer()
    const source = sourceOf(file)
    for (let seed = 0; seed < 1000; seed++)
      expect(await codeOf(engine.thumbnailRgba({ ...source, body: damaged(file, seed) }, 50))).not.toBe('engine_failed')
    await stillWorks(engine)
  })

  it('300 damaged WebPs of each kind, then a good one', async () => {
    const engine = new NativePixels(MODULE)
    for (const options of [{}, { lossless: true }]) {
      const file = await picture(80, 60).ensureAlpha(0.5).webp(options).toBuffer()
      const source = sourceOf(file)
      for (let seed = 0; seed < 300; seed++)
        expect(CODES).toContain(await codeOf(engine.thumbnailRgba({ ...source, body: damaged(file, seed) }, 50)))
    }
    await stillWorks(engine)
  })

  it.each(['jpeg', 'png', 'webp'] as const)('%s cut anywhere is refused', async (format) => {
    const file = await picture(160, 120)[format]().toBuffer()
    const { probe } = sourceOf(file)
    for (let length = 200; length < file.length - 1; length += 97) {
      const body = file.subarray(0, length)
      expect(await codeOf(pixels.thumbnailRgba({ probe, size: length, body }, 50)), `${length}`).toBe('corrupt_image')
    }
  })

  it('says what is wrong with which format', async () => {
    const file = await picture(160, 120).jpeg().toBuffer()
    const { probe } = sourceOf(file)
    const body = file.subarray(0, 1500)
    await expect(pixels.thumbnailRgba({ probe, size: 1500, body }, 50)).rejects.toThrow('This JPEG ends too early.')
  })

  it('a header that is not the one admitted is refused', async () => {
    const source = sourceOf(await picture(160, 120).png().toBuffer())
    const probe = { ...source.probe, codedWidth: 16 }
    expect(await codeOf(pixels.thumbnailRgba({ ...source, probe }, 50))).toBe('corrupt_image')
  })

  it('shows nothing of the image before', async () => {
    const engine = new NativePixels(MODULE)
    const secret = sourceOf(await picture(160, 120).jpeg().toBuffer())
    await engine.render(secret, jobFor(secret))
    const blank = await picture(160, 120).modulate({ brightness: 0 }).jpeg().toBuffer()
    const cut = blank.subarray(0, blank.length - 20)
    expect(await codeOf(engine.renderToRgba({ ...sourceOf(blank), size: cut.length, body: cut }, jobFor(secret)))).toBe(
      'corrupt_image',
    )
  })
})

describe('limits', () => {
  it('a job that needs more than its cap is refused, and the next one works', async () => {
    const engine = new NativePixels(MODULE, { capBytes: 2 << 20 })
    const source = sourceOf(await picture(1500, 1000).jpeg({ progressive: true }).toBuffer())
    expect(await codeOf(engine.render(source, jobFor(source)))).toBe('over_budget')
    await stillWorks(engine)
  })

  it('of the isolate, not of the picture, are told apart', async () => {
    const source = sourceOf(await picture(1600, 1200).jpeg({ progressive: true }).toBuffer())
    const short = new NativePixels(withMemoryOf(60))
    expect(await codeOf(short.render(source, jobFor(source)))).toBe('engine_busy')
    const capped = new NativePixels(MODULE, { capBytes: 3 << 20 })
    expect(await codeOf(capped.render(source, jobFor(source)))).toBe('over_budget')
    const small = sourceOf(await picture(80, 60).png().toBuffer())
    expect((await short.render(small, jobFor(small))).width).toBe(80)
  })

  it('of the isolate are told where a copy of the output gets no memory', async () => {
    const source = sourceOf(await picture(80, 60).png().toBuffer())
    const copy = vi.spyOn(Uint8Array.prototype, 'slice').mockImplementation(() => {
      throw new RangeError('Array buffer allocation failed')
    })
    const code = await codeOf(new NativePixels(MODULE).render(source, jobFor(source)))
    copy.mockRestore()
    expect(code).toBe('engine_busy')
  })

  it('an instance is not kept once its memory is large', async () => {
    const engine = new NativePixels(MODULE, { capBytes: 120 << 20 })
    const source = sourceOf(
      await picture(4000, 3000).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
    )
    await engine.renderToRgba(source, jobFor(source, { width: 1600, height: 1200 }))
    expect(engine.idleBytes).toBe(0)
    await stillWorks(engine)
    expect(engine.idleBytes).toBeGreaterThan(0)
  })
})

/** The module with a memory that can never hold more than this many pages of 64 KiB. */
function withMemoryOf(pages: number): WebAssembly.Module {
  const bytes = new Uint8Array(readFileSync(new URL('../../../src/imaging/codecs/pixels.wasm', import.meta.url)))
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at] as number
    let size = 0
    let shift = 0
    do {
      at++
      size |= ((bytes[at] as number) & 127) << shift
      shift += 7
    } while ((bytes[at] as number) & 128)
    at++
    // The memory section ends with its maximum of 2048, a number of two bytes.
    if (id === 5) bytes.set([(pages & 127) | 128, pages >> 7], at + size - 2)
    at += size
  }
  return new WebAssembly.Module(bytes)
}

function streamOf(bytes: Uint8Array, chunk: number): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.subarray(at, at + chunk))
      at += chunk
    },
  })
}

describe('streams', () => {
  it('give what the same bytes give', async () => {
    const file = await picture(300, 200).jpeg().toBuffer()
    const source = sourceOf(file)
    const job = jobFor(source, { format: 'webp', width: 100, height: 67 })
    const { bytes } = await pixels.render({ ...source, body: streamOf(file, 1000) }, job)
    expect(Buffer.from(bytes)).toEqual(Buffer.from(await render(file, job)))
  })

  it('shorter or longer than announced are refused', async () => {
    const file = await picture(300, 200).jpeg().toBuffer()
    const source = sourceOf(file)
    for (const size of [file.length - 1, file.length + 1]) {
      expect(await codeOf(pixels.thumbnailRgba({ ...source, size, body: streamOf(file, 999) }, 50))).toBe(
        'corrupt_image',
      )
      expect(await codeOf(pixels.thumbnailRgba({ ...source, size, body: file }, 50))).toBe('corrupt_image')
    }
  })

  it('that fail are reported, and harm nobody', async () => {
    const engine = new NativePixels(MODULE)
    const source = sourceOf(await picture(300, 200).jpeg().toBuffer())
    const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('gone')) })
    expect(await codeOf(engine.thumbnailRgba({ ...source, body }, 50))).toBe('engine_failed')
    await stillWorks(engine)
  })

  it('that stall hold up no other job', async () => {
    const engine = new NativePixels(MODULE)
    const source = sourceOf(await picture(300, 200).jpeg().toBuffer())
    const stalled = engine.thumbnailRgba({ ...source, body: new ReadableStream<Uint8Array>() }, 50)
    let settled = false
    stalled.finally(() => {
      settled = true
    })
    await Promise.all([stillWorks(engine), stillWorks(engine)])
    expect(settled).toBe(false)
  })

  it('interleaved give each job its own picture', async () => {
    const engine = new NativePixels(MODULE)
    const files = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map((i) =>
        picture(100 + 20 * i, 80 + 10 * i)
          .jpeg()
          .toBuffer(),
      ),
    )
    const jobs = files.map(async (file, i) => {
      const source = sourceOf(file)
      const job = jobFor(source, { width: 60, height: 50 })
      const { bytes } = await engine.render({ ...source, body: streamOf(file, 300 + 97 * i) }, job)
      expect(Buffer.from(bytes)).toEqual(Buffer.from(await render(file, job)))
    })
    await Promise.all(jobs)
  })
})
