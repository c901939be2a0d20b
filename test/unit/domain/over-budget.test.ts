import { describe, expect, it } from 'vitest'
import { choose } from '#domain/delivery/choose.ts'
import type { Transformation } from '#imaging/transformation.ts'
import { probeOf } from '#test/imaging/support/probes.ts'

const photo = { probe: probeOf({ width: 6000, height: 4000, codedWidth: 6000, codedHeight: 4000 }), bytes: 6_000_000 }

describe('an image too large to render', () => {
  it('is served as it is for a mere format', () => {
    expect(choose(photo, {}, 'webp')).toEqual({ kind: 'original', format: 'jpeg', overBudget: true })
  })

  it.each([
    { blur: 50 },
    { sharpen: 1 },
    { brightness: 0.2, format: 'jpeg' },
    { fit: 'pad', width: 10_000, height: 10_000, format: 'png' },
    { fit: 'cover', width: 5000, height: 3900, format: 'webp' },
    { trim: { top: 100, right: 0, bottom: 0, left: 0 } },
  ] satisfies Transformation[])('is made smaller, never shown whole, for %j', (transformation) => {
    const choice = choose(photo, transformation, 'webp')
    expect(choice.kind).toBe('variant')
    if (choice.kind === 'variant') expect(choice.plan.job.width).toBeGreaterThan(500)
  })
})
