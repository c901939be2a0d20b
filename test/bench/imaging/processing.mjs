// npm run bench:processing [-- --rounds 7]
// CPU and WebAssembly memory of what processing settings do at upload, inside workerd: pictures encoded anew at full size,
// without and with a watermark; see docs/processing.md.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { makeInputs } from './inputs.mjs'
import { bundle, startIsolate } from './isolate.mjs'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } })

const WATERMARK = {
  text: '© Ada Lovelace 2026',
  position: 'bottom-right',
  fontSize: null,
  color: { r: 255, g: 255, b: 255 },
  opacity: 0.8,
}
const LARGEST = { ...WATERMARK, text: 'W'.repeat(100), fontSize: 200 }

const JOBS = [
  { name: '2 MP photo, JPEG 85', input: 'photo2', format: 'jpeg' },
  { name: '12 MP photo, JPEG 85', input: 'photo12', format: 'jpeg' },
  { name: '24 MP photo, JPEG 85', input: 'photo24', format: 'jpeg' },
  { name: '48 MP photo, JPEG 85', input: 'photo48', format: 'jpeg' },
  { name: '8 MP photo, WebP 85', input: 'photo8', format: 'webp' },
  { name: '12 MP photo, WebP 85', input: 'photo12', format: 'webp' },
  { name: '8 MP screenshot, PNG', input: 'screen8', format: 'png' },
]

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]
const made = await makeInputs()
const sized = (width, height) => sharp(made.photo12).resize(width, height, { fit: 'fill' })
const inputs = {
  ...made,
  photo8: await sized(3264, 2448).jpeg({ quality: 88 }).toBuffer(),
  photo48: await sized(8000, 6000).jpeg({ quality: 88 }).toBuffer(),
  screen8: await sharp(made.screenshot).resize(3840, 2160, { fit: 'fill', kernel: 'nearest' }).png().toBuffer(),
}
const modules = await bundle(join(import.meta.dirname, 'engine-processing.ts'))

for (const { name, ...job } of JOBS) {
  for (const [what, watermark] of [
    ['as it is', null],
    ['marked', WATERMARK],
    ['marked in the largest letters', LARGEST],
  ]) {
    const isolate = await startIsolate(modules)
    await isolate.load(job.input, inputs[job.input])
    const asked = { ...job, quality: 85, watermark }
    const runs = []
    for (let round = 0; round <= Number(values.rounds); round++) runs.push(await isolate.run(asked))
    await isolate.stop()
    const [first, ...warm] = runs
    const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`
    const outcome = first.error
      ? first.error
      : `${median(warm.map(({ cpu }) => cpu)).toFixed(0)} ms (first ${first.cpu.toFixed(0)}), ${mb(first.memory)} of ${mb(first.predicted)} predicted, ${mb(first.bytes)}${first.watermarked === (watermark !== null) ? '' : ', NOT MARKED'}`
    console.log(`${name}, ${what}: ${outcome}`)
  }
}
process.exit(0)
