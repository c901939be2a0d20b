// Draws the two fallback pictures: `npm run make:placeholders`. Shapes only, so no font decides how they look.
import { writeFile } from 'node:fs/promises'
import sharp from 'sharp'

const WIDTH = 960
const HEIGHT = 720

const frame = (
  inner,
) => `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 960 720">
  <rect width="960" height="720" fill="#eef1f4"/>
  <g fill="none" stroke="#8793a0" stroke-width="18" stroke-linecap="round" stroke-linejoin="round">${inner}</g>
</svg>`

/** A picture frame with a hill and a sun, crossed out. */
const notFound = frame(`
  <rect x="300" y="220" width="360" height="280" rx="28"/>
  <circle cx="400" cy="315" r="34"/>
  <path d="M470 446 L570 350 L640 430"/>
  <path d="M250 560 L710 160" stroke="#eef1f4" stroke-width="54"/>
  <path d="M250 560 L710 160" stroke="#c65b4e"/>`)

/** A closed padlock. */
const permissionDenied = frame(`
  <rect x="350" y="330" width="260" height="210" rx="28"/>
  <path d="M400 330 V260 a80 80 0 0 1 160 0 V330"/>
  <circle cx="480" cy="420" r="22" fill="#8793a0"/>
  <path d="M480 430 V475"/>`)

for (const [name, svg] of Object.entries({ 'not-found': notFound, 'permission-denied': permissionDenied })) {
  const bytes = await sharp(Buffer.from(svg)).webp({ quality: 80, effort: 6 }).toBuffer()
  await writeFile(new URL(`../src/domain/delivery/placeholders/${name}.bin`, import.meta.url), bytes)
  console.log(`${name}: ${bytes.length} bytes`)
}
