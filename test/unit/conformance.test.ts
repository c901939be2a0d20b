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

describe('an answer of PicFast', () => {
  let picFast: PublishedDocument
  beforeAll(async () => {
    picFast = await (await request('/openapi.json')).json<PublishedDocument>()
  })
  const judgeOf = (side: 'family' | 'root', path: string, response: Response, method = 'GET') =>
    assertConforms(picFast, { method, path, side }, response)
  const health = { status: 'ok', database: 'ok', storage: 'ok', timestamp: '2026-01-01T00:00:00Z' }
  const flat = (more: object) => Response.json({ url: 'x', ...more })
  const text = (type: string) => new Response('x', { headers: { 'Content-Type': type } })

  it('at the root passes when it is what the document says, or nobody’s', async () => {
    await judgeOf('root', '/health', Response.json(health))
    await judgeOf('root', '/i/abcd.jpg', text('image/avif'))
    await judgeOf('root', '/somewhere', Response.json({ any: 'thing' }))
  })

  it.each<[string, 'family' | 'root', string, string, Response]>([
    ['a property nobody documented at the root', 'root', 'GET', '/health', Response.json({ ...health, host: 'x' })],
    ['another type than the document names', 'root', 'GET', '/i/abcd.jpg', text('text/html')],
    ['a root route below the prefix', 'family', 'GET', '/health', Response.json(health)],
    ['a flat answer with too little', 'family', 'POST', '/flat/upload', flat({})],
    ['another status for a flat upload', 'family', 'POST', '/flat/upload', Response.json({}, { status: 201 })],
    ['another shape for Chevereto’s clients', 'root', 'POST', '/api/1/upload', flat({})],
    ['another shape for SM.MS’s clients', 'root', 'POST', '/api/v2/upload', flat({})],
    ['another shape for PicGo’s clients', 'root', 'POST', '/picgo/upload', flat({})],
  ])('fails with %s', async (_, side, method, path, response) => {
    await expect(judgeOf(side, path, response, method)).rejects.toThrow(/document/)
  })
})
