import { sql } from 'drizzle-orm'
import { metrics } from '#db/schema/index.ts'
import type { Services } from '#domain/context.ts'
import { BUCKETS, type CounterName, type HistogramName, type Labels, labelText, withBound } from './families.ts'

/** While requests come, what happened is written this often: about as many rows as there are series, however many requests. */
const FLUSH_MS = 60_000

interface Series {
  readonly name: string
  readonly labels: string
  value: number
}

/**
 * What happened, summed in the isolate and added to the database's sums now and then: isolates share no memory and do not last.
 * One that is stopped takes what it has not written yet with it.
 */
export class MetricCounter {
  readonly #waitMs: number
  #pending = new Map<string, Series>()
  /** When the oldest of it happened. */
  #since: number | null = null
  #lastAt = 0
  #waitsUntil = 0

  /** @param waitSeconds after a request, to write once no other follows; 0 waits for the next that is due */
  constructor(waitSeconds: number) {
    this.#waitMs = waitSeconds * 1000
  }

  add(name: CounterName, labels: Labels, value = 1): void {
    this.#sum({ name, labels: labelText(labels), value })
  }

  /** One observation of a histogram: only the smallest bucket it falls into is counted; reading sums them up, and counts. */
  observe(name: HistogramName, labels: Labels, seconds: number): void {
    const bound = BUCKETS.find((limit) => seconds <= limit)
    const text = labelText(labels)
    this.#sum({
      name: `${name}_bucket`,
      labels: withBound(text, bound === undefined ? '+Inf' : String(bound)),
      value: 1,
    })
    this.#sum({ name: `${name}_sum`, labels: text, value: seconds })
  }

  /** Called after every answer; most of the time nothing is to be done. */
  flushWhenDue(ctx: Pick<Services, 'db' | 'log'>, defer: (work: Promise<unknown>) => void): void {
    const now = Date.now()
    this.#lastAt = now
    this.#since ??= now
    if (now - this.#since >= FLUSH_MS) defer(this.flush(ctx))
    // The last quarter of a wait would find this request too fresh, so it waits for itself.
    else if (this.#waitMs > 0 && now >= this.#waitsUntil - this.#waitMs / 4) {
      this.#waitsUntil = now + this.#waitMs
      defer(this.#flushWhenQuiet(ctx))
    }
  }

  async #flushWhenQuiet(ctx: Pick<Services, 'db' | 'log'>): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#waitMs))
    if (Date.now() - this.#lastAt >= this.#waitMs / 4) await this.flush(ctx)
  }

  /** One statement for all series. What cannot be written is kept for the next time: an outage is when counts matter most. */
  async flush(ctx: Pick<Services, 'db' | 'log'>): Promise<void> {
    const series = [...this.#pending.values()]
    this.#pending = new Map()
    this.#since = null
    if (series.length === 0) return
    const rows = JSON.stringify(series.map(({ name, labels, value }) => [name, labels, value]))
    try {
      // The WHERE tells the parser that ON is not the join's.
      await ctx.db.run(sql`INSERT INTO ${metrics} (name, labels, value)
        SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(${rows}) WHERE true
        ON CONFLICT (name, labels) DO UPDATE SET value = metrics.value + excluded.value`)
    } catch (error) {
      for (const one of series) this.#sum(one)
      ctx.log('warn', 'metrics are not written', { series: series.length, error: String(error) })
    }
  }

  #sum({ name, labels, value }: Series): void {
    const key = `${name} ${labels}`
    const series = this.#pending.get(key)
    if (series === undefined) this.#pending.set(key, { name, labels, value })
    else series.value += value
  }
}
