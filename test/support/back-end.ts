import { fixtures, form } from './fixtures.ts'
import { request, type TestTenant } from './harness.ts'

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what each test expects of the wire is its own assertion
  readonly body: any
  readonly headers: Headers
}

/** A client's back end as it speaks to /v2; `user` is sent as `X-User-Id`, no tenant at all is anybody on the internet. */
export function backEnd(tenant: TestTenant | null, user?: string) {
  const credentials: Record<string, string> = {
    ...(tenant !== null && { 'X-API-Key': tenant.apiKey }),
    ...(user !== undefined && { 'X-User-Id': user }),
  }
  const send = (method: string, path: string, init: { body?: BodyInit; headers?: Record<string, string> } = {}) =>
    request(`/v2${path}`, { method, ...init, headers: { ...credentials, ...init.headers } })
  const json = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await send(
      method,
      path,
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } },
    )
    return { status: response.status, body: await response.json(), headers: response.headers }
  }
  return {
    send,
    get: (path: string) => json('GET', path),
    post: (path: string, body?: unknown) => json('POST', path, body),
    patch: (path: string, body?: unknown) => json('PATCH', path, body),
    delete: (path: string, body?: unknown) => json('DELETE', path, body),
    /** Stores a picture and returns its JSON. */
    async upload(
      fields: Record<string, string | string[]> = {},
      bytes: ArrayBuffer = fixtures.pixelPng,
      name = 'a.png',
    ) {
      const response = await send('POST', '/images', { body: form(bytes, fields, name) })
      if (response.status !== 201) throw new Error(`upload: ${response.status} ${await response.text()}`)
      // biome-ignore lint/suspicious/noExplicitAny: as above
      return response.json<any>()
    },
  }
}
export type BackEnd = ReturnType<typeof backEnd>
