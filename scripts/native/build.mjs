// npm run build:native: C sources and patches to src/imaging/codecs/pixels.wasm. See docs/native.md.
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { compileAll, run } from './compile.mjs'
import { writeManifest } from './manifest.mjs'
import { prepareSources } from './sources.mjs'
import { objectName, translationUnits } from './units.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const native = join(root, 'native')
const build = join(native, 'build')
const artifact = join(root, 'src/imaging/codecs/pixels.wasm')

const COMPILER = process.env.PICHARBOR_CLANG ?? 'clang-19'
const TARGET = ['--target=wasm32-wasi', '--sysroot=/', '-isystem', '/usr/include/wasm32-wasi']
/** 128 MiB: an isolate has no more. Jobs are held far below by their own cap. */
const MAX_MEMORY = 128 << 20
const OPTIONS = [
  ...TARGET,
  `-DMAX_MEMORY=${MAX_MEMORY}`,
  '-O3',
  '-msimd128',
  '-mbulk-memory',
  '-msign-ext',
  '-mnontrapping-fptoint',
  '-fno-strict-aliasing',
  '-ffunction-sections',
  '-fdata-sections',
  '-DNDEBUG',
  // No path of this machine may reach the artifact: it must be the same wherever it is built.
  `-ffile-prefix-map=${root}=.`,
]
const STACK = 256 << 10
const LINK = [
  ...TARGET,
  '-nostartfiles',
  '-Wl,--no-entry',
  '-Wl,--gc-sections',
  '-Wl,--strip-all',
  // Overflowing a stack that begins at address 0 traps instead of running in to data.
  '-Wl,--stack-first',
  `-Wl,-z,stack-size=${STACK}`,
  `-Wl,--max-memory=${MAX_MEMORY}`,
  '-Wl,--export-memory',
  '-L/usr/lib/wasm32-wasi',
]
/**
 * Not by way of clang's own call (it makes one when it links with -O): functions called once must stay functions. Inside
 * of others they are compiled with what no job calls, and wait in baseline code for a whole that never ends (a first
 * small JPEG: 53 to 37 ms).
 */
const OPTIMISE = [
  '-O3',
  '--one-caller-inline-max-function-size=1',
  '--enable-simd',
  '--enable-bulk-memory',
  '--enable-sign-ext',
  '--enable-nontrapping-float-to-int',
  '--enable-mutable-globals',
]

const upstream = prepareSources(native, build)
const objects = await compileAll({
  units: translationUnits(native, upstream, 'wasm'),
  compiler: COMPILER,
  options: OPTIONS,
  objects: join(build, 'wasm'),
  objectName,
  sharedFolders: [
    join(native, 'src'),
    join(native, 'config'),
    join(native, 'shim'),
    join(native, 'patches'),
    join(root, 'scripts/native'),
  ],
})
const linked = join(build, 'pixels.wasm')
await run(COMPILER, [...LINK, ...objects, '-lc', '-lm', '-o', linked])
mkdirSync(dirname(artifact), { recursive: true })
await run('wasm-opt', [...OPTIMISE, linked, '-o', artifact])
const manifest = writeManifest(root)
const bytes = readFileSync(artifact)
console.log(
  `pixels.wasm: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped, sha256 ${manifest.artifact}`,
)
