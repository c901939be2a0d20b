// npm run bench:memory: does one isolate survive so many parallel requests of the largest size? See docs/benchmarks.md.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Isolate, type Subject } from './isolate.ts'
import { largestPictures, type Picture } from './pictures.ts'

const { values } = parseArgs({
  options: {
    cap: { type: 'string', default: '700' },
    parallel: { type: 'string', default: '8' },
    only: { type: 'string', default: '' },
  },
})
const capMiB = Number(values.cap)
const parallel = Number(values.parallel)
const ANSWER_MS = 60_000

type Round = (isolate: Isolate, pictures: readonly Picture[]) => Promise<Response[]>

/** What a request may end with: done, or turned away in an orderly manner. */
const ORDERLY = new Set([200, 201, 503])

function upload(isolate: Isolate, { name, bytes }: Picture): Promise<Response> {
  const form = new FormData()
  form.set('file', new Blob([bytes]), `${name}.bin`)
  return send(isolate, '/v2/images', { method: 'POST', body: form })
}

function send(isolate: Isolate, at: string, init: RequestInit = {}): Promise<Response> {
  const headers = { 'X-API-Key': isolate.apiKey }
  return fetch(new URL(at, isolate.origin), { ...init, headers, signal: AbortSignal.timeout(ANSWER_MS) })
}

const inParallel = (one: (number: number) => Promise<Response>) =>
  Promise.all(Array.from({ length: parallel }, (_, number) => one(number)))

const uploads =
  (kind: string): Round =>
  (isolate, pictures) =>
    inParallel((number) => {
      const wanted = kind === 'mixed' ? pictures : pictures.filter(({ name }) => name === kind)
      return upload(isolate, wanted[number % wanted.length] as Picture)
    })

const renders =
  (kinds: readonly string[]): Round =>
  async (isolate, all) => {
    const pictures = all.filter(({ name }) => kinds.includes(name))
    const ids: string[] = []
    for (const picture of pictures) {
      const answer = await upload(isolate, picture)
      ids.push(((await answer.json()) as { id: string }).id)
    }
    return inParallel((number) => send(isolate, `/v2/images/${ids[number % ids.length]}?w=${700 + number}&format=webp`))
  }

const emptyUploads =
  (at: string): Round =>
  (isolate, pictures) =>
    inParallel((number) =>
      send(isolate, at, { method: 'POST', body: (pictures[number % pictures.length] as Picture).bytes }),
    )

const ROUNDS: readonly (readonly [Subject, string, Round])[] = [
  ['empty', 'uploads streamed into the bucket', emptyUploads('/stream')],
  ['empty', 'uploads read whole, then stored', emptyUploads('/buffer')],
  ['picharbor', 'uploads of JPEG', uploads('jpeg')],
  ['picharbor', 'uploads of progressive JPEG', uploads('progressive')],
  ['picharbor', 'uploads of PNG', uploads('png')],
  ['picharbor', 'uploads of WebP', uploads('webp')],
  ['picharbor', 'uploads of all of them', uploads('mixed')],
  ['picharbor', 'renders of JPEG, PNG and WebP', renders(['jpeg', 'png', 'webp'])],
  ['picharbor', 'renders of progressive JPEG', renders(['denser progressive'])],
]

const folder = mkdtempSync(path.join(tmpdir(), 'picharbor-memory-'))
let failed = false
try {
  console.log(`${parallel} at once, workerd under ${capMiB > 0 ? `${capMiB} MiB of data` : 'no limit'}`)
  const pictures = await largestPictures()
  for (const { name, bytes } of pictures) console.log(`  ${name}: ${(bytes.length / 1e6).toFixed(1)} MB`)
  if (values.only === '') console.log(`An empty worker may hold ${await holdable()} MiB`)
  for (const [subject, name, round] of ROUNDS) {
    if (!`${subject} ${name}`.includes(values.only)) continue
    const survived = await measured(subject, name, round, pictures)
    if (subject === 'picharbor' && !survived) failed = true
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit(failed ? 1 : 0)

async function measured(subject: Subject, name: string, round: Round, pictures: readonly Picture[]): Promise<boolean> {
  const isolate = await Isolate.start(subject, folder, capMiB)
  try {
    await send(isolate, subject === 'empty' ? '/' : '/health')
    const idle = isolate.memory().now
    const begun = performance.now()
    const answers = await round(isolate, pictures).catch((error: unknown) => String((error as Error).cause ?? error))
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    const { most } = isolate.memory()
    const statuses = typeof answers === 'string' ? answers : counted(answers)
    const orderly = typeof answers !== 'string' && answers.every(({ status }) => ORDERLY.has(status))
    const after = orderly && isolate.alive && (await send(isolate, subject === 'empty' ? '/' : '/health')).ok
    console.log(
      `${after ? 'survived' : 'FAILED  '} ${subject}: ${name}: ${statuses}; ${idle} → ${most} MiB; ${seconds} s`,
    )
    if (!after) console.log(isolate.said)
    return after
  } catch (error) {
    console.log(`FAILED   ${subject}: ${name}: ${error}`)
    return false
  } finally {
    await isolate.stop()
  }
}

function counted(answers: readonly Response[]): string {
  const counts = new Map<number, number>()
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1)
  return [...counts].map(([status, count]) => `${count} × ${status}`).join(', ')
}

/** The most an empty worker gets, to 8 MiB. */
async function holdable(): Promise<number> {
  let [fits, fails] = [0, 512]
  while (fails - fits > 8) {
    const middle = Math.round((fits + fails) / 2)
    const isolate = await Isolate.start('empty', folder, capMiB)
    const held = await send(isolate, `/hold?mb=${middle}`).then(
      (answer) => answer.status === 200,
      () => false,
    )
    await isolate.stop()
    if (held) fits = middle
    else fails = middle
  }
  return fits
}
