// npm run bench:imaging [-- --rounds 9 --jobs J1,J3 --engines native,photon]
// CPU of a rendition inside workerd against sharp (one thread) in this process, interleaved; see docs/native.md.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { makeInputs } from './inputs.mjs'
import { bundle, startIsolate } from './isolate.mjs'
import { JOBS } from './jobs.mjs'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    jobs: { type: 'string' },
    engines: { type: 'string', default: 'native,photon,jsquash' },
    cold: { type: 'string', default: '3' },
  },
})
const wanted = values.jobs?.split(',')
const jobs = JOBS.filter(({ name }) => !wanted || wanted.some((prefix) => name.startsWith(prefix)))
const WARM_UP = 4
/** Nobody waits for the slow ones nine times. */
const SLOW_MS = 1000

sharp.concurrency(1)
sharp.cache(false)

const sorted = (numbers) => [...numbers].sort((a, b) => a - b)
const least = (numbers) => Math.min(...numbers)
const median = (numbers) => sorted(numbers)[numbers.length >> 1]
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function runSharp(file, { width, height, format, quality }) {
  const start = process.cpuUsage()
  const bytes = await sharp(file).resize(width, height, { fit: 'fill' })[format]({ quality }).toBuffer()
  const { user, system } = process.cpuUsage(start)
  return { cpu: (user + system) / 1000, bytes: bytes.length }
}

/** Bundled once; null when its packages are not installed (jsquash is no dependency: NODE_PATH may name a folder). */
async function modulesOf(engine) {
  try {
    return await bundle(join(import.meta.dirname, `engine-${engine}.ts`), process.env.NODE_PATH)
  } catch (error) {
    console.log(`${engine} is left out: ${error.errors?.[0]?.text ?? error.message}`)
    return null
  }
}

async function coldRuns(modules, job, file) {
  const runs = []
  for (let i = 0; i < Number(values.cold); i++) {
    const isolate = await startIsolate(modules)
    await isolate.load(job.input, file)
    runs.push(await isolate.run(job))
    await isolate.stop()
  }
  return { cpu: median(runs.map(({ cpu }) => cpu)), main: median(runs.map(({ main }) => main)) }
}

/** The same of sharp: its first picture in a process of its own. */
function coldSharp(job, file) {
  const folder = mkdtempSync(join(tmpdir(), 'picharbor-bench-'))
  const path = join(folder, 'picture')
  writeFileSync(path, file)
  const script = join(import.meta.dirname, 'sharp-once.mjs')
  const once = () => Number(execFileSync(process.execPath, [script, path, JSON.stringify(job)], { encoding: 'utf8' }))
  const runs = Array.from({ length: Number(values.cold) }, once)
  rmSync(folder, { recursive: true })
  return median(runs)
}

async function compare(job, file, engines) {
  const rows = []
  for (const { name, modules } of engines) {
    const isolate = await startIsolate(modules)
    await isolate.load(job.input, file)
    const first = await isolate.run(job)
    const row = { name, isolate, cpu: [], first, memory: first.memory, bytes: first.bytes, error: first.error }
    for (let i = 0; !row.error && i < WARM_UP && first.cpu < SLOW_MS; i++) await isolate.run(job)
    rows.push(row)
  }
  await runSharp(file, job)
  // Let the optimising compiler finish: its threads count as well.
  await pause(1500)
  const reference = []
  const rounds = Number(values.rounds)
  for (let round = 0; round < rounds; round++) {
    reference.push(await runSharp(file, job))
    for (const row of rows) {
      if (row.error || (row.first.cpu > SLOW_MS && round > 1)) continue
      row.cpu.push((await row.isolate.run(job)).cpu)
    }
  }
  for (const row of rows) await row.isolate.stop()
  return { rows, reference }
}

console.log(
  `sharp ${sharp.versions.sharp} on one thread; CPU in ms as least/median; ratios of least (median); memory of WebAssembly\n`,
)
/** What a request costs that renders nothing: contained in every figure below. */
async function emptyRequest(modules) {
  const isolate = await startIsolate(modules)
  const runs = []
  for (let i = 0; i < 30; i++) runs.push((await isolate.run({ input: 'none' })).cpu)
  await isolate.stop()
  return median(runs.slice(10))
}

const inputs = await makeInputs()
const engines = []
for (const name of values.engines.split(',')) {
  const modules = await modulesOf(name)
  if (modules) engines.push({ name, modules })
}
if (engines[0]) console.log(`an empty request: ${(await emptyRequest(engines[0].modules)).toFixed(1)}\n`)
for (const job of jobs) {
  const file = inputs[job.input]
  const { rows, reference } = await compare(job, file, engines)
  const sharpCpu = reference.map(({ cpu }) => cpu)
  console.log(
    `${job.name}\n  sharp    ${least(sharpCpu).toFixed(1)}/${median(sharpCpu).toFixed(1)}  ${reference[0].bytes} bytes`,
  )
  for (const row of rows) {
    if (row.error) {
      console.log(`  ${row.name.padEnd(8)} ${row.error}`)
      continue
    }
    const ratio = `${(least(row.cpu) / least(sharpCpu)).toFixed(2)} (${(median(row.cpu) / median(sharpCpu)).toFixed(2)})`
    const memory = `${(row.memory / 1e6).toFixed(1)} MB`
    let cold = ''
    if (row.name === 'native') {
      const first = await coldRuns(engines.find(({ name }) => name === 'native').modules, job, file)
      const reference = coldSharp(job, file)
      const times = (ms) => `${ms.toFixed(0)} = ${(ms / reference).toFixed(2)} (${(ms / median(sharpCpu)).toFixed(2)})`
      cold = `  cold, to sharp's first (later) picture: request ${times(first.main)}, with compilation ${times(first.cpu)}`
    }
    const cpu = `${least(row.cpu).toFixed(1)}/${median(row.cpu).toFixed(1)}`
    console.log(`  ${row.name.padEnd(8)} ${cpu}  ${ratio}  ${memory}  ${row.bytes} bytes${cold}`)
  }
}
process.exit(0)
