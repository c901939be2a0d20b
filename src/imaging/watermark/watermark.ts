import type { Rgb } from '../engine.ts'

export const WATERMARK_POSITIONS = ['top-left', 'top-right', 'bottom-left', 'bottom-right', 'center'] as const
export type WatermarkPosition = (typeof WATERMARK_POSITIONS)[number]

/** Letter size in pixels: em, as CSS counts. Smaller letters cannot be read, larger ones are no mark. */
export const FONT_SIZES = [8, 200] as const
/** Longer texts are a caption, and would be shrunk beyond reading. */
export const MAX_WATERMARK_CHARACTERS = 100

/** One line of text on a finished picture. */
export interface Watermark {
  /** As `readableText` gives it. */
  readonly text: string
  readonly position: WatermarkPosition
  /** Letters are made smaller where the line would not fit, down to the least of `FONT_SIZES`; null goes by the picture. */
  readonly fontSize: number | null
  readonly color: Rgb
  /** 0 to 1. */
  readonly opacity: number
}
