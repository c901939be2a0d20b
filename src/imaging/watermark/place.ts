import type { Size } from '../geometry.ts'
import { FONT_SIZES, type Watermark, type WatermarkPosition } from './watermark.ts'

/** How far letters stay away from the edges. */
export function marginOf({ height }: Pick<Size, 'height'>): number {
  return Math.max(10, Math.round(height * 0.02))
}

/** Where nobody said how large: 3 % of the height, which is read at a glance and hides little. */
export function fontSizeOf({ fontSize }: Pick<Watermark, 'fontSize'>, { height }: Pick<Size, 'height'>): number {
  const [least, most] = FONT_SIZES
  return fontSize ?? Math.max(2 * least, Math.min(most, Math.round(height * 0.03)))
}

/**
 * The largest letters, up to the wish, with which the line lies inside the margins; null when even the smallest would not.
 *
 * @param line its size at a letter size of one pixel
 */
export function fittingSize(wish: number, line: Size, picture: Size): number | null {
  const margin = marginOf(picture)
  const [width, height] = [picture.width - 2 * margin, picture.height - 2 * margin]
  const size = Math.min(wish, width / line.width, height / line.height)
  return size < FONT_SIZES[0] ? null : Math.floor(size)
}

/** Top left corner of a line of this size. */
export function cornerOf(position: WatermarkPosition, line: Size, picture: Size): { x: number; y: number } {
  const margin = marginOf(picture)
  const [right, bottom] = [picture.width - line.width - margin, picture.height - line.height - margin]
  if (position === 'center') {
    return {
      x: Math.round((picture.width - line.width) / 2),
      y: Math.round((picture.height - line.height) / 2),
    }
  }
  return {
    x: position.endsWith('left') ? margin : right,
    y: position.startsWith('top') ? margin : bottom,
  }
}
