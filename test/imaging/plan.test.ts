import { describe, expect, it } from 'vitest'
import { type PlanDefaults, plan } from '#imaging/plan.ts'
import type { Probe } from '#imaging/probe.ts'
import type { Transformation } from '#imaging/transformation.ts'
import { probeOf } from './support/probes.ts'

const webp: PlanDefaults = { format: 'webp' }
const same: PlanDefaults = { format: 'original' }

describe('plan', () => {
  it.each([
    ['nothing is asked', {}, {}, same],
    ['the size asked is its own', {}, { width: 1200, height: 800 }, same],
    ['it is smaller than asked', {}, { width: 5000 }, same],
    ['the format asked is its own', { format: 'webp' }, { format: 'webp' }, same],
    ['the default format is its own', { format: 'webp' }, { width: 9000 }, webp],
    ['a turned original shows the size asked', { orientation: 6 }, { width: 1200 }, same],
    ['an animation gets only a default format', { format: 'gif', frames: 9 }, {}, webp],
    ['an animation is smaller than asked', { format: 'gif', frames: 9 }, { width: 4000, quality: 50 }, webp],
    ['a GIF keeps its own format', { format: 'gif', frames: 9 }, { format: 'auto' }, same],
  ] satisfies [string, Partial<Probe>, Transformation, PlanDefaults][])(
    'serves the original when %s',
    (_, facts, request, defaults) => {
      expect(plan(probeOf(facts), request, defaults)).toEqual({ kind: 'original' })
    },
  )

  it.each([
    ['a smaller size', {}, { width: 300 }, same, '300x200,q_85.jpeg'],
    ['the default format', {}, {}, webp, '1200x800,q_85.webp'],
    ['a format by name over the default', {}, { format: 'avif', width: 300 }, webp, '300x200,q_65.avif'],
    ['quality alone', {}, { quality: 40 }, same, '1200x800,q_40.jpeg'],
    ['a default quality', {}, { width: 300 }, { format: 'webp', quality: 77 }, '300x200,q_77.webp'],
    ['PNG exactly', { format: 'png' }, { width: 300 }, same, '300x200,lossless.png'],
    [
      'PNG by palette when a quality is named',
      { format: 'png' },
      { width: 300, quality: 60 },
      same,
      '300x200,q_60.png',
    ],
    ['BMP as PNG', { format: 'bmp' }, { width: 300 }, same, '300x200,lossless.png'],
    [
      'transparency on white for JPEG',
      { format: 'png', hasAlpha: true },
      { format: 'jpeg' },
      same,
      '1200x800,b_255_255_255,q_85.jpeg',
    ],
    ['a crop', {}, { width: 100, height: 100, fit: 'cover' }, webp, '100x100,c_200_0_800_800,q_85.webp'],
    ['the first frame of an animation', { format: 'gif', frames: 9 }, { width: 300 }, webp, '300x200,q_85.webp'],
    [
      'the first frame in a format named',
      { format: 'webp', frames: 9 },
      { format: 'png' },
      webp,
      '1200x800,lossless.png',
    ],
  ] satisfies [string, Partial<Probe>, Transformation, PlanDefaults, string][])(
    'renders %s',
    (_, facts, request, defaults, key) => {
      const decision = plan(probeOf(facts), request, defaults)
      expect(decision).toMatchObject({ kind: 'render', key, firstFrameOnly: probeOf(facts).frames > 1 })
      expect(key).toMatch(/^[a-z0-9_,.-]+$/)
    },
  )

  it('measures upright and hands the turn to the engine', () => {
    const decision = plan(probeOf({ width: 800, height: 1200, orientation: 8 }), { width: 400 }, same)
    expect(decision).toMatchObject({ job: { orientation: 8, width: 400, height: 600, crop: null, background: null } })
  })

  it('gives one key to requests that come to the same job', () => {
    const original = probeOf()
    const keys = [
      { width: 600 },
      { height: 400 },
      { width: 600, height: 9000 },
      { width: 600, quality: 85, format: 'webp' as const },
    ].map((request) => plan(original, request, webp))
    expect(new Set(keys.map((decision) => decision.kind === 'render' && decision.key)).size).toBe(1)
  })
})
