import { describe, expect, it } from 'vitest'
import { openDataCentre } from '#test/support/counting.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { ORIGIN, request } from '#test/support/harness.ts'
import { administrator, person, setSettings } from '#test/support/people.ts'

describe('links', () => {
  /** Every absolute URL in an answer, but what belongs to others. */
  const origins = (body: unknown) => [
    ...new Set([...JSON.stringify(body).matchAll(/https?:\/\/[^/"\\)\] ]+/g)].map(([url]) => url)),
  ]

  it('lead where the administrators say, else where the environment says, else where one asked', async () => {
    await administrator()
    const ada = await person()
    const bearer = { Authorization: `Bearer ${await ada.token()}` }
    const { key } = await ada.upload()
    const answers = async (variables: Partial<Env> = {}) => {
      const ask = async (path: string, init: RequestInit = {}) => {
        const response = await request(path, { ...init, headers: { ...bearer, ...init.headers } }, variables)
        expect([path, response.status < 300]).toEqual([path, true])
        return origins(await response.json())
      }
      const upload = (path: string) => ask(path, { method: 'POST', body: form(fixtures.pixelPng, {}, 'a.png') })
      return [
        ...(await Promise.all(
          ['/api/v1/images', `/api/v1/images/${key}`, '/api/v1/sharex/config'].map((path) => ask(path)),
        )),
        await upload('/api/v1/images'),
        await upload('/api/v1/upload'),
        await upload('/api/v1/flat/upload'),
        await upload('/api/v1/sharex/upload'),
        await upload('/api/v2/upload'),
        await upload('/api/1/upload'),
        await upload('/picgo/upload'),
        await ask(`/api/v1/images/${key}`, {
          method: 'PATCH',
          body: '{"permission":1}',
          headers: { 'Content-Type': 'application/json' },
        }),
      ]
    }
    const all = (origin: string) => Array.from({ length: 11 }, () => [origin])
    expect(await answers()).toEqual(all(ORIGIN))
    const base = { BASE_URL: 'https://base.example/' } as Partial<Env>
    expect(await answers(base)).toEqual(all('https://base.example'))
    await setSettings({ appUrl: 'https://app.example/' })
    expect(await answers(base)).toEqual(all('https://app.example'))
    const config = await (await request('/api/v1/config')).json<{ data: { base_url: string } }>()
    expect(config.data.base_url).toBe('https://app.example')
  })

  it('lead there in mail, too', async () => {
    const sent: string[] = []
    const mailer = { send: async ({ text }: { text: string }) => void sent.push(text) }
    const site = openDataCentre({ BASE_URL: 'https://base.example' }, { mailer })
    await administrator()
    await setSettings({ allowRegistration: true, requireEmailVerification: true, appUrl: 'https://app.example/' })
    const body = JSON.stringify({ email: 'new@example.com', password: 'correct horse battery', name: 'Nia' })
    const headers = { 'Content-Type': 'application/json' }
    expect((await site.fetch('/api/v1/auth/register', { method: 'POST', body, headers })).status).toBe(201)
    expect(origins(sent)).toEqual(['https://app.example'])
  })

  it('of a whole page cost one query', async () => {
    await administrator()
    const ada = await person()
    const site = openDataCentre()
    const cost = async () => (await site.costOf('/api/v1/images?page_size=100', { headers: ada.headers })).cost.queries
    await ada.upload()
    const one = await cost()
    for (let n = 0; n < 5; n++) await ada.upload()
    expect(await cost()).toBe(one)
  })
})
