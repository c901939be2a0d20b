import alphaPng from './fixtures/alpha.png.bin'
import animatedGif from './fixtures/animated.gif.bin'
import animatedWebp from './fixtures/animated.webp.bin'
import bombPng from './fixtures/bomb.png.bin'
import photoJpg from './fixtures/photo.jpg.bin'
import pixelPng from './fixtures/pixel.png.bin'
import plainJpg from './fixtures/plain.jpg.bin'
import progressiveJpg from './fixtures/progressive.jpg.bin'
import stillAvif from './fixtures/still.avif.bin'
import stillWebp from './fixtures/still.webp.bin'
import truncatedJpg from './fixtures/truncated.jpg.bin'

/** Made by scripts/make-fixtures.mjs, which says what is in each. */
export const fixtures = {
  alphaPng,
  animatedGif,
  animatedWebp,
  bombPng,
  photoJpg,
  pixelPng,
  plainJpg,
  progressiveJpg,
  stillAvif,
  stillWebp,
  truncatedJpg,
}

/** A form as `curl -F` sends it. */
export function form(
  file: ArrayBuffer | string | null,
  fields: Record<string, string | string[]> = {},
  name = 'photo.jpg',
) {
  const body = new FormData()
  for (const [field, values] of Object.entries(fields)) {
    for (const value of [values].flat()) body.append(field, value)
  }
  if (file !== null) body.append('file', new File([file], name, { type: 'application/octet-stream' }))
  return body
}
