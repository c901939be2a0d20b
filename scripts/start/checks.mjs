import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Something the person at the terminal can put right; the message says how. */
export class Complaint extends Error {}

/** Git-ignored: the local API key, and the lock of a running server. */
export const STATE_DIR = fileURLToPath(new URL('../../.picharbor/', import.meta.url))
/** Where wrangler keeps the local database and bucket. */
const DATA_DIR = fileURLToPath(new URL('../../.wrangler/state/', import.meta.url))
const LOCK = path.join(STATE_DIR, 'lock.json')

export function checkNode(version) {
  const major = Number(version.split('.')[0])
  if (major >= 22) return
  throw new Complaint(
    `Picharbor runs on Node.js 22 or later, and this is ${version}. \`npm install\` brings one along; it seems it could not. ` +
      'Run `npm install --include=optional` again, or install Node.js 22, then `npm start`.',
  )
}

/** One server per folder: two would write the same local database. */
export function lockState(port) {
  try {
    for (const folder of [STATE_DIR, DATA_DIR]) {
      mkdirSync(folder, { recursive: true })
      accessSync(folder, constants.W_OK)
    }
    const running = readLock()
    if (running !== null && isAlive(running.pid)) {
      throw new Complaint(
        `Picharbor already runs from this folder: http://localhost:${running.port} (process ${running.pid}). ` +
          'Use that one, or stop it first (Ctrl+C in its terminal).',
      )
    }
    writeFileSync(LOCK, JSON.stringify({ pid: process.pid, port }))
  } catch (error) {
    throw error instanceof Complaint ? error : unwritable(error)
  }
  process.on('exit', () => rmSync(LOCK, { force: true }))
}

/** What to say when a state folder cannot be written. */
export function unwritable(error) {
  if (!['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EEXIST'].includes(error.code)) return error
  return new Complaint(
    `${error.path} cannot be written (${error.code}). Picharbor keeps its local data in this folder: ` +
      'make the folder writable for you, or clone the project to a place that is.',
  )
}

export async function checkPort(port) {
  const code = await new Promise((resolve) => {
    const probe = net.createServer()
    probe.once('error', (error) => resolve(error.code))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(null)))
  })
  if (code === null) return
  if (code === 'EACCES')
    throw new Complaint(`Port ${port} needs rights you do not have. Choose another: npm start -- --port 8788`)
  throw new Complaint(`Port ${port} is in use by another program. Choose another: npm start -- --port ${port + 1}`)
}

function readLock() {
  try {
    return JSON.parse(readFileSync(LOCK, 'utf8'))
  } catch {
    return null
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
