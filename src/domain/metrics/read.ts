import { asc } from 'drizzle-orm'
import { metrics } from '#db/schema/index.ts'
import type { Services } from '#domain/context.ts'
import { BUCKETS } from './counter.ts'

type Series = typeof metrics.$inferSelect

/** Far more than the labels we write can make. */
const MOST = 5000

/** Everything counted so far, in Prometheus' text format 0.0.4. */
export async function readMetrics(ctx: Pick<Services, 'db' | 'log' | 'metrics'>): Promise<string> {
  await ctx.metrics.flush(ctx)
  const rows = await ctx.db.select().from(metrics).orderBy(asc(metrics.name), asc(metrics.labels)).limit(MOST)
  const families = Map.groupBy(rows, ({ name }) => name.replace(/_(bucket|sum|count)$/, ''))
  return [...families].map(([family, series]) => block(family, series)).join('')
}

function block(family: string, series: Series[]): string {
  const isHistogram = series.some(({ name }) => name.endsWith('_bucket'))
  if (!isHistogram) return `# TYPE ${family} counter\n${series.map(line).join('')}`
  const buckets = Map.groupBy(
    series.filter(({ name }) => name.endsWith('_bucket')),
    ({ labels }) => withoutBound(labels),
  )
  const summed = [...buckets].flatMap(([labels, counted]) => cumulative(`${family}_bucket`, labels, counted))
  const rest = series.filter(({ name }) => !name.endsWith('_bucket'))
  return `# TYPE ${family} histogram\n${[...summed, ...rest].map(line).join('')}`
}

/** Prometheus' buckets hold what all smaller ones hold, too. */
function cumulative(name: string, labels: string, counted: Series[]): Series[] {
  let value = 0
  return [...BUCKETS.map(String), '+Inf'].map((bound) => {
    const le = `le="${bound}"`
    value += counted.find((series) => series.labels.split(',').includes(le))?.value ?? 0
    return { name, labels: labels === '' ? le : `${le},${labels}`, value }
  })
}

function withoutBound(labels: string): string {
  return labels
    .split(',')
    .filter((label) => !label.startsWith('le="'))
    .join(',')
}

function line({ name, labels, value }: Series): string {
  return `${name}${labels === '' ? '' : `{${labels}}`} ${value}\n`
}
