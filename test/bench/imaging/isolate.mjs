// One workerd process with one engine in it, and what it costs.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'

/** Bundles an engine's worker; its .wasm imports become modules that workerd compiles at start. */
export async function bundle(entry, modulesFolder) {
  const wasm = []
  const collect = {
    name: 'wasm',
    setup({ onResolve, resolve: find }) {
      onResolve({ filter: /\.wasm(\?module)?$/ }, async ({ path, resolveDir, pluginData }) => {
        if (pluginData === 'found') return undefined
        const bare = path.replace(/\?module$/, '')
        const found = bare.startsWith('.')
          ? { path: resolve(resolveDir, bare) }
          : await find(bare, { resolveDir, kind: 'import-statement', pluginData: 'found' })
        const name = `./${wasm.length}-${basename(found.path)}`
        wasm.push({ type: 'CompiledWasm', path: name.slice(2), contents: readFileSync(found.path) })
        return { path: name, external: true }
      })
    },
  }
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    nodePaths: modulesFolder ? [modulesFolder] : [],
    absWorkingDir: dirname(entry),
    plugins: [collect],
    logLevel: 'silent',
  })
  return [{ type: 'ESModule', path: 'worker.mjs', contents: outputFiles[0].text }, ...wasm]
}

/** CPU of every thread so far, in milliseconds (first field of schedstat, in nanoseconds). */
function threadsOf(pid) {
  const threads = new Map()
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      threads.set(task, Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
    } catch {
      // The thread ended meanwhile.
    }
  }
  return threads
}

/** All threads together, and the busiest one alone: the request's own, without the compiler's in the background. */
function spent(before, after) {
  const each = [...after].map(([task, cpu]) => cpu - (before.get(task) ?? 0))
  return { cpu: each.reduce((sum, cpu) => sum + cpu, 0), main: Math.max(...each) }
}

function children() {
  return readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number)
}

export async function startIsolate(modules) {
  const before = new Set(children())
  const runtime = new Miniflare(
    convertV4MiniflareOptions({ modules, modulesRoot: '.', compatibilityDate: '2026-10-01' }),
  )
  await runtime.ready
  const pid = children().find(
    (child) => !before.has(child) && /workerd/.test(readFileSync(`/proc/${child}/cmdline`, 'utf8')),
  )
  if (!pid) throw new Error('workerd did not start')
  return {
    async load(name, bytes) {
      await (await runtime.dispatchFetch(`http://bench/${name}`, { method: 'PUT', body: bytes })).text()
    },
    /** CPU of one job, and what the engine says about it. */
    async run(job) {
      const start = threadsOf(pid)
      const answer = await runtime.dispatchFetch('http://bench/', { method: 'POST', body: JSON.stringify(job) })
      const report = await answer.json()
      return { ...spent(start, threadsOf(pid)), ...report }
    },
    stop: () => runtime.dispose(),
  }
}
