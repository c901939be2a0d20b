import type { Answer, Client } from './client.ts'
import type { CpuMeter } from './meter.ts'

/** One measurement: so many equal requests, one after the other. */
export interface Sample {
  /** Per request, of the server process, what it does after the answer included. */
  readonly cpuMs: number
  readonly wallMs: readonly number[]
  /** Of one answer's body. */
  readonly bytes: number
}

export interface Asking {
  readonly client: Client
  readonly path: string
  readonly headers?: Record<string, string>
  readonly times: number
  /** @throws Error when the answer is not the one that is meant to be measured */
  readonly check: (answer: Answer) => void
}

export async function sample(meter: CpuMeter, asking: Asking): Promise<Sample> {
  const before = await meter.settled()
  const wallMs: number[] = []
  let bytes = 0
  for (let count = 0; count < asking.times; count++) {
    const answer = await asking.client.get(asking.path, asking.headers)
    asking.check(answer)
    wallMs.push(answer.wallMs)
    bytes = answer.body.byteLength
  }
  const after = await meter.settled()
  return { cpuMs: (after - before) / asking.times, wallMs, bytes }
}

/** A check that the answer is a picture, made where it was meant to be. */
export function expecting(status: number, source?: string): (answer: Answer) => void {
  return (answer) => {
    const made = answer.headers['x-image-source']
    const right = answer.status === status && (source === undefined || made === source)
    if (!right) throw new Error(`Answered ${answer.status} ${made ?? ''}, not ${status} ${source ?? ''}`)
  }
}
