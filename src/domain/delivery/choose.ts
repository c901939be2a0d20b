import type { Context } from '#domain/context.ts'
import { fits } from '#imaging/budget.ts'
import type { RenderJob } from '#imaging/engine.ts'
import type { Format, OutputFormat } from '#imaging/formats.ts'
import { type PlanDefaults, plan, type RenderPlan } from '#imaging/plan.ts'
import type { Probe } from '#imaging/probe.ts'
import type { Point, Transformation } from '#imaging/transformation.ts'

/** The facts about an image that a choice needs. */
export interface Choosable {
  readonly probe: Probe
  readonly bytes: number
  /** What gravity `auto` keeps. */
  readonly focus?: Point | null
}

/** What will be served, decided from the header facts alone. */
export type Choice =
  | { readonly kind: 'original'; readonly format: Format; readonly overBudget: boolean }
  | { readonly kind: 'variant'; readonly format: Format; readonly plan: RenderPlan }

/**
 * AVIF by the fast encoder we can afford saves 7 % over WebP at equal PSNR on photos, loses 28 % on screenshots, and takes
 * 1.3 times the CPU: it is chosen for photos of up to a megapixel, and made of anything when asked for by name.
 */
const AVIF_PIXELS = 1_000_000

const NOTHING: ReadonlySet<OutputFormat> = new Set()

/**
 * An image too large to render within an isolate's memory is served as it is, which its format then says.
 *
 * @param accepts what the client says it can show, for format `auto`
 */
export function choose(
  image: Choosable,
  transformation: Transformation,
  defaultFormat: 'webp' | 'original',
  accepts: ReadonlySet<OutputFormat> = NOTHING,
): Choice {
  const focus = image.focus ? { focus: image.focus } : {}
  const candidates: PlanDefaults[] =
    transformation.format === 'auto'
      ? candidatesFor(image.probe, accepts).map((format) => ({ format, smallest: true, ...focus }))
      : [{ format: defaultFormat, ...focus }]
  for (const defaults of candidates) {
    const planned = plan(image.probe, transformation, defaults)
    if (planned.kind === 'original') return { kind: 'original', format: image.probe.format, overBudget: false }
    const { job } = planned
    if (defaults.format === 'avif' && job.width * job.height > AVIF_PIXELS) continue
    if (fits(image.probe, job, image.bytes)) return { kind: 'variant', format: job.format, plan: planned }
    if (hidesSomething(job)) {
      const smaller = shrunk(image, transformation, defaults, job)
      if (smaller !== null) return { kind: 'variant', format: smaller.job.format, plan: smaller }
    }
  }
  return { kind: 'original', format: image.probe.format, overBudget: true }
}

/** Whether the original in its place would show what the request leaves out, blurs or cuts off. */
function hidesSomething({ effects, canvas, crop }: RenderJob): boolean {
  return effects != null || canvas != null || crop !== null
}

const SHRINK = 0.8

/** The same at the largest size that fits: a blur or crop that is asked for is never answered with the whole original. */
function shrunk(
  image: Choosable,
  transformation: Transformation,
  defaults: PlanDefaults,
  job: RenderJob,
): RenderPlan | null {
  const { width, height } = job.canvas ?? job
  for (let scale = SHRINK; Math.min(width, height) * scale >= 1; scale *= SHRINK) {
    const smaller = { ...transformation, dpr: 1, width: width * scale, height: height * scale }
    const planned = plan(image.probe, smaller, defaults)
    if (planned.kind === 'render' && fits(image.probe, planned.job, image.bytes)) return planned
  }
  return null
}

/** Formats for `auto`, best first. The last is shown by every client there is. */
function candidatesFor(probe: Probe, accepts: ReadonlySet<OutputFormat>): OutputFormat[] {
  const classic = probe.hasAlpha || probe.lossless ? 'png' : 'jpeg'
  return [
    ...(accepts.has('avif') && !probe.lossless ? (['avif'] as const) : []),
    ...(accepts.has('webp') ? (['webp'] as const) : []),
    classic,
  ]
}

/** The format an image's plain URL answers with. */
export function servedFormat(image: Choosable, defaultFormat: 'webp' | 'original'): Format {
  return choose(image, {}, defaultFormat).format
}

export function thumbnailOf(policy: Context['policy']): Transformation {
  return {
    width: policy.thumbnailSide,
    height: policy.thumbnailSide,
    quality: policy.thumbnailQuality,
    format: 'webp',
  }
}
