// The artifact's checksum and that of everything it was built from, side by side in pixels.wasm.json.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ARTIFACT = 'src/imaging/codecs/pixels.wasm'
const MANIFEST = `${ARTIFACT}.json`
const INPUTS = ['native/src', 'native/config', 'native/shim', 'native/patches']
const INPUT_FILES = [
  'native/sources.json',
  'scripts/native/build.mjs',
  'scripts/native/compile.mjs',
  'scripts/native/sources.mjs',
  'scripts/native/units.mjs',
]

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

function inputFiles(root) {
  const found = INPUTS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  )
  return [...found, ...INPUT_FILES].sort()
}

export function describe(root) {
  const hash = createHash('sha256')
  for (const file of inputFiles(root)) hash.update(`${file}\0${sha256(readFileSync(join(root, file)))}\n`)
  return { artifact: sha256(readFileSync(join(root, ARTIFACT))), sources: hash.digest('hex') }
}

export function readManifest(root) {
  return JSON.parse(readFileSync(join(root, MANIFEST), 'utf8'))
}

export function writeManifest(root) {
  const manifest = describe(root)
  writeFileSync(join(root, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`)
  return manifest
}
