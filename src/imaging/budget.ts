import { avifDecoderBytes, avifEncoderBytes } from './codecs/avif-cost.ts'
import { readsNatively } from './codecs/native.ts'
import { photonDecoderBytes } from './codecs/photon-cost.ts'
import { needsFrame } from './effects/apply.ts'
import type { RenderJob } from './engine.ts'
import { ImagingError } from './errors.ts'
import { nameOf } from './formats.ts'
import type { Probe } from './probe.ts'

const MB = 1_000_000

/** Of the isolate's 128 MB, what one render may take: the rest is the program, the JavaScript heap and other requests. */
export const RENDER_BUDGET_BYTES = 100 * MB

/** Everything fixed about the native module: its own memory, tables, row buffers. */
const NATIVE_BYTES = 3 * MB
/** A decoded picture on its way from one codec's memory into another's exists twice. */
const HANDOVER_BYTES_PER_PIXEL = 8

/**
 * Peak memory of one render, predicted from the header alone: the file, what its decoder must hold at once, and the
 * output with its encoder. Measured per codec; a test compares prediction and measurement.
 * @param size length of the file in bytes
 */
export function predictPeak(probe: Probe, job: RenderJob, size: number): number {
  const copies = readsNatively(probe.format) ? 1 : 2
  const input = size * copies + decoderBytes(probe, probe.codedWidth * probe.codedHeight)
  const { width, height } = job.canvas ?? job
  return NATIVE_BYTES + input + encoderBytes(job, probe.hasAlpha, width * height) + frameBytes(job)
}

/** Pixels that are worked on before they are encoded; a blur holds them twice over in floating point. */
function frameBytes(job: RenderJob): number {
  if (!needsFrame(job)) return 0
  const { width, height } = job.canvas ?? job
  const blurs = job.effects?.blur !== undefined || job.effects?.sharpen !== undefined
  return width * height * (HANDOVER_BYTES_PER_PIXEL + (blurs ? 36 : 0))
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

function decoderBytes(probe: Probe, pixels: number): number {
  switch (probe.format) {
    case 'jpeg':
      // 16-bit coefficients of every component; a baseline file goes through row by row.
      return pixels * (probe.progressive ? coefficientBytes(probe) : 0.05)
    case 'png':
      return pixels * (probe.progressive ? 4 : 0.05)
    case 'webp':
      return pixels * (probe.lossless ? 8.8 : probe.hasAlpha ? 6 : 0.05)
    case 'avif':
      return avifDecoderBytes(probe) + pixels * HANDOVER_BYTES_PER_PIXEL
    case 'gif':
    case 'bmp':
    case 'tiff':
    case 'ico':
    case 'svg':
      // The pixels are handed over straight from the decoder's memory.
      return photonDecoderBytes(probe) + (pixels * HANDOVER_BYTES_PER_PIXEL) / 2
  }
}

function coefficientBytes({ components, chromaSubsampling }: Probe): number {
  return components === 3 ? 2 + 4 / chromaSubsampling : 2 * components
}

function encoderBytes(job: RenderJob, hasAlpha: boolean, pixels: number): number {
  switch (job.format) {
    case 'jpeg':
      return pixels * 2
    case 'webp':
      return pixels * (job.lossless ? 16 : hasAlpha ? 8 : 4)
    case 'png':
      return pixels * 6
    case 'avif':
      return avifEncoderBytes(job.width, job.height) + pixels * HANDOVER_BYTES_PER_PIXEL
  }
}
