import type { Size } from '../geometry.ts'
import { type Coverage, colouredLetters, haloOf } from './letters.ts'
import type { Overlay } from './overlay.ts'
import { cornerOf, fittingSize, fontSizeOf } from './place.ts'
import type { Watermark } from './watermark.ts'

/** Large enough that whole pixels tell the width of a line to a hundredth. */
const MEASURED_AT = 64

/**
 * A watermark as pixels, for a picture of this size; null where its smallest letters have no room.
 *
 * @param draw a line of text at a letter size
 */
export async function drawWatermark(
  draw: (text: string, fontSize: number) => Promise<Coverage>,
  watermark: Watermark,
  picture: Size,
): Promise<Overlay | null> {
  const measured = await draw(watermark.text, MEASURED_AT)
  const line = { width: measured.width / MEASURED_AT, height: measured.height / MEASURED_AT }
  const fontSize = fittingSize(fontSizeOf(watermark, picture), line, picture)
  if (fontSize === null) return null
  const letters = await draw(watermark.text, fontSize)
  const corner = cornerOf(watermark.position, letters, picture)
  const halo = haloOf(fontSize)
  const { color, opacity } = watermark
  return {
    ...colouredLetters(letters, color, opacity, fontSize),
    x: corner.x - halo,
    y: corner.y - halo,
  }
}
