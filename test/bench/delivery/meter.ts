import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 5
/** A server that used less than this since the last look has done what it left for after the answer. */
const IDLE_MS = 0.3
const MOST_POLLS = 200

/** CPU time of one process: all threads, kernel and user, to the nanosecond where the machine counts so. */
export class CpuMeter {
  readonly #pid: number
  /** By thread, nanoseconds: a thread that ended keeps what it had used. */
  readonly #used = new Map<string, number>()

  constructor(pid: number) {
    this.#pid = pid
  }

  /** Milliseconds since the process began. */
  read(): number {
    const tasks = `/proc/${this.#pid}/task`
    for (const thread of readdirSync(tasks)) {
      const text = readIfThere(`${tasks}/${thread}/schedstat`)
      if (text !== null) this.#used.set(thread, Number(text.split(' ')[0]))
    }
    let sum = 0
    for (const nanoseconds of this.#used.values()) sum += nanoseconds
    return sum / 1e6
  }

  /** Waits until the process rests, and reads. */
  async settled(): Promise<number> {
    let last = this.read()
    let quiet = 0
    for (let polls = 0; quiet < 3 && polls < MOST_POLLS; polls++) {
      await sleep(POLL_MS)
      const now = this.read()
      quiet = now - last < IDLE_MS ? quiet + 1 : 0
      last = now
    }
    return last
  }
}

/** The same over the whole life of the process in steps of 10 ms, threads that came and went included: a check of the above. */
export function coarseMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
