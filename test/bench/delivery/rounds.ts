import { JOBS, type Job } from './jobs.ts'
import { bareLanes, ipxLanes, type Lane, nginxLanes, picharborLanes, type Stand } from './lanes.ts'
import type { Sample } from './sample.ts'

/** Rounds that only warm the servers up: compiled code, open files, grown memories. */
const WARMING = 2

export interface Measured {
  readonly job: Job
  readonly samples: ReadonlyMap<Lane, readonly Sample[]>
}

/**
 * Every server does every job in every round, in an order that turns with the round: whatever else the machine does in between
 * meets all of them.
 *
 * @param until milliseconds since the epoch after which no further round begins
 */
export async function runRounds(stand: Stand, rounds: number, until: number): Promise<Measured[]> {
  const measured = JOBS.map((job) => ({ job, samples: new Map<Lane, Sample[]>() }))
  for (let round = -WARMING; round < rounds && Date.now() < until; round++) {
    for (const { job, samples } of measured) {
      for (const lanes of turned([picharborLanes, ipxLanes, nginxLanes, bareLanes], round + WARMING)) {
        const taken = await lanes(stand, job)
        if (round < 0) continue
        for (const [lane, sample] of Object.entries(taken) as [Lane, Sample][]) {
          samples.set(lane, [...(samples.get(lane) ?? []), sample])
        }
      }
    }
  }
  return measured
}

function turned<T>(list: readonly T[], by: number): T[] {
  return list.map((_, index) => list[(index + by) % list.length] as T)
}
