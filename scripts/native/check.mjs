// npm run check:native: fails when pixels.wasm and the sources in native/ do not belong together. Needs no compiler.
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, readManifest } from './manifest.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const recorded = readManifest(root)
const found = describe(root)
const complaints = []
if (found.artifact !== recorded.artifact) complaints.push('pixels.wasm is not the file its manifest describes.')
if (found.sources !== recorded.sources) complaints.push('native/ changed since pixels.wasm was built.')
if (complaints.length > 0) {
  console.error(`${complaints.join('\n')}\nRun npm run build:native and commit the artifact with its manifest.`)
  process.exitCode = 1
}
