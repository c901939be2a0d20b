import type { Context } from '#domain/context.ts'
import { fits } from '#imaging/budget.ts'
import type { Format } from '#imaging/formats.ts'
import { type Plan, plan } from '#imaging/plan.ts'
import type { Probe } from '#imaging/probe.ts'
import type { Transformation } from '#imaging/transformation.ts'

/** What is made of a request that names no format. */
export type DefaultFormat = 'webp' | 'original'

/** What will be served, decided from the header facts alone. */
export type Choice =
  | { readonly kind: 'original'; readonly format: Format; readonly overBudget: boolean }
  | { readonly kind: 'variant'; readonly format: Format; readonly plan: Extract<Plan, { kind: 'render' }> }

/** An image too large to render within an isolate's memory is served as it is, which its format then says. */
export function choose(
  image: { readonly probe: Probe; readonly bytes: number },
  transformation: Transformation,
  defaultFormat: DefaultFormat,
): Choice {
  const planned = plan(image.probe, transformation, { format: defaultFormat })
  if (planned.kind === 'original') return { kind: 'original', format: image.probe.format, overBudget: false }
  if (!fits(image.probe, planned.job, image.bytes)) {
    return { kind: 'original', format: image.probe.format, overBudget: true }
  }
  return { kind: 'variant', format: planned.job.format, plan: planned }
}

/** The format an image's plain URL answers with. */
export function servedFormat(image: { probe: Probe; bytes: number }, defaultFormat: DefaultFormat): Format {
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
