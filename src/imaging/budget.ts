import type { RenderJob } from './engine.ts'
import type { Probe } from './probe.ts'

const MB = 1024 * 1024

/** Of the isolate's 128 MB, what one render may take: the rest is the program, the JavaScript heap and other requests. */
export const RENDER_BUDGET_BYTES = 96 * MB

/** Everything fixed: the module's own memory, tables, row buffers. */
const BASE_BYTES = 3 * MB

/**
 * Peak memory of one render, predicted from the header alone: the file, what its decoder must hold at once, and the
 * output.
 * @param size length of the file in bytes
 */
export function predictPeak(probe: Probe, job: RenderJob, size: number): number {
  const pixels = probe.codedWidth * probe.codedHeight
  return BASE_BYTES + size + pixels * heldBytesPerPixel(probe) + job.width * job.height * writtenBytesPerPixel(job)
}

/** Whether a render may start at all; decided before anything is read or decoded. */
export function fits(probe: Probe, job: RenderJob, size: number, budgetBytes = RENDER_BUDGET_BYTES): boolean {
  return predictPeak(probe, job, size) <= budgetBytes
}

/** What the decoder of this file holds per pixel; a streaming one holds rows only. */
function heldBytesPerPixel(probe: Probe): number {
  switch (probe.format) {
    case 'jpeg':
      // 16-bit coefficients of every component.
      return probe.progressive
        ? probe.components === 3
          ? 2 + 4 / probe.chromaSubsampling
          : 2 * probe.components
        : 0.05
    case 'png':
      return probe.progressive ? 4 : 0.05
    case 'webp':
      return probe.lossless ? 8.8 : probe.hasAlpha ? 6 : 0.05
    case 'avif':
      return 16
    default:
      return 18
  }
}

function writtenBytesPerPixel(job: RenderJob): number {
  switch (job.format) {
    case 'jpeg':
      return 2
    case 'webp':
      return job.lossless ? 16 : 4
    case 'png':
      return 6
    case 'avif':
      return 26
  }
}
