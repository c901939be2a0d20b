import { ImagingError } from './errors.ts'
import { nameOf } from './formats.ts'
import type { Probe } from './probe.ts'

/** What an image may declare before anything is decoded. All published; see docs/imaging.md. */
export interface Limits {
  /** Pixels of one frame. */
  readonly maxPixels: number
  /** Longer side in pixels. */
  readonly maxSide: number
  readonly maxFrames: number
  /** Frames × width × height of an animation, and scans × width × height of a progressive JPEG: what a viewer works through. */
  readonly maxFrameArea: number
}

export const DEFAULT_LIMITS: Limits = {
  maxPixels: 100_000_000,
  // libjpeg's own bound; no other format decodes further.
  maxSide: 65_500,
  maxFrames: 2_000,
  maxFrameArea: 400_000_000,
}

/** An ordinary progressive JPEG has about ten scans; up to here they cost nothing extra. */
const USUAL_SCANS = 20

/**
 * Refuses what declares more than the limits. Arithmetic on a probe; every upload passes here before a decoder sees it.
 * @throws ImagingError `too_many_pixels`
 */
export function admit(probe: Probe, limits: Limits = DEFAULT_LIMITS): void {
  const pixels = probe.width * probe.height
  const size = `${probe.width} × ${probe.height} pixels`
  if (Math.max(probe.width, probe.height) > limits.maxSide) {
    throw tooMany(probe, `measures ${size}; the longer side may have ${limits.maxSide}`)
  }
  if (pixels > limits.maxPixels) {
    throw tooMany(probe, `measures ${size}; an image may have ${megapixels(limits.maxPixels)}`)
  }
  if (probe.frames > limits.maxFrames) {
    throw tooMany(probe, `has ${probe.frames} frames; an animation may have ${limits.maxFrames}`)
  }
  if (probe.frames > 1 && pixels * probe.frames > limits.maxFrameArea) {
    throw tooMany(
      probe,
      `has ${probe.frames} frames of ${size}; all together may have ${megapixels(limits.maxFrameArea)}`,
    )
  }
  const scans = probe.scans ?? 1
  if (scans > USUAL_SCANS && pixels * scans > limits.maxFrameArea) {
    throw tooMany(probe, `goes over ${size} ${scans} times; all together may be ${megapixels(limits.maxFrameArea)}`)
  }
}

function tooMany(probe: Probe, complaint: string): ImagingError {
  return new ImagingError('too_many_pixels', `This ${nameOf(probe.format)} file ${complaint}.`)
}

function megapixels(pixels: number): string {
  return `${Number((pixels / 1e6).toFixed(1))} megapixels`
}
