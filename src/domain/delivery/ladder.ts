import type { Transformation } from '#imaging/transformation.ts'

/** Widths and heights a page really asks for: the steps of common `srcset`s and of known clients. */
export const LADDER = [
  16, 32, 48, 64, 96, 128, 160, 200, 256, 320, 400, 480, 600, 640, 750, 800, 900, 960, 1080, 1200, 1280, 1440, 1600,
  1800, 1920, 2048, 2560, 3200, 3840,
] as const
const QUALITIES = [40, 55, 70, 85, 100] as const

/**
 * The request on the ladder: sizes and quality go up to the next step, and what could be varied without end (effects, focal
 * points, colours, trimming) is left to presets. So a stranger can make us compute a few hundred variants of an image, not
 * endless ones.
 */
export function snapToLadder({
  width,
  height,
  dpr = 1,
  quality,
  fit,
  gravity,
  format,
}: Transformation): Transformation {
  return {
    ...(width !== undefined && { width: next(LADDER, width * dpr) }),
    ...(height !== undefined && { height: next(LADDER, height * dpr) }),
    ...(quality !== undefined && { quality: next(QUALITIES, quality) }),
    ...(fit !== undefined && { fit }),
    ...(typeof gravity === 'string' && { gravity }),
    ...(format !== undefined && { format }),
  }
}

function next(steps: readonly number[], wish: number): number {
  return steps.find((step) => step >= wish) ?? steps.at(-1) ?? wish
}
