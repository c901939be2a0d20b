import type { RgbaFrame } from '../codecs/native.ts'
import type { RenderJob } from '../engine.ts'
import { layOn, type Overlay } from '../watermark/overlay.ts'
import { adjust } from './adjust.ts'
import { blur } from './blur.ts'
import { pad } from './pad.ts'
import { sharpen } from './sharpen.ts'

/** Whether a job needs its finished pixels in hand before they are encoded. */
export function needsFrame(job: RenderJob): boolean {
  return job.effects != null || job.canvas != null || job.smallest === true
}

/**
 * Everything a job does to its resampled pixels, in the order `RenderJob` gives.
 *
 * @param overlay its watermark, drawn
 */
export function finish(frame: RgbaFrame, job: RenderJob, overlay: Overlay | null): RgbaFrame {
  const finished = onCanvas(affected(frame, job), job)
  if (overlay) layOn(finished, overlay)
  return finished
}

function affected(frame: RgbaFrame, { effects }: RenderJob): RgbaFrame {
  const { rgba, width, height } = frame
  if (effects) {
    adjust(rgba, effects)
    if (effects.blur !== undefined) blur(rgba, width, height, effects.blur / 2)
    if (effects.sharpen !== undefined) sharpen(rgba, width, height, effects.sharpen)
  }
  return frame
}

function onCanvas(frame: RgbaFrame, { canvas, background }: RenderJob): RgbaFrame {
  if (!canvas) return frame
  return {
    ...frame,
    rgba: pad(frame.rgba, frame.width, canvas, background),
    width: canvas.width,
    height: canvas.height,
    hasAlpha: frame.hasAlpha || background === null,
  }
}
