import { LANES, type Lane } from './lanes.ts'
import type { Measured } from './rounds.ts'

export interface Figure {
  readonly job: string
  readonly lane: Lane
  readonly cpuMs: { readonly min: number; readonly median: number }
  readonly wallMsP50: number
  readonly requests: number
  /** Of one answer. */
  readonly bytes: number
  /** CPU against IPX's in the same run: of its 304 for a 304, else of its picture, which it makes every time. */
  readonly toIpx: { readonly min: number; readonly median: number }
}

export function figuresOf(measured: readonly Measured[]): Figure[] {
  return measured.flatMap(({ job, samples }) => {
    const cpuOf = (lane: Lane) => (samples.get(lane) ?? []).map(({ cpuMs }) => cpuMs)
    const range = (lane: Lane) => ({ min: Math.min(...cpuOf(lane)), median: median(cpuOf(lane)) })
    return (Object.keys(LANES) as Lane[]).flatMap((lane): Figure[] => {
      const taken = samples.get(lane) ?? []
      if (taken.length === 0) return []
      const cpuMs = range(lane)
      const ipx = range(lane.endsWith('304') ? 'ipx 304' : 'ipx miss')
      const wall = taken.flatMap(({ wallMs }) => wallMs)
      return [
        {
          job: job.title,
          lane,
          cpuMs,
          wallMsP50: median(wall),
          requests: wall.length,
          bytes: taken.at(-1)?.bytes ?? 0,
          toIpx: { min: cpuMs.min / ipx.min, median: cpuMs.median / ipx.median },
        },
      ]
    })
  })
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
