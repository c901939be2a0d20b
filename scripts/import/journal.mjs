import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { UsageError } from './options.mjs'

/**
 * What is done, one JSON object a line, written as soon as it is true: `{kind, from, to}` for what was copied, with what else is
 * worth keeping, `{kind, from, at}` for what was begun. It is also the table of which id became which.
 */
export class Journal {
  #file
  #begun = new Map()
  /** What is done, by kind and old id. */
  #lines = new Map()
  /** What something became, so that nothing is taken for the copy of two. */
  #taken = new Set()

  constructor(file, servers) {
    this.#file = file
    if (!existsSync(file)) {
      this.#append({ kind: 'import', ...servers })
      return
    }
    const text = readFileSync(file, 'utf8')
    for (const line of text.split('\n')) this.#read(line, servers)
    // A killed run may have left half a line, which must not swallow the next one.
    if (!text.endsWith('\n')) appendFileSync(file, '\n')
  }

  #read(line, servers) {
    let entry
    try {
      entry = JSON.parse(line)
    } catch {
      // Empty, or half a line of a run that was killed.
      return
    }
    const { kind, from, to, at } = entry
    if (kind === 'import') {
      if (from !== servers.from || to !== servers.to) {
        throw new UsageError(`${this.#file} belongs to an import from ${from} to ${to}; name another with --resume`)
      }
    } else if (to === undefined) this.#begun.set(`${kind} ${from}`, at)
    else this.#keep(entry)
  }

  /** What this became, or undefined while it is not copied. */
  get(kind, from) {
    return this.#lines.get(`${kind} ${from}`)?.to
  }

  /** When a killed run began to copy this, milliseconds since the epoch. */
  begunAt(kind, from) {
    return this.#begun.get(`${kind} ${from}`)
  }

  begin(kind, from) {
    this.#append({ kind, from, at: Date.now() })
  }

  finish(kind, from, to, more = {}) {
    const entry = { kind, from, to, ...more }
    this.#keep(entry)
    this.#append(entry)
  }

  /** Whether something became this already. */
  isTaken(kind, to) {
    return this.#taken.has(`${kind} ${to}`)
  }

  /** Every line of what is done, of earlier runs too. */
  finished(kind) {
    return [...this.#lines.values()].filter((entry) => entry.kind === kind)
  }

  #keep(entry) {
    const { kind, from, to } = entry
    this.#lines.set(`${kind} ${from}`, entry)
    this.#taken.add(`${kind} ${to}`)
  }

  #append(entry) {
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`)
  }
}
