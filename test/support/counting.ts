import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { createApp } from '#app.ts'
import { CacheApi } from '#cache/cache-api.ts'
import { parseConfig } from '#config.ts'
import { openDatabase } from '#db/client.ts'
import type { Services } from '#domain/context.ts'
import { createServices } from '#services.ts'
import { holdToDocument } from './documents.ts'
import { ORIGIN } from './harness.ts'

/** What one request cost. */
export interface Cost {
  queries: number
  reads: number
  renders: number
}

export interface DataCentre {
  readonly cost: Cost
  readonly services: Services
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** The cost of one request alone, deferred work included. */
  costOf(path: string, init?: RequestInit): Promise<{ response: Response; cost: Cost }>
}

let opened = 0

/** A worker with an edge cache of its own over the test's one database and bucket, which counts what it asks of them. */
export function openDataCentre(variables: Record<string, string> = {}, parts: Partial<Services> = {}): DataCentre {
  const environment = { ...env, ...variables }
  const config = parseConfig(environment)
  const cost: Cost = { queries: 0, reads: 0, renders: 0 }
  const base = { ...createServices(environment, config), ...parts }
  const services: Services = {
    ...base,
    cache: parts.cache ?? new CacheApi(`data-centre-${opened++}`),
    db: openDatabase(countingD1(env.DB, cost)),
    bucket: counting(base.bucket, { get: () => cost.reads++ }),
    engine: counting(base.engine, { render: () => cost.renders++ }),
  }
  const app = createApp(config, services)
  const knock = async (path: string, init: RequestInit = {}) => {
    const ctx = createExecutionContext()
    const response = await app.fetch(new Request(new URL(path, ORIGIN), init), environment, ctx)
    await waitOnExecutionContext(ctx)
    return response
  }
  const fetch = async (path: string, init: RequestInit = {}) => {
    const response = await knock(path, init)
    const { pathname } = new URL(path, ORIGIN)
    if (!('API_PREFIX' in variables)) await holdToDocument(knock, { method: init.method ?? 'GET', pathname }, response)
    return response
  }
  return {
    cost,
    services,
    fetch,
    async costOf(path, init) {
      Object.assign(cost, { queries: 0, reads: 0, renders: 0 })
      const response = await knock(path, init)
      const spent = { ...cost }
      return { response, cost: spent }
    },
  }
}

/** The same object, counting calls of some of its methods; what a test replaces on it stays its own affair. */
function counting<T extends object>(target: T, counters: { [K in keyof T]?: () => void }): T {
  const replaced = new Map<string | symbol, unknown>()
  return new Proxy(target, {
    set(_, property, value) {
      replaced.set(property, value)
      return true
    },
    get(object, property) {
      const value = replaced.get(property) ?? Reflect.get(object, property)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        counters[property as keyof T]?.()
        return value.apply(object, args)
      }
    },
  })
}

function countingD1(binding: D1Database, cost: Cost): D1Database {
  return counting(binding, { prepare: () => cost.queries++ })
}
