import type { RgbaFrame } from '../codecs/native.ts'
import type { RenderJob } from '../engine.ts'
import { adjust } from './adjust.ts'
import { blur } from './blur.ts'
import { pad } from './pad.ts'
import { sharpen } from './sharpen.ts'

/** Whether a job needs its finished pixels in hand before they are encoded. */
export function needsFrame(job: RenderJob): boolean {
  return job.effects != null || job.canvas != null || job.smallest === true
}

/** Everything a job does to its resampled pixels, in the order `RenderJob` gives. */
export function finish(frame: RgbaFrame, { effects, canvas, background }: RenderJob): RgbaFrame {
  const { rgba, width, height } = frame
  if (effects) {
    adjust(rgba, effects)
    if (effects.blur !== undefined) blur(rgba, width, height, effects.blur / 2)
    if (effects.sharpen !== undefined) sharpen(rgba, width, height, effects.sharpen)
  }
  if (!canvas) return frame
  return {
    ...frame,
    rgba: pad(rgba, width, canvas, background),
    width: canvas.width,
    height: canvas.height,
    hasAlpha: frame.hasAlpha || background === null,
  }
}
