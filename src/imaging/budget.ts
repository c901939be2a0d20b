import { avifDecoderBytes, avifEncoderBytes } from './codecs/avif-cost.ts'
import { predictPeakBytes, readsNatively, writesNatively } from './codecs/native.ts'
import { photonDecoderBytes } from './codecs/photon-cost.ts'
import { needsFrame } from './effects/apply.ts'
import type { RenderJob } from './engine.ts'
import { ImagingError } from './errors.ts'
import { nameOf } from './formats.ts'
import type { Probe } from './probe.ts'
import { watermarkBytes } from './watermark/cost.ts'

const MB = 1_000_000

/**
 * Of the isolate's 128 MB, what one render may take: the rest is the program, the JavaScript heap, other requests, and
 * what the garbage collector has not come by for.
 */
export const RENDER_BUDGET_BYTES = 80 * MB

/** One copy of a decoded picture in JavaScript, on its way from one codec's memory into another's. */
const COPY_BYTES_PER_PIXEL = 4

/**
 * Peak memory of one render, predicted from the header alone: the file, what its decoder must hold at once, and the
 * output with its encoder. Measured per codec; tests compare prediction and measurement.
 * @param size length of the file in bytes
 */
export function predictPeak(probe: Probe, job: RenderJob, size: number): number {
  const pixels = probe.codedWidth * probe.codedHeight
  const input = readsNatively(probe.format)
    ? predictPeakBytes(probe, job, size, { pixels: needsFrame(job) || !writesNatively(job.format) })
    : // The file exists for the codec and for us; the native module is then given pixels for a file.
      decoderBytes(probe) + size * 2 + predictPeakBytes(probe, job, pixels * COPY_BYTES_PER_PIXEL)
  const letters = job.watermark ? watermarkBytes(job.watermark, job.canvas ?? job) : 0
  return input + outputBytes(job) + frameBytes(job) + letters
}

/** Codecs other than the native module; the pixels photon hands over lie in its own memory. */
function decoderBytes(probe: Probe): number {
  if (probe.format !== 'avif') return photonDecoderBytes(probe)
  return avifDecoderBytes(probe) + probe.codedWidth * probe.codedHeight * COPY_BYTES_PER_PIXEL
}

function outputBytes(job: RenderJob): number {
  if (job.format !== 'avif') return 0
  const { width, height } = job.canvas ?? job
  return avifEncoderBytes(width, height) + width * height * COPY_BYTES_PER_PIXEL
}

/** Pixels that are worked on before they are encoded; a blur holds three floating-point planes beside them, and sharpening a copy. */
function frameBytes(job: RenderJob): number {
  if (!needsFrame(job)) return 0
  const { width, height } = job.canvas ?? job
  const blurs = job.effects?.blur !== undefined || job.effects?.sharpen !== undefined
  return width * height * (2 * COPY_BYTES_PER_PIXEL + (blurs ? 16 : 0))
}

/** Whether a render may start at all; decided before anything is read or decoded. */
export function fits(probe: Probe, job: RenderJob, size: number, budgetBytes = RENDER_BUDGET_BYTES): boolean {
  return predictPeak(probe, job, size) <= budgetBytes
}

/** @throws ImagingError `over_budget` */
export function requireFits(probe: Probe, job: RenderJob, size: number, budgetBytes = RENDER_BUDGET_BYTES): void {
  const needed = predictPeak(probe, job, size)
  if (needed <= budgetBytes) return
  const [need, have] = [needed, budgetBytes].map((bytes) => Math.ceil(bytes / MB))
  const picture = `${nameOf(probe.format)} file of ${probe.width} × ${probe.height} pixels`
  throw new ImagingError('over_budget', `This ${picture} takes about ${need} MB to process, and may take ${have} MB.`)
}
