import type { RenderJob } from './engine.ts'
import type { Probe } from './probe.ts'

/** The upright image inside a square, never enlarged. */
export function fittedJob(probe: Probe, side: number): RenderJob {
  const scale = Math.min(1, side / Math.max(probe.width, probe.height))
  return {
    orientation: probe.orientation,
    crop: null,
    width: Math.max(1, Math.round(probe.width * scale)),
    height: Math.max(1, Math.round(probe.height * scale)),
    format: 'png',
    quality: 100,
    lossless: true,
    background: null,
  }
}
