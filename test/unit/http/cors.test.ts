import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { describe, expect, it } from 'vitest'
import { apiCors } from '#http/cors.ts'
import type { AppEnv } from '#http/env.ts'

/** Every header that has to do with origins, of an app behind this middleware. */
async function originHeaders(middleware: ReturnType<typeof cors>, path: string, init: RequestInit): Promise<object> {
  const app = new Hono<AppEnv>()
  app.use(middleware)
  app.get('/plain', (c) => c.text('plain'))
  app.get('/open', () => new Response('open', { headers: { 'Access-Control-Allow-Origin': '*', Vary: 'Accept' } }))
  app.get('/broken', () => {
    throw new Error('broken')
  })
  app.onError((_, c) => c.text('broken', 500))
  const { headers } = await app.request(path, init)
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control') || name === 'vary'))
}

describe.each(['*', 'https://app.example'])('CORS for %s', (origin) => {
  const exposeHeaders = ['X-FileHarbor-Fallback', 'X-Image-Source', 'X-Image-Plan', 'X-Request-Id', 'ETag']
  exposeHeaders.push('Content-Disposition', 'Content-Length', 'Retry-After', 'X-Cooldown-Seconds')
  const reference = cors({ origin, credentials: origin !== '*', exposeHeaders })

  it.each(['/plain', '/open', '/broken', '/nowhere'])('says what Hono’s own says on %s', async (path) => {
    for (const headers of [{}, { Origin: 'https://app.example' }, { Origin: 'https://evil.example' }] as Record<
      string,
      string
    >[]) {
      const expected = await originHeaders(reference, path, { headers })
      expect(await originHeaders(apiCors(origin), path, { headers })).toEqual(expected)
    }
  })

  it('answers a preflight', async () => {
    const headers = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'PUT' }
    const answered = await originHeaders(apiCors(origin), '/plain', { method: 'OPTIONS', headers })
    expect(answered).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET,HEAD,POST,PUT,PATCH,DELETE',
      'access-control-max-age': '86400',
    })
  })
})
