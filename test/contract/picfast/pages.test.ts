import { describe, expect, it } from 'vitest'
import { MAX_JSON_BYTES } from '#http/json.ts'
import { openDataCentre } from '#test/support/counting.ts'
import { request } from '#test/support/harness.ts'
import { brokenDatabase } from '#test/support/outages.ts'

const BROWSER = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
const DELETION = `/d/abcdefghij/${'a'.repeat(48)}`
const PAGES = [DELETION, '/verify-email?token=x', '/reset-password?token=x']

/** The first paragraph below the heading. */
async function shown(response: Response) {
  expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
  expect(response.headers.get('Content-Security-Policy')).toMatch(/^default-src 'none';/)
  expect(response.headers.get('Cache-Control')).toBe('no-store')
  return [response.status, /<h1>That did not work<\/h1>\s*<p>(.*)<\/p>/.exec(await response.text())?.[1]]
}

describe('what goes wrong on a page for people', () => {
  it.each(PAGES)('is a page when it is asked for too often: %s', async (path) => {
    const now = new Date('2026-03-04T05:06:00Z')
    const limits = { RATE_LIMIT_WRITE: '1', RATE_LIMIT_REGISTER: '1' }
    const site = openDataCentre(limits, { now: () => now })
    const press = (headers: Record<string, string> = BROWSER) => site.fetch(path, { method: 'POST', headers })
    await press()
    const answer = await press()
    expect(answer.headers.get('Retry-After')).toBe('60')
    expect(await shown(answer)).toEqual([429, 'Too many requests; try again later'])
    const program = await press({ Accept: '*/*' })
    expect([program.status, await program.json()]).toMatchObject([429, { status: false, code: 'rate_limited' }])
  })

  it('is a page when the body is too long', async () => {
    const body = new URLSearchParams({ password: 'x'.repeat(MAX_JSON_BYTES) })
    const answer = await request('/reset-password?token=x', { method: 'POST', headers: BROWSER, body })
    expect(await shown(answer)).toEqual([413, expect.stringMatching(/^The body exceeds the maximum of \d+ bytes$/)])
  })

  it.each(PAGES)('is a page when the database does not serve: %s', async (path) => {
    const site = openDataCentre()
    Object.assign(site.services, { db: brokenDatabase('D1_ERROR: Network connection lost.') })
    const answer = await site.fetch(path, { method: 'POST', headers: BROWSER })
    expect(answer.headers.get('Retry-After')).toBe('5')
    expect(await shown(answer)).toEqual([503, 'The database is not available now; try again'])
  })

  it('is a page for a method there is not, which names those there are', async () => {
    const answer = await request(DELETION, { method: 'PUT', headers: BROWSER })
    expect(answer.headers.get('Allow')).toBe('GET, HEAD, OPTIONS, POST')
    expect(await shown(answer)).toEqual([405, expect.stringContaining('PUT is not allowed here')])
  })
})
