import { describe, expect, it } from 'vitest'
import { PERSON } from '../node/support/local-site.ts'
import { base, draw, expectPicture } from './support/pictures.ts'

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

/** How PicFast's own pages call: a bearer token, and on 401 one refresh that all requests in flight wait for. */
class Console {
  refreshes = 0
  #refreshing: Promise<void> | undefined
  tokens: Tokens

  constructor(tokens: Tokens) {
    this.tokens = tokens
  }

  static async signIn(): Promise<Console> {
    const { email, password } = PERSON
    return new Console((await post('/auth/login', { email, password })).data)
  }

  // biome-ignore lint/suspicious/noExplicitAny: what the wire says is what is asserted
  async call(path: string, init: RequestInit = {}): Promise<any> {
    const ask = () =>
      fetch(`${base}/api/v1${path}`, { ...init, headers: { Authorization: `Bearer ${this.tokens.access_token}` } })
    let response = await ask()
    if (response.status === 401) {
      this.#refreshing ??= this.#refresh().finally(() => {
        this.#refreshing = undefined
      })
      await this.#refreshing
      response = await ask()
    }
    const body = await response.json()
    if (!response.ok) throw new Error(body.message)
    return body.data
  }

  async #refresh(): Promise<void> {
    this.refreshes++
    const { refresh_token } = this.tokens
    this.tokens = (await post('/auth/refresh', { refresh_token })).data
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what the wire says is what is asserted
async function post(path: string, body: unknown): Promise<any> {
  const headers = { 'Content-Type': 'application/json' }
  return (await fetch(`${base}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()
}

describe('PicFast’s pages', () => {
  it('go on after their token ended, with one refresh for everything in flight', async () => {
    const pages = await Console.signIn()
    const old = pages.tokens
    pages.tokens = { ...old, access_token: `${old.access_token.slice(0, -8)}AAAAAAAA` }
    const [me, images, albums, strategies] = await Promise.all(
      ['/users/me', '/images?page=1&page_size=24', '/albums', '/strategies'].map((path) => pages.call(path)),
    )
    expect(pages.refreshes).toBe(1)
    expect(me).toMatchObject({ name: PERSON.name, role: 'admin' })
    for (const page of [images, albums])
      expect(page).toMatchObject({ items: expect.any(Array), total_pages: expect.any(Number) })
    expect(strategies[0]).toMatchObject({ strategy_type: 'r2', configs: {} })
    expect(pages.tokens.refresh_token).not.toBe(old.refresh_token)
    expect(await post('/auth/refresh', { refresh_token: old.refresh_token })).toMatchObject({ status: false })
  })

  it('upload, show and read `message` on errors', async () => {
    const pages = await Console.signIn()
    const picture = await draw()
    const form = new FormData()
    form.append('file', new File([picture.bytes], 'a.png', { type: 'image/png' }))
    const { key, links } = await pages.call('/images', { method: 'POST', body: form })
    await expectPicture(links.url, picture)
    const { items } = await pages.call('/images?keyword=a.png')
    expect(items).toContainEqual(expect.objectContaining({ key, url: links.url, strategy_name: expect.any(String) }))
    await expect(pages.call('/images/nothing')).rejects.toThrow('image not found')
    await pages.call(`/images/${key}`, { method: 'DELETE' })
  })
})
