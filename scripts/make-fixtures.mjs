// Makes the small images the tests run on: `npm run make:fixtures`. Drawn, not photographed, so they belong to nobody.
import { mkdir, writeFile } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'

const FOLDER = new URL('../test/support/fixtures/', import.meta.url)
await mkdir(FOLDER, { recursive: true })

const scene = (width, height) =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 640 480" preserveAspectRatio="none">
  <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#2b6cb0"/><stop offset="1" stop-color="#fbd38d"/></linearGradient></defs>
  <rect width="640" height="480" fill="url(#sky)"/>
  <circle cx="500" cy="120" r="50" fill="#fffbea"/>
  <path d="M0 480 L0 330 L150 210 L300 350 L420 260 L640 400 L640 480 Z" fill="#22543d"/>
  <path d="M0 480 L0 420 L640 440 L640 480 Z" fill="#1a202c"/>
</svg>`)

const glass = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48">
  <circle cx="32" cy="24" r="20" fill="#e53e3e" fill-opacity="0.5"/><circle cx="32" cy="24" r="10" fill="#2f855a"/></svg>`)

const frames = await Promise.all(
  ['#e53e3e', '#38a169', '#3182ce'].map((colour) =>
    sharp({ create: { width: 40, height: 30, channels: 3, background: colour } })
      .png()
      .toBuffer(),
  ),
)

/** A sideways camera photo with everything in it that must not get out. */
const photo = sharp(scene(640, 480))
  .withExif({
    IFD0: { Make: 'SecretMake', Model: 'SecretModel', Copyright: 'Copyright Ann Example', Orientation: '6' },
    IFD2: { BodySerialNumber: 'SECRET-SERIAL' },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1', GPSLongitudeRef: 'W', GPSLongitude: '0/1 7/1 0/1' },
  })
  .withMetadata({ orientation: 6 })
  .jpeg({ quality: 85 })

const jpeg = await sharp(scene(640, 480)).jpeg({ quality: 85 }).toBuffer()

const files = {
  'photo.jpg': await photo.toBuffer(),
  'plain.jpg': jpeg,
  'truncated.jpg': jpeg.subarray(0, Math.floor(jpeg.length * 0.6)),
  'progressive.jpg': await sharp(scene(200, 150)).jpeg({ progressive: true }).toBuffer(),
  'alpha.png': await sharp(glass).png().toBuffer(),
  'pixel.png': await sharp({ create: { width: 1, height: 1, channels: 3, background: '#123456' } })
    .png()
    .toBuffer(),
  'still.webp': await sharp(scene(320, 240)).webp({ quality: 80 }).toBuffer(),
  'animated.gif': await sharp(frames, { join: { animated: true } })
    .gif({ delay: [100, 100, 100] })
    .toBuffer(),
  'animated.webp': await sharp(frames, { join: { animated: true } })
    .webp({ delay: [100, 100, 100] })
    .toBuffer(),
  'still.avif': await sharp(scene(160, 120)).avif({ quality: 50 }).toBuffer(),
  'bomb.png': bomb(60_000, 60_000),
}
for (const [name, bytes] of Object.entries(files)) {
  await writeFile(new URL(`${name}.bin`, FOLDER), bytes)
  console.log(`${name}: ${bytes.length} bytes`)
}

/** A PNG of a few bytes that declares 3.6 gigapixels, its header checksum right. */
function bomb(width, height) {
  const header = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const body = Buffer.alloc(13)
  body.writeUInt32BE(width, 0)
  body.writeUInt32BE(height, 4)
  body.set([8, 6, 0, 0, 0], 8)
  return Buffer.concat([
    header,
    chunk('IHDR', body),
    chunk('IDAT', Buffer.from([0x78, 0x9c, 3, 0, 0, 0, 0, 1])),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, checksum])
}
