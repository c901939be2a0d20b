import { describe, expect, it } from 'vitest'
import { type Processing, processPicture } from '#domain/images/process.ts'
import type { ImageEngine, RenderJob, Rendition } from '#imaging/engine.ts'
import { ImagingError } from '#imaging/errors.ts'
import type { OutputFormat } from '#imaging/formats.ts'
import type { Probe } from '#imaging/probe.ts'
import { probeOf } from '#test/imaging/support/probes.ts'

const NOTHING: Processing = { format: null, quality: null, watermark: null }
const MARK = {
  text: 'Ada',
  position: 'center',
  fontSize: 20,
  color: { r: 0, g: 0, b: 0 },
  opacity: 1,
} as const

/** An engine that writes files of the length told, and remembers what it was asked for. */
function engineOf(length: number, options: { marks?: boolean; overBudget?: OutputFormat[] } = {}) {
  const jobs: RenderJob[] = []
  const render = async (_: unknown, job: RenderJob): Promise<Rendition> => {
    jobs.push(job)
    if (options.overBudget?.includes(job.format)) throw new ImagingError('over_budget', 'Too large.')
    const { format, width, height } = job
    const watermarked = Boolean(job.watermark) && options.marks !== false
    return { bytes: new Uint8Array(length), format, width, height, watermarked }
  }
  return { jobs, engine: { version: '0', render } as unknown as ImageEngine }
}

async function outcomeOf(wish: Partial<Processing>, facts: Partial<Probe> = {}, made = engineOf(500)) {
  const original = { bytes: new Uint8Array(1000), probe: probeOf(facts) }
  const { bytes, outcome } = await processPicture(made, original, { ...NOTHING, ...wish })
  return { outcome, kept: bytes === original.bytes, formats: made.jobs.map(({ format }) => format) }
}
const large = (width: number, height: number) => ({ width, height, codedWidth: width, codedHeight: height })

describe('processing', () => {
  it.each<[string, Partial<Processing>, Partial<Probe>, string]>([
    ['a GIF', { format: 'webp', watermark: MARK }, { format: 'gif' }, 'format'],
    ['an animation', { quality: 50, watermark: MARK }, { format: 'webp', frames: 9 }, 'animated'],
    ['a picture of the format asked for', { format: 'jpeg' }, {}, 'nothing_to_do'],
    ['a picture too large to write as WebP', { format: 'webp' }, large(8000, 6000), 'too_large'],
    ['a picture too large to write at all', { quality: 50 }, large(10_000, 10_000), 'too_large'],
  ])('leaves %s as it came, without decoding it', async (_, wish, facts, outcome) => {
    expect(await outcomeOf(wish, facts)).toEqual({ outcome, kept: true, formats: [] })
  })

  it('keeps what would not become smaller in its own format, and what would in another', async () => {
    expect(await outcomeOf({ quality: 95 }, {}, engineOf(1000))).toMatchObject({ outcome: 'not_smaller', kept: true })
    expect(await outcomeOf({ quality: 95 }, {}, engineOf(999))).toMatchObject({ outcome: 'processed', kept: false })
    expect(await outcomeOf({ format: 'png' }, {}, engineOf(5000))).toMatchObject({ outcome: 'processed', kept: false })
    expect(await outcomeOf({ watermark: MARK }, {}, engineOf(5000))).toMatchObject({
      outcome: 'processed',
      kept: false,
    })
  })

  it('is done in the picture’s own format where another takes too much memory', async () => {
    const photo = large(4000, 3000)
    const own = { outcome: 'processed_own_format', kept: false, formats: ['jpeg'] }
    expect(await outcomeOf({ format: 'webp', quality: 80 }, photo)).toEqual(own)
    const found = engineOf(500, { overBudget: ['webp'] })
    expect(await outcomeOf({ format: 'webp', quality: 80 }, {}, found)).toEqual({ ...own, formats: ['webp', 'jpeg'] })
  })

  it('refuses what is too large for the watermark rather than publish it without', async () => {
    const refusal = { code: 'too_many_pixels', message: expect.stringContaining('too large to put your watermark on') }
    await expect(outcomeOf({ watermark: MARK }, large(10_000, 10_000))).rejects.toMatchObject(refusal)
    const found = engineOf(500, { overBudget: ['jpeg'] })
    await expect(outcomeOf({ watermark: MARK }, {}, found)).rejects.toMatchObject(refusal)
  })

  it('says when there was no room for the watermark', async () => {
    const unmarked = () => engineOf(500, { marks: false })
    expect(await outcomeOf({ watermark: MARK }, {}, unmarked())).toMatchObject({ outcome: 'no_room', kept: true })
    const both = await outcomeOf({ watermark: MARK, format: 'png' }, {}, unmarked())
    expect(both).toMatchObject({ outcome: 'processed_unmarked', kept: false })
  })

  it('fails where the engine fails: nothing is stored as it came by accident', async () => {
    const render = async () => Promise.reject(new ImagingError('engine_failed', 'It broke.'))
    const engine = { version: '0', render } as unknown as ImageEngine
    await expect(outcomeOf({ quality: 50 }, {}, { jobs: [], engine })).rejects.toMatchObject({ code: 'engine_failed' })
  })
})
