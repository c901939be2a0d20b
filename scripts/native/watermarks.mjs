// npm run sheets: watermarks over light, dark and busy pictures, in native/build/sheets, for a person to look at.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { probe } from '../../src/imaging/probe.ts'
import { WasmEngine } from '../../src/imaging/wasm-engine.ts'
import { WATERMARK_POSITIONS } from '../../src/imaging/watermark/watermark.ts'

const root = resolve(import.meta.dirname, '../..')
const out = join(root, 'native/build/sheets')
const photos = resolve(root, '../shared/photos')
const CELL = { width: 640, height: 400 }
const compiled = (file) => new WebAssembly.Module(readFileSync(file))
const engine = new WasmEngine({
  native: compiled(join(root, 'src/imaging/codecs/pixels.wasm')),
  photon: compiled(createRequire(import.meta.url).resolve('@cf-wasm/photon/photon.wasm')),
})

const WHITE = { r: 255, g: 255, b: 255 }
const PLAIN = { text: '© Ada Lovelace 2026', position: 'bottom-right', fontSize: 28, color: WHITE, opacity: 0.8 }

async function grounds() {
  const plain = (background) => sharp({ create: { ...CELL, channels: 3, background } })
  const stripes = `<svg xmlns="http://www.w3.org/2000/svg" width="${CELL.width}" height="${CELL.height}"><defs>
    <pattern id="p" width="22" height="22" patternUnits="userSpaceOnUse" patternTransform="rotate(35)">
    <rect width="22" height="22" fill="#fff"/><rect width="11" height="22" fill="#102040"/></pattern></defs>
    <rect width="100%" height="100%" fill="url(#p)"/></svg>`
  const noise = Buffer.from(Uint8Array.from({ length: CELL.width * CELL.height * 3 }, () => Math.random() * 256))
  const list = [
    ['white', plain('#ffffff')],
    ['black', plain('#000000')],
    ['grey', plain('#808080')],
    ['stripes', sharp(Buffer.from(stripes)).flatten()],
    ['noise', sharp(noise, { raw: { ...CELL, channels: 3 } })],
  ]
  for (const name of ['p2.jpg', 'p12.jpg', 'shot.png']) {
    const file = join(photos, name)
    if (existsSync(file))
      list.push([
        name,
        sharp(file)
          .autoOrient()
          .resize({ ...CELL, fit: 'cover' }),
      ])
  }
  return Promise.all(list.map(async ([name, image]) => ({ name, bytes: new Uint8Array(await image.png().toBuffer()) })))
}

async function marked(bytes, watermark) {
  const found = probe(bytes)
  const { width, height, orientation } = found
  const job = { orientation, crop: null, width, height, format: 'png', quality: 90, lossless: true, background: null }
  const source = { probe: found, size: bytes.length, body: bytes }
  return Buffer.from((await engine.render(source, { ...job, watermark })).bytes)
}

async function sheet(name, pictures, columns) {
  const layers = pictures.map((input, index) => ({
    input,
    left: (index % columns) * (CELL.width + 8),
    top: Math.floor(index / columns) * (CELL.height + 8),
  }))
  const size = {
    width: columns * (CELL.width + 8),
    height: Math.ceil(pictures.length / columns) * (CELL.height + 8),
  }
  const file = join(out, `${name}.png`)
  await sharp({ create: { ...size, channels: 3, background: '#f0c0c0' } })
    .composite(layers)
    .png()
    .toFile(file)
  console.log(file)
}

mkdirSync(out, { recursive: true })
const all = await grounds()
await sheet('watermarks-grounds', await Promise.all(all.map(({ bytes }) => marked(bytes, PLAIN))), 3)
const busy = all.at(-2)?.bytes ?? all[3].bytes
await sheet(
  'watermarks-positions',
  await Promise.all(WATERMARK_POSITIONS.map((position) => marked(busy, { ...PLAIN, position }))),
  3,
)
const sizes = [8, 12, 16, 24, 48, 96, 200].map((fontSize) => marked(busy, { ...PLAIN, fontSize }))
await sheet('watermarks-sizes', await Promise.all(sizes), 3)
const opacities = [0.1, 0.3, 0.5, 0.8, 1].flatMap((opacity) => [
  marked(all[0].bytes, { ...PLAIN, opacity }),
  marked(busy, { ...PLAIN, opacity }),
  marked(all[1].bytes, { ...PLAIN, opacity }),
])
await sheet('watermarks-opacities', await Promise.all(opacities), 3)
const colours = [
  [0, 0, 0],
  [255, 0, 0],
  [255, 208, 0],
  [0, 64, 255],
  [128, 128, 128],
].flatMap(([r, g, b]) =>
  [all[0], all[1], all[3]].map(({ bytes }) =>
    marked(bytes, { ...PLAIN, color: { r, g, b }, fontSize: 40, opacity: 1 }),
  ),
)
await sheet('watermarks-colours', await Promise.all(colours), 3)
const texts = [
  'Фото: Анна Каренина',
  'Φωτογραφία — Ελλάδα',
  'Ảnh: Nguyễn Văn Đức',
  'ÅÄÖ ñ ç ş ğ ő ł ž €',
  'W'.repeat(100),
  'jgpqy |Ệ',
]
await sheet('watermarks-scripts', await Promise.all(texts.map((text) => marked(busy, { ...PLAIN, text }))), 3)
