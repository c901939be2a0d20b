import type { Rect } from '../engine.ts'

/** How far a channel may be from the border's colour and still belong to it: above JPEG's noise on a flat area. */
const TOLERANCE = 12

/** What is inside a border of the colour of the top left pixel; the whole picture when there is no border or nothing else. */
export function insideBorder(rgba: Uint8Array, width: number, height: number): Rect {
  const isBorder = (x: number, y: number) => {
    const at = (y * width + x) * 4
    // Wherever both are transparent the hidden colour does not matter.
    if ((rgba[at + 3] ?? 0) < TOLERANCE && (rgba[3] ?? 0) < TOLERANCE) return true
    for (let channel = 0; channel < 4; channel++) {
      if (Math.abs((rgba[at + channel] ?? 0) - (rgba[channel] ?? 0)) > TOLERANCE) return false
    }
    return true
  }
  const rowIsBorder = (y: number) => every(width, (x) => isBorder(x, y))
  let top = 0
  while (top < height && rowIsBorder(top)) top++
  if (top === height) return { x: 0, y: 0, width, height }
  let bottom = height
  while (rowIsBorder(bottom - 1)) bottom--
  const columnIsBorder = (x: number) => every(bottom - top, (y) => isBorder(x, top + y))
  let left = 0
  while (columnIsBorder(left)) left++
  let right = width
  while (columnIsBorder(right - 1)) right--
  return { x: left, y: top, width: right - left, height: bottom - top }
}

function every(count: number, holds: (index: number) => boolean): boolean {
  for (let index = 0; index < count; index++) if (!holds(index)) return false
  return true
}
