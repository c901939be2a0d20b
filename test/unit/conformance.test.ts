import { beforeAll, describe, expect, it } from 'vitest'
import { assertConforms, type PublishedDocument } from '#test/support/conformance.ts'
import { request } from '#test/support/harness.ts'

/** The judge of every answer under /v2 must be able to say no. */
let document: PublishedDocument
beforeAll(async () => {
  document = await (await request('/v2/openapi.json')).json<PublishedDocument>()
})

const judge = (path: string, status: number, body: unknown, method = 'GET') =>
  assertConforms(document, { method, path }, Response.json(body, { status }))

const page = { data: [], pagination: { page: 1, perPage: 20, total: 0, totalPages: 0 } }
const error = {
  statusCode: 404,
  message: 'x',
  errors: null,
  code: 'x',
  timestamp: '2026-01-01T00:00:00.000Z',
  path: '/x',
}

describe('an answer', () => {
  it('passes when it is what the document says', async () => {
    await judge('/albums', 200, page)
    await judge('/albums/x', 404, error)
    await judge('/nowhere', 404, error)
  })

  it.each([
    ['a property nobody documented', '/albums', 200, { ...page, secret: 1 }],
    ['one deep inside', '/albums', 200, { ...page, pagination: { ...page.pagination, next: 2 } }],
    ['a missing property', '/albums', 200, { data: [] }],
    ['another type', '/albums', 200, { ...page, pagination: { ...page.pagination, total: '0' } }],
    ['a fraction for a whole number', '/albums', 200, { ...page, pagination: { ...page.pagination, total: 0.5 } }],
    ['an item that is none', '/albums', 200, { ...page, data: [{ id: 'x' }] }],
    ['a status the route does not have', '/albums', 409, error],
    ['an error that is not in the envelope', '/albums/x', 404, { message: 'x' }],
    ['an unknown route that answers', '/nowhere', 200, {}],
  ])('fails with %s', async (_, path, status, body) => {
    await expect(judge(path, status, body)).rejects.toThrow(/document/)
  })
})
