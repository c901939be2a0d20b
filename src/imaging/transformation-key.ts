import { normalise, type Transformation } from './transformation.ts'

/**
 * Canonical text of a transformation, equal for equal requests, of `[a-z0-9_,.-]`; empty for the empty one.
 * @example keyOf({ format: 'webp', width: 400 }) // 'w_400,f_webp'
 */
export function keyOf(request: Transformation): string {
  const wish = normalise(request)
  return [
    part('w', wish.width),
    part('h', wish.height),
    part('fit', wish.fit),
    part('g', typeof wish.gravity === 'object' ? `${wish.gravity.x}_${wish.gravity.y}` : wish.gravity),
    part('q', wish.quality),
    part('b', wish.background && `${wish.background.r}_${wish.background.g}_${wish.background.b}`),
    part('trim', typeof wish.trim === 'object' ? Object.values(wish.trim).join('_') : wish.trim),
    part('flip', wish.flip),
    part('rot', wish.rotate),
    ...effectParts(wish),
    part('f', wish.format),
  ]
    .flat()
    .join(',')
}

/** The part of a key that says what is done to the pixels after resampling. */
export function effectParts(
  wish: Pick<Transformation, 'blur' | 'sharpen' | 'brightness' | 'contrast' | 'gamma' | 'saturation'>,
): string[] {
  return [
    part('blur', wish.blur),
    part('sharp', wish.sharpen),
    part('bri', wish.brightness),
    part('con', wish.contrast),
    part('gam', wish.gamma),
    part('sat', wish.saturation),
  ].flat()
}

function part(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${name}_${value}`]
}
