import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openDatabase } from '#db/client.ts'
import { MetricCounter } from '#domain/metrics/counter.ts'
import { readMetrics } from '#domain/metrics/read.ts'
import { parseExposition } from '#test/support/prometheus.ts'

const db = openDatabase(env.DB)
const log = () => {}
const read = async () => parseExposition(await readMetrics({ db, now: () => new Date() }, '1.2.3'))
const rowsWritten = async () => (await env.DB.prepare('SELECT count(*) AS n FROM metrics').first<number>('n')) ?? 0
afterEach(() => vi.useRealTimers())

describe('histograms', () => {
  it('count into the smallest bucket that holds, and every larger one', async () => {
    const counter = new MetricCounter(0)
    const labels = { method: 'GET', path: '/a,"b"\\{c}', aa: 'x', zz: 'y' }
    const seconds = [0, 0.005, 0.0051, 0.09, 10, 10.001, 3600]
    for (const one of seconds) counter.observe('http_request_duration_seconds', labels as never, one)
    await counter.flush({ db, log })
    const { samples, type } = (await read()).get('http_request_duration_seconds')!
    expect(type).toBe('histogram')
    const text = 'aa="x",method="GET",path="/a,\\"b\\"\\\\{c}",zz="y"'
    const bucket = (le: string) => samples.get(`http_request_duration_seconds_bucket{${text},le="${le}"}`)
    expect(['0.005', '0.01', '0.05', '0.1', '5', '10', '+Inf'].map(bucket)).toEqual([2, 3, 3, 4, 4, 5, 7])
    expect(samples.get(`http_request_duration_seconds_count{${text}}`)).toBe(7)
    const sum = samples.get(`http_request_duration_seconds_sum{${text}}`)
    expect(sum).toBeCloseTo(
      seconds.reduce((a, b) => a + b),
      6,
    )
  })
})

describe('counting', () => {
  it('sums what isolates wrote, however they interleave', async () => {
    const isolates = [new MetricCounter(0), new MetricCounter(0), new MetricCounter(0)]
    for (let round = 0; round < 4; round++) {
      for (const isolate of isolates)
        isolate.add('picharbor_renders_total', { format: 'webp', result: 'success' }, round)
      await Promise.all(isolates.map((isolate) => isolate.flush({ db, log })))
    }
    const { samples } = (await read()).get('picharbor_renders_total')!
    expect([...samples]).toEqual([['picharbor_renders_total{format="webp",result="success"}', 18]])
  })

  it('writes one row for a series and one statement for all, however much happened', async () => {
    const counter = new MetricCounter(0)
    for (let n = 0; n < 1000; n++) {
      counter.add('http_requests_total', { method: 'GET', path: `/route${n % 200}`, status: '200' })
    }
    let statements = 0
    const counted = openDatabase(
      new Proxy(env.DB, {
        get: (target, name) => {
          if (name === 'prepare') statements++
          const value = Reflect.get(target, name)
          return typeof value === 'function' ? value.bind(target) : value
        },
      }),
    )
    await counter.flush({ db: counted, log })
    await counter.flush({ db: counted, log })
    expect([statements, await rowsWritten()]).toEqual([1, 200])
  })

  it('keeps what could not be written for the next time', async () => {
    const counter = new MetricCounter(0)
    const away = { run: () => Promise.reject(new Error('D1 is away')) } as never
    counter.add('picfast_upload_bytes_total', { source: 'api' }, 10)
    await counter.flush({ db: away, log })
    counter.add('picfast_upload_bytes_total', { source: 'api' }, 5)
    await counter.flush({ db, log })
    expect(
      (await read()).get('picfast_upload_bytes_total')!.samples.get('picfast_upload_bytes_total{source="api"}'),
    ).toBe(15)
  })
})

describe('when it is written', () => {
  const flushes = (waitSeconds: number, requestsAt: number[], until: number) => {
    vi.useFakeTimers()
    vi.setSystemTime(0)
    const counter = new MetricCounter(waitSeconds)
    const at: number[] = []
    const db = { run: async () => void at.push(Date.now() / 1000) } as never
    const request = () => {
      counter.add('picharbor_deliveries_total', { source: 'edge' })
      counter.flushWhenDue({ db, log }, () => {})
    }
    for (const seconds of requestsAt) setTimeout(request, seconds * 1000)
    return vi.advanceTimersByTimeAsync(until * 1000).then(() => at)
  }

  it('is a minute after the first of it while requests come', async () => {
    const everySecond = Array.from({ length: 200 }, (_, n) => n)
    expect(await flushes(0, everySecond, 200)).toEqual([60, 121, 182])
    expect((await flushes(20, everySecond, 181)).slice(0, 2)).toEqual([60, 121])
  })

  it('is soon after the last of it when they stop', async () => {
    expect(await flushes(20, [0], 60)).toEqual([20])
    for (const last of [1, 7, 14, 14.9, 15, 16, 19.9]) {
      const at = await flushes(20, [0, last], 60)
      expect([last, at.length, at.at(-1)! >= last]).toEqual([last, 1, true])
      // Within what the platform lets run after an answer.
      expect(at[0]! - last).toBeLessThanOrEqual(20)
    }
  })
})
