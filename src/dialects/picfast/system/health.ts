import { checkHealth, type Health } from '#domain/health/check.ts'
import type { ApiApp } from '#http/api-app.ts'

/** For how long an answer about our health is given again, so that asking often costs little. */
const HEALTH_MS = 2000

/** `/health`: which part is down, in fixed words. */
export function registerHealth(app: ApiApp): void {
  let known: Health | null = null
  let askedAt = 0

  app.get('/health', async (c) => {
    const { services } = c.var
    const now = services.now()
    if (known === null || now.getTime() - askedAt >= HEALTH_MS) {
      // Before the answer is there: who comes meanwhile is told the last one, and asks nothing.
      askedAt = now.getTime()
      known = await checkHealth(services)
    }
    const { database, storage } = known
    const works = database && storage
    const body = {
      status: works ? 'ok' : 'degraded',
      database: say(database),
      storage: say(storage),
      timestamp: now.toISOString().replace(/\.\d+Z$/, 'Z'),
    }
    return c.json(body, works ? 200 : 503)
  })
}

function say(works: boolean): string {
  return works ? 'ok' : 'unavailable'
}
