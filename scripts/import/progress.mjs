/** One line that changes on a terminal, one line in a hundred elsewhere; and what to say at the end. */
export class Progress {
  #counts = new Map()
  #failures = []
  #notes = []

  begin(kind, total) {
    this.#counts.set(kind, { total, copied: 0, before: 0, absent: 0, failed: 0 })
    if (total === 0) console.log(`${kind}: none`)
  }

  /** @param outcome `copied`, `before` (by an earlier run), `absent` (there was nothing to copy) */
  step(kind, outcome) {
    const counts = this.#counts.get(kind)
    counts[outcome]++
    const done = counts.copied + counts.before + counts.absent + counts.failed
    const line = `${kind}: ${done} of ${counts.total}`
    if (process.stdout.isTTY) process.stdout.write(`\r${line}${done === counts.total ? '\n' : ''}`)
    else if (done % 100 === 0 || done === counts.total) console.log(line)
  }

  fail(kind, what, reason) {
    this.#failures.push(`${kind} ${what}: ${reason}`)
    this.step(kind, 'failed')
  }

  /** Something came over, but not all of it. */
  warn(kind, what, reason) {
    this.#failures.push(`${kind} ${what}: ${reason}`)
  }

  /** Worth knowing, and nothing is missing. */
  note(text) {
    this.#notes.push(text)
  }

  /**
   * @param where what was written where, as a sentence
   * @returns whether everything is there now
   */
  summary(where) {
    console.log('')
    for (const [kind, { total, copied, before, absent, failed }] of this.#counts) {
      const rest = [before && `${before} copied before`, absent && `${absent} without`, failed && `${failed} failed`]
      console.log(`${kind}: ${copied} copied${rest.map((part) => (part ? `, ${part}` : '')).join('')} (of ${total})`)
    }
    for (const note of this.#notes) console.log(`  ${note}`)
    for (const failure of this.#failures) console.log(`  ${failure}`)
    console.log(`${where}${this.#failures.length > 0 ? ' Run the same command again to retry what failed.' : ''}`)
    return this.#failures.length === 0
  }
}
