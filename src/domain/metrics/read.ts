import { asc, isNull, sql } from 'drizzle-orm'
import { metrics, outbox, tenants } from '#db/schema/index.ts'
import type { Services } from '#domain/context.ts'
import {
  BUCKETS,
  COUNTERS,
  type CounterName,
  GAUGES,
  type GaugeName,
  HISTOGRAMS,
  type HistogramName,
  labelText,
  withBound,
} from './families.ts'

interface Series {
  readonly name: string
  readonly labels: string
  readonly value: number
}

/** Far more than the labels we write can make. */
const MOST = 5000

/**
 * Everything the isolates have written so far, in Prometheus' text format 0.0.4. What this isolate still holds is left out:
 * the next scrape meets another one, and a counter that falls is read as a restart.
 */
export async function readMetrics(ctx: Pick<Services, 'db' | 'now'>, version: string): Promise<string> {
  const { db } = ctx
  const [rows, backlog, stored] = await db.batch([
    db.select().from(metrics).orderBy(asc(metrics.name), asc(metrics.labels)).limit(MOST),
    db
      .select({
        pending: sql<number>`count(*)`.as('pending'),
        oldest: sql<number | null>`min(${outbox.createdAt})`.as('oldest'),
      })
      .from(outbox)
      .where(isNull(outbox.doneAt)),
    db.select({ bytes: sql<number>`coalesce(sum(${tenants.usedBytes}), 0)`.as('bytes') }).from(tenants),
  ])
  const byName = Map.groupBy(rows, ({ name }) => name)
  const { pending = 0, oldest = null } = backlog[0] ?? {}
  const age = oldest === null ? 0 : Math.max(0, (ctx.now().getTime() - oldest) / 1000)
  return [
    ...(Object.keys(COUNTERS) as CounterName[]).map((name) => block(name, 'counter', COUNTERS[name], byName.get(name))),
    ...(Object.keys(HISTOGRAMS) as HistogramName[]).map((name) => histogram(name, byName)),
    gauge('picharbor_outbox_pending', pending),
    gauge('picharbor_outbox_oldest_seconds', age),
    gauge('picharbor_stored_bytes', stored[0]?.bytes ?? 0),
    gauge('picharbor_build_info', 1, labelText({ version })),
  ].join('')
}

function gauge(name: GaugeName, value: number, labels = ''): string {
  return block(name, 'gauge', GAUGES[name], [{ name, labels, value }])
}

function histogram(name: HistogramName, byName: ReadonlyMap<string, readonly Series[]>): string {
  const buckets = Map.groupBy(byName.get(`${name}_bucket`) ?? [], ({ labels }) => withoutBound(labels))
  const sums = new Map(byName.get(`${name}_sum`)?.map(({ labels, value }) => [labels, value]))
  const series = [...buckets].flatMap(([labels, counted]) => {
    const cumulative = cumulate(`${name}_bucket`, labels, counted)
    const count = cumulative.at(-1)?.value ?? 0
    return [
      ...cumulative,
      { name: `${name}_sum`, labels, value: sums.get(labels) ?? 0 },
      { name: `${name}_count`, labels, value: count },
    ]
  })
  return block(name, 'histogram', HISTOGRAMS[name], series)
}

/** Prometheus' buckets hold what all smaller ones hold, too. */
function cumulate(name: string, labels: string, counted: readonly Series[]): Series[] {
  const own = new Map(counted.map((series) => [series.labels, series.value]))
  let value = 0
  return [...BUCKETS.map(String), '+Inf'].map((bound) => {
    const bounded = withBound(labels, bound)
    value += own.get(bounded) ?? 0
    return { name, labels: bounded, value }
  })
}

function withoutBound(labels: string): string {
  return labels.replace(/,?le="[^"]*"$/, '')
}

function block(name: string, type: string, help: string, series: readonly Series[] = []): string {
  if (series.length === 0) return ''
  const lines = series.map((one) => `${one.name}${one.labels === '' ? '' : `{${one.labels}}`} ${one.value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}
