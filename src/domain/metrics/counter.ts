import { sql } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { metrics } from '#db/schema/index.ts'
import type { Services } from '#domain/context.ts'

/** Upper bounds of the histograms, in seconds. */
export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export type Labels = Readonly<Record<string, string>>

const FLUSH_MS = 30_000
/** Statements in one batch; what is left goes with the next. */
const BATCH = 50

/**
 * What happened, summed in the isolate and added to the database's sums now and then: isolates share no memory and do not last.
 * One that is stopped takes what it has not written yet with it.
 */
export class MetricCounter {
  #pending = new Map<string, { readonly name: string; readonly labels: string; value: number }>()
  #flushAt: number | null = null

  add(name: string, labels: Labels, value = 1): void {
    const text = write(labels)
    const key = `${name} ${text}`
    const series = this.#pending.get(key) ?? { name, labels: text, value: 0 }
    series.value += value
    this.#pending.set(key, series)
  }

  /** One observation of a histogram: only the smallest bucket it falls into is counted, reading sums them up. */
  observe(name: string, labels: Labels, seconds: number): void {
    const le = BUCKETS.find((bound) => seconds <= bound)
    this.add(`${name}_bucket`, { ...labels, le: le === undefined ? '+Inf' : String(le) })
    this.add(`${name}_sum`, labels, seconds)
    this.add(`${name}_count`, labels)
  }

  /** Whether it is time to write; true once in a while for one caller. */
  isDue(now: number): boolean {
    this.#flushAt ??= now + FLUSH_MS
    if (now < this.#flushAt) return false
    this.#flushAt = now + FLUSH_MS
    return true
  }

  async flush(ctx: Pick<Services, 'db' | 'log'>): Promise<void> {
    const series = [...this.#pending.values()]
    this.#pending = new Map()
    for (let start = 0; start < series.length; start += BATCH) {
      const statements = series.slice(start, start + BATCH).map((one) =>
        ctx.db
          .insert(metrics)
          .values(one)
          .onConflictDoUpdate({
            target: [metrics.name, metrics.labels],
            set: { value: sql`${metrics.value} + ${one.value}` },
          }),
      )
      try {
        await commit(ctx.db, statements)
      } catch (error) {
        ctx.log('warn', 'metrics were lost', { series: statements.length, error: String(error) })
      }
    }
  }
}

/** Labels in Prometheus' text form, sorted by name. */
function write(labels: Labels): string {
  const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')
}
