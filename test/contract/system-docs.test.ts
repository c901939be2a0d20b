import { describe, expect, it } from 'vitest'
import { ORIGIN, request } from '#test/support/harness.ts'

const documentsOf = (html: string) =>
  JSON.parse(/data-documents="([^"]*)"/.exec(html)![1]!.replaceAll('&quot;', '"')) as { url: string }[]

describe('GET /docs', () => {
  it('lists both documents, which are there', async () => {
    const response = await request('/docs')
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=UTF-8')
    const documents = documentsOf(await response.text())
    expect(documents.map(({ url }) => url)).toEqual(['/openapi/fileharbor.json', '/openapi/picfast.json'])
    for (const { url } of documents) expect((await request(url)).status).toBe(200)
  })

  it('follows the configured prefix', async () => {
    const response = await request('/docs', {}, { API_PREFIX: 'files/v9' } as Partial<Env>)
    const html = await response.text()
    expect(html).toContain('FileHarbor API (/files/v9)')
    const { url } = documentsOf(html)[0]!
    const variables = { API_PREFIX: 'files/v9' } as Partial<Env>
    const { servers } = await (await request(url, {}, variables)).json<{ servers: { url: string }[] }>()
    expect(servers).toEqual([{ url: '/files/v9' }])
  })

  it('may run exactly the scripts it names, and none of anybody else', async () => {
    const response = await request('/docs')
    const html = await response.text()
    const policy = new Map(
      response.headers
        .get('Content-Security-Policy')!
        .split('; ')
        .map((directive) => [directive.split(' ')[0]!, directive.split(' ').slice(1)]),
    )
    const scripts = [...html.matchAll(/<script src="([^"]+)"/g)].map(([, src]) => ORIGIN + src)
    expect(policy.get('script-src')).toEqual(scripts)
    expect(policy.get('default-src')).toEqual(["'none'"])
    expect(policy.get('frame-ancestors')).toEqual(["'none'"])
    expect(html).not.toMatch(/https?:\/\//)
    expect(html).not.toMatch(/<script(?! src=)/)
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
  })
})
