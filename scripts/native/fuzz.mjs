// npm run fuzz:native -- --format jpeg|png|webp [--seconds 60] [--timeout 20]: the C sources under ASan, UBSan and libFuzzer.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { compileAll, run } from './compile.mjs'
import { prepareSources } from './sources.mjs'
import { objectName, translationUnits } from './units.mjs'

const FORMATS = { jpeg: ['.jpg', '.jpeg'], png: ['.png'], webp: ['.webp'] }
const LARGEST_SEED = 64 << 10

const { values } = parseArgs({
  options: {
    format: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    /** By the clock, for one file: raise it on a busy machine, or waiting counts as hanging. */
    timeout: { type: 'string', default: '20' },
    replay: { type: 'boolean' },
  },
})
if (!values.format || !(values.format in FORMATS)) {
  console.error('Usage: npm run fuzz:native -- --format jpeg|png|webp [--seconds 60] [--timeout 20] [--replay]')
  process.exit(2)
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const native = join(root, 'native')
const build = join(native, 'build')
const COMPILER = process.env.PICHARBOR_CLANG ?? 'clang-19'
// What upstream does on purpose: unaligned loads, shifting negative values, hash arithmetic, calls by another type.
const SANITIZERS = [
  '-fsanitize=address,undefined',
  '-fno-sanitize=alignment,shift,function,pointer-overflow',
  '-fno-sanitize-recover=undefined',
]
const OPTIONS = [
  '-O1',
  '-g',
  '-fno-omit-frame-pointer',
  '-fsanitize=fuzzer-no-link',
  '-DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION',
  '-msse4.1',
  ...SANITIZERS,
]

const upstream = prepareSources(native, build)
const sharedFolders = [join(native, 'src'), join(native, 'config'), join(native, 'shim'), join(native, 'patches')]
const objects = await compileAll({
  units: translationUnits(native, upstream, 'host'),
  compiler: COMPILER,
  options: OPTIONS,
  objects: join(build, 'host'),
  objectName,
  sharedFolders,
})
const target = join(build, `fuzz-${values.format}`)
await run(COMPILER, [
  '-O1',
  '-g',
  '-fsanitize=fuzzer',
  ...SANITIZERS,
  `-DFUZZ_FORMAT=INPUT_${values.format.toUpperCase()}`,
  `-I${join(native, 'src')}`,
  join(native, 'fuzz/fuzz.c'),
  ...objects,
  '-lm',
  '-o',
  target,
])

const regressions = join(native, 'fuzz/regressions', values.format)
const seeds = join(build, 'seeds', values.format)
const corpus = join(build, 'corpus', values.format)
const findings = join(build, 'findings', values.format)
for (const folder of [seeds, corpus, findings]) mkdirSync(folder, { recursive: true })

/** Files of this format from the collection beside the project, where there is one. */
function collectSeeds() {
  const collection = resolve(root, '../shared/corpus')
  if (!existsSync(collection)) return
  for (const name of readdirSync(collection, { recursive: true })) {
    const file = join(collection, name)
    if (!FORMATS[values.format].includes(extname(name).toLowerCase()) || statSync(file).size > LARGEST_SEED) continue
    copyFileSync(file, join(seeds, basename(name)))
  }
}
collectSeeds()

const known = existsSync(regressions) ? [regressions] : []
const limits = [
  `-timeout=${values.timeout}`,
  '-rss_limit_mb=2048',
  `-max_len=${LARGEST_SEED}`,
  `-artifact_prefix=${findings}/`,
]
const args = values.replay
  ? [...limits, '-runs=0', ...known, seeds]
  : [...limits, `-max_total_time=${values.seconds}`, '-print_final_stats=1', corpus, ...known, seeds]
const { status } = spawnSync(target, args, { stdio: 'inherit' })
process.exit(status ?? 1)
