// Runs the compiler over translation units, a few at a time, skipping objects that are newer than everything they need.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const PARALLEL = 2

const modified = (file) => statSync(file).mtimeMs

/** Newest of our own headers and scripts: a change there rebuilds everything, which takes half a minute. */
function newestShared(folders) {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .filter((name) => /\.(h|mjs|json|patch)$/.test(name))
      .map((name) => join(folder, name)),
  )
  return Math.max(...files.map(modified))
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${command} ${args.join(' ')} failed`))))
  })
}

/** Compiles `units` with `compiler options… unit.options…`; returns the object files in the order of the units. */
export async function compileAll({ units, compiler, options, objects, objectName, sharedFolders }) {
  mkdirSync(objects, { recursive: true })
  const shared = newestShared(sharedFolders)
  const jobs = units.map((unit) => ({ ...unit, object: join(objects, objectName(unit.file)) }))
  const stale = jobs.filter(
    ({ file, object }) => !existsSync(object) || modified(object) < Math.max(modified(file), shared),
  )
  const next = async () => {
    for (let job = stale.shift(); job; job = stale.shift())
      await run(compiler, [...options, ...job.options, '-c', job.file, '-o', job.object])
  }
  await Promise.all(Array.from({ length: PARALLEL }, next))
  return jobs.map(({ object }) => object)
}

export { run }
