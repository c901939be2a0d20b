import type { Orientation, Rect } from './engine.ts'
import type { Flip, Point, Rotation } from './transformation.ts'

/**
 * Every EXIF orientation (CIPA DC-008 §4.6.5, tag 274) is a mirroring left to right, or none, followed by some quarter turns
 * clockwise; so are flips and rotations, and so is any sequence of them.
 */
interface Turn {
  readonly mirrored: boolean
  /** 0 to 3. */
  readonly quarters: number
}

const TURNS: Record<Orientation, Turn> = {
  1: { mirrored: false, quarters: 0 },
  2: { mirrored: true, quarters: 0 },
  3: { mirrored: false, quarters: 2 },
  4: { mirrored: true, quarters: 2 },
  5: { mirrored: true, quarters: 3 },
  6: { mirrored: false, quarters: 1 },
  7: { mirrored: true, quarters: 1 },
  8: { mirrored: false, quarters: 3 },
}

/** What a request adds to an upright image: mirrored first, then turned. */
export function turnOf(flip: Flip | undefined, rotate: Rotation | undefined): Orientation {
  let turn: Turn = TURNS[1]
  if (flip === 'h' || flip === 'hv') turn = followedBy(turn, TURNS[2])
  if (flip === 'v' || flip === 'hv') turn = followedBy(turn, TURNS[4])
  return orientationOf(followedBy(turn, { mirrored: false, quarters: (rotate ?? 0) / 90 }))
}

/** One orientation that does what `first` and then `then` do. */
export function compose(first: Orientation, then: Orientation): Orientation {
  return orientationOf(followedBy(TURNS[first], TURNS[then]))
}

/** Whether width and height change places. */
export function isSideways(orientation: Orientation): boolean {
  return orientation >= 5
}

/** Where a rectangle of a `width` × `height` picture is after the turn. */
export function turnRect(rect: Rect, width: number, height: number, by: Orientation): Rect {
  const { mirrored, quarters } = TURNS[by]
  let turned = mirrored ? { ...rect, x: width - rect.x - rect.width } : rect
  let [w, h] = [width, height]
  for (let quarter = 0; quarter < quarters; quarter++) {
    turned = { x: h - turned.y - turned.height, y: turned.x, width: turned.height, height: turned.width }
    ;[w, h] = [h, w]
  }
  return turned
}

/** Where a point is after the turn, in fractions. */
export function turnPoint(point: Point, by: Orientation): Point {
  const { x, y } = turnRect({ ...point, width: 0, height: 0 }, 1, 1, by)
  return { x, y }
}

function followedBy(first: Turn, then: Turn): Turn {
  // A mirroring after a turn is the opposite turn after a mirroring.
  const quarters = (then.mirrored ? -first.quarters : first.quarters) + then.quarters
  return { mirrored: first.mirrored !== then.mirrored, quarters: ((quarters % 4) + 4) % 4 }
}

function orientationOf({ mirrored, quarters }: Turn): Orientation {
  const found = Object.entries(TURNS).find(([, turn]) => turn.mirrored === mirrored && turn.quarters === quarters)
  return Number(found?.[0] ?? 1) as Orientation
}
