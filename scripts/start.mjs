// `npm start`: everything a clean clone needs to serve images on this machine, with no account and no login.
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { banner } from './start/banner.mjs'
import { bootstrapLocal } from './start/bootstrap.mjs'
import { buildFacts } from './start/build-facts.mjs'
import { Complaint, checkNode, checkPort, lockState } from './start/checks.mjs'
import { ensureSecrets, localVariables } from './start/secrets.mjs'
import { migrate, WRANGLER, WRANGLER_ENV } from './start/wrangler.mjs'

async function main() {
  checkNode(process.versions.node)
  const { values } = parseArgs({ options: { port: { type: 'string', default: '8787' } } })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Complaint(`--port takes a number from 1 to 65535, not "${values.port}".`)
  }
  lockState(port)
  await checkPort(port)
  ensureSecrets()
  console.log('Preparing the local database …')
  migrate('--local')
  const apiKey = bootstrapLocal()
  await serve(port, apiKey)
}

async function serve(port, apiKey) {
  const args = [WRANGLER, 'dev', '--port', String(port), '--show-interactive-dev-session=false', '--log-level=warn']
  args.push(...localVariables(), ...buildFacts())
  const child = spawn(process.execPath, args, { stdio: 'inherit', env: WRANGLER_ENV })
  const stop = () => child.kill('SIGTERM')
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)
  // npm does not pass signals on: when it is gone, nobody is left who could stop the server.
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && stop(), 1000).unref()
  child.on('exit', (code) => process.exit(code ?? 0))
  if (await answers(`http://127.0.0.1:${port}/api/v1/version`, child)) banner(port, apiKey)
}

/** Whether the worker answers within a minute. */
async function answers(url, child) {
  for (const end = Date.now() + 60_000; Date.now() < end && child.exitCode === null; ) {
    try {
      if ((await fetch(url)).ok) return true
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return false
}

try {
  await main()
} catch (error) {
  if (!(error instanceof Complaint)) throw error
  console.error(`\n${error.message}\n`)
  process.exit(1)
}
