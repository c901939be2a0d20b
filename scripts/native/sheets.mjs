// npm run sheets: contact sheets of renditions beside sharp's, in native/build/sheets, for a person to look at.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { NativePixels } from '../../src/imaging/codecs/native.ts'
import { probe } from '../../src/imaging/probe.ts'

const root = resolve(import.meta.dirname, '../..')
const out = join(root, 'native/build/sheets')
const shared = resolve(root, '../shared')
const CELL = { width: 300, height: 220, text: 20 }

mkdirSync(out, { recursive: true })
const pixels = new NativePixels(new WebAssembly.Module(readFileSync(join(root, 'src/imaging/codecs/pixels.wasm'))))

function caption(text) {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;')
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${CELL.width}" height="${CELL.text}">
    <text x="4" y="14" font-family="sans-serif" font-size="12">${escaped}</text></svg>`
  return Buffer.from(svg)
}

/** A checkerboard under each picture shows what is transparent. */
async function checkered(file) {
  const fitted = await sharp(file)
    .resize(CELL.width - 8, CELL.height - 8, { fit: 'inside', withoutEnlargement: true, kernel: 'nearest' })
    .ensureAlpha()
    .png()
    .toBuffer({ resolveWithObject: true })
  const { width, height } = fitted.info
  const board = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>
    <pattern id="p" width="16" height="16" patternUnits="userSpaceOnUse"><rect width="16" height="16" fill="#fff"/>
    <path d="M0 0h8v8H0zM8 8h8v8H8z" fill="#ccc"/></pattern></defs><rect width="100%" height="100%" fill="url(#p)"/></svg>`
  return sharp(Buffer.from(board))
    .composite([{ input: fitted.data }])
    .png()
    .toBuffer()
}

async function sheet(name, cells, columns) {
  const rows = Math.ceil(cells.length / columns)
  const layers = await Promise.all(
    cells.map(async ({ file, text }, i) => {
      const [left, top] = [(i % columns) * CELL.width, Math.floor(i / columns) * (CELL.height + CELL.text)]
      return [
        { input: caption(text), left, top },
        ...(file ? [{ input: await checkered(file), left: left + 4, top: top + CELL.text }] : []),
      ]
    }),
  )
  const size = { width: columns * CELL.width, height: rows * (CELL.height + CELL.text) }
  const file = join(out, `${name}.png`)
  await sharp({ create: { ...size, channels: 3, background: '#f4f4f4' } })
    .composite(layers.flat())
    .png()
    .toFile(file)
  console.log(file)
}

async function ours(bytes, changes, encoding) {
  const found = probe(bytes)
  const { width, height, orientation } = found
  const job = {
    orientation,
    crop: null,
    width,
    height,
    format: 'png',
    quality: 80,
    lossless: false,
    background: null,
    ...changes,
  }
  try {
    return {
      file: (await pixels.render({ probe: found, size: bytes.length, body: bytes }, job, encoding)).bytes,
      text: '',
    }
  } catch (error) {
    return { file: null, text: `${error.code}: ${error.message}` }
  }
}

async function card(width, height) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 300 200">
    <defs><linearGradient id="g"><stop stop-color="#f40"/><stop offset="1" stop-color="#06f"/></linearGradient></defs>
    <rect x="10" y="10" width="280" height="180" rx="30" fill="url(#g)"/>
    <text x="30" y="90" font-family="serif" font-size="60" fill="#fff">Abg</text>
    <circle cx="230" cy="130" r="40" fill="none" stroke="#ff0" stroke-width="6"/>
    <path d="M20 180L280 30" stroke="#000"/></svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}

async function orientations() {
  const upright = await card(300, 200)
  const cells = []
  for (let orientation = 1; orientation <= 8; orientation++) {
    const stored = await sharp(upright).flatten({ background: '#fff' }).withMetadata({ orientation }).jpeg().toBuffer()
    const turned = orientation >= 5
    const size = turned ? { width: 133, height: 200 } : { width: 200, height: 133 }
    cells.push({ ...(await ours(stored, { ...size, format: 'jpeg' })), text: `orientation ${orientation}` })
    cells.push({ file: await sharp(stored).autoOrient().resize(size).png().toBuffer(), text: 'sharp' })
  }
  await sheet('orientations', cells, 4)
}

async function transparency() {
  const drawn = await card(900, 600)
  const cells = []
  for (const format of ['png', 'webp', 'jpeg'])
    for (const [width, height] of [
      [280, 187],
      [61, 41],
      [1200, 800],
    ])
      cells.push({ ...(await ours(drawn, { width, height, format })), text: `${format} ${width} × ${height}` })
  cells.push({ ...(await ours(drawn, { format: 'jpeg', background: { r: 255, g: 220, b: 0 } })), text: 'on yellow' })
  cells.push({
    ...(await ours(drawn, { crop: { x: 450, y: 200, width: 300, height: 300 }, width: 200, height: 200 })),
    text: 'crop',
  })
  cells.push({ file: await sharp(drawn).resize(280, 187).png().toBuffer(), text: 'sharp 280 × 187' })
  await sheet('transparency', cells, 4)
}

async function photographs() {
  const folder = join(shared, 'photos')
  if (!existsSync(folder)) return
  const cells = []
  for (const name of readdirSync(folder).sort()) {
    if (!/\.(jpg|png|webp)$/.test(name)) continue
    const bytes = new Uint8Array(readFileSync(join(folder, name)))
    const { width, height } = probe(bytes)
    const scale = 290 / Math.max(width, height)
    const size = { width: Math.round(width * scale), height: Math.round(height * scale) }
    cells.push({ ...(await ours(bytes, { ...size, format: 'webp' })), text: name })
    cells.push({
      file: await sharp(bytes).autoOrient().resize(size.width, size.height).png().toBuffer(),
      text: 'sharp',
    })
  }
  await sheet('photographs', cells, 6)
}

async function collection() {
  const folder = join(shared, 'corpus')
  if (!existsSync(folder)) return
  for (const category of [
    'exif-orientation',
    'icc',
    'jpeg-cmyk',
    'jpeg-progressive',
    'jpeg-arith',
    'jpeg-gray',
    'pngsuite',
    'webp-still',
    'webp-anim',
    'png-16bit',
  ]) {
    const cells = []
    for (const name of readdirSync(join(folder, category)).sort().slice(0, 48)) {
      const bytes = new Uint8Array(readFileSync(join(folder, category, name)))
      const text = name.slice(13, 50)
      try {
        const { width, height } = probe(bytes)
        const scale = Math.min(1, 280 / Math.max(width, height))
        const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
        const made = await ours(bytes, size)
        cells.push({ file: made.file, text: made.text || text })
      } catch (error) {
        cells.push({ file: null, text: `${text}: ${error.code}` })
      }
    }
    await sheet(category, cells, 8)
  }
}

await orientations()
await transparency()
await photographs()
await collection()
