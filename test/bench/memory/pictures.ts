import sharp from 'sharp'

/** Largest upload by default, bytes. */
export const LARGEST = 10_485_760

export interface Picture {
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/**
 * A picture of each format of nearly as many bytes as may be uploaded: noise, which compresses badly. Of the progressive
 * ones, one has nearly as many pixels as may be uploaded, the other as many as are still decoded at a quarter of their
 * size, where most is held, for the renders of main.ts.
 */
export async function largestPictures(): Promise<Picture[]> {
  return Promise.all([
    largest('jpeg', (image) => image.jpeg({ quality: 92 }), 5200),
    largest('progressive', (image) => image.jpeg({ quality: 33, progressive: true }), 9560),
    largest('denser progressive', (image) => image.jpeg({ quality: 72, progressive: true }), 6200),
    largest('png', (image) => image.png({ compressionLevel: 3 }), 2000),
    largest('webp', (image) => image.webp({ quality: 95, effort: 1 }), 2600),
  ])
}

/** Shrinks until it fits: sizes come out within a few per cent of the limit. */
async function largest(name: string, encode: (image: sharp.Sharp) => sharp.Sharp, from: number): Promise<Picture> {
  for (let side = from, tries = 0; tries < 12; tries++) {
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 30 }
    const image = sharp({ create: { width: side, height: side, channels: 3, noise, background: '#888' } })
    const bytes = new Uint8Array(await encode(image).toBuffer())
    const ratio = LARGEST / bytes.length
    const type = name.endsWith('progressive') ? 'jpeg' : name
    if (ratio >= 1 && ratio < 1.08) return { name, type, bytes }
    side = Math.floor(side * Math.sqrt(ratio) * 0.985)
  }
  throw new Error(`No ${name} came out at the right size`)
}
