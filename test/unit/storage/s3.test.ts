import { afterEach, describe, expect, it, vi } from 'vitest'
import { S3Store } from '#storage/s3.ts'

const LOCATION = {
  kind: 's3',
  base: 'https://pictures.s3.example.com',
  bucket: 'pictures',
  region: 'eu-west-9',
  accessKey: 'AKEXAMPLE',
  secretKey: 'very-secret',
} as const

const asked: Request[] = []

/** Answers in this order; the last one for ever. */
function script(...answers: (Response | Error | (() => Response))[]): void {
  asked.length = 0
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    asked.push(input as Request)
    const answer = answers[Math.min(asked.length, answers.length) - 1]
    if (answer instanceof Error) throw answer
    return typeof answer === 'function' ? answer() : answer!
  })
}
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const store = new S3Store(LOCATION)
const error = (status: number, code: string) => () =>
  new Response(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`, { status })
const bytes = (length: number) => new Uint8Array(length).map((_, i) => i)
/** An answer whose body is not as long as it says. */
const lying = (body: number, says: number, init: ResponseInit = {}) => {
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes(body))
      controller.close()
    },
  })
  return new Response(stream, { ...init, headers: { 'Content-Length': String(says), ...init.headers } })
}
const read = async (object: { body: ReadableStream<Uint8Array> } | null) =>
  new Uint8Array(await new Response(object!.body).arrayBuffer())

describe('a request to S3', () => {
  it('is signed for the region, names the hash of what it carries, and follows no redirect', async () => {
    script(new Response(null, { headers: { ETag: '"1"' } }))
    const sha256 = 'ab'.repeat(32)
    await store.put('originals/t/1.jpg', bytes(3), { contentType: 'image/jpeg', sha256, cacheControl: 'max-age=60' })
    const [request] = asked
    expect([request!.method, request!.url]).toEqual(['PUT', 'https://pictures.s3.example.com/originals/t/1.jpg'])
    expect(request!.headers.get('Authorization')).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKEXAMPLE\/\d{8}\/eu-west-9\/s3\/aws4_request, SignedHeaders=cache-control;host;x-amz-content-sha256;x-amz-date, Signature=[0-9a-f]{64}$/,
    )
    expect(request!.headers.get('X-Amz-Content-Sha256')).toBe(sha256)
    expect(request!.headers.get('Content-Type')).toBe('image/jpeg')
    expect(request!.redirect).toBe('manual')
    script(new Response(null, { status: 301, headers: { Location: 'http://10.0.0.1/' } }))
    await expect(store.get('k')).rejects.toThrow(/the server answered 301 \(a redirect, which is not followed/)
    expect(asked).toHaveLength(1)
  })

  it('is made again, signed anew, after 5xx, 429 and broken connections, three times at most', async () => {
    script(error(503, 'SlowDown'), new TypeError('Network connection lost.'), new Response(null))
    await store.delete(['k'])
    expect(asked).toHaveLength(3)
    script(error(429, 'SlowDown'))
    await expect(store.delete(['k'])).rejects.toThrow('DELETE: the server answered 429 SlowDown')
    expect(asked).toHaveLength(3)
    script(new TypeError('refused'))
    await expect(store.delete(['k'])).rejects.toThrow('DELETE: the server cannot be reached')
    script(error(403, 'SignatureDoesNotMatch'))
    const refused = store.put('k', bytes(1), { contentType: 'image/png' })
    await expect(refused).rejects.toThrow('PUT: the server answered 403 SignatureDoesNotMatch')
    await expect(refused).rejects.not.toThrow(/very-secret|AKEXAMPLE/)
    expect(asked).toHaveLength(1)
  })

  it('is not done because a web page says 200', async () => {
    script(new Response('<html>Welcome</html>', { headers: { 'Content-Type': 'text/html' } }))
    const stored = store.put('k', bytes(1), { contentType: 'image/png' })
    await expect(stored).rejects.toThrow('PUT: the answer is not that of an S3 server')
    script(new Response('<html>Welcome</html>', { headers: { 'Content-Type': 'text/html; charset=utf-8' } }))
    await expect(store.delete(['k'])).rejects.toThrow('DELETE: a web page answered')
  })

  it.each([
    ['no content', () => new Response(null, { status: 204 })],
    ['an empty answer', () => new Response('')],
    ['an empty answer of PHP’s', () => new Response('', { headers: { 'Content-Type': 'text/html' } })],
    ['no content of PHP’s', () => new Response(null, { status: 204, headers: { 'Content-Type': 'text/html' } })],
  ])('to delete is done when %s comes', async (_, answer) => {
    script(answer)
    await expect(store.delete(['k'])).resolves.toBeUndefined()
  })

  it.each([
    ['of a refusal', 403, () => store.get('k'), 'GET: the server answered 403'],
    ['of a list', 200, () => store.list(''), 'the answer did not end'],
    ['of a copy', 200, () => store.copy('a', 'b'), 'the answer did not end'],
  ])('is given up when the answer %s never ends', async (_, status, work, message) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const cancelled = vi.fn()
    const endless = new ReadableStream({ start: (c) => c.enqueue(bytes(5)), cancel: cancelled })
    script(new Response(endless, { status }))
    const answer = (work() as Promise<unknown>).catch((reason: Error) => reason.message)
    await vi.advanceTimersByTimeAsync(21_000)
    expect(await Promise.race([answer, Promise.resolve('still waiting')])).toBe(message)
    expect(cancelled).toHaveBeenCalled()
  })

  it('is given up when nobody answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    let asks = 0
    vi.spyOn(globalThis, 'fetch').mockImplementation((input) => {
      asks++
      const { signal } = input as Request
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
    })
    const answer = store.get('k').catch((reason: Error) => reason.message)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await answer).toBe('GET: no answer within 10 s')
    expect(asks).toBe(2)
  })
})

describe('what S3 has', () => {
  it('is read whole or in part, and tells a missing object from a missing bucket', async () => {
    script(new Response(bytes(10), { headers: { 'Content-Length': '10' } }))
    const whole = await store.get('k')
    expect([whole!.size, await read(whole)]).toEqual([10, bytes(10)])
    script(() => lying(4, 4, { status: 206, headers: { 'Content-Range': 'bytes 2-5/10' } }))
    const part = await store.get('k', { offset: 2, length: 4 })
    expect([part!.size, (await read(part)).length]).toEqual([10, 4])
    expect(asked[0]!.headers.get('Range')).toBe('bytes=2-5')
    script(error(404, 'NoSuchKey'))
    expect(await store.get('k')).toBeNull()
    script(error(404, 'NoSuchBucket'))
    await expect(store.get('k')).rejects.toThrow('404 NoSuchBucket')
  })

  it('is cut here by servers that ignore ranges', async () => {
    for (const [offset, length] of [
      [0, 3],
      [2, 4],
      [9, 1],
    ] as const) {
      script(() => lying(10, 10))
      const part = await store.get('k', { offset, length })
      expect([part!.size, await read(part)]).toEqual([10, bytes(10).slice(offset, offset + length)])
    }
  })

  it.each([
    ['ends early', () => lying(5, 10), /ended after 5 bytes/],
    ['goes on', () => lying(15, 10), /./],
  ])('fails to be read when it %s', async (_, answer, message) => {
    script(answer)
    await expect(read(await store.get('k'))).rejects.toThrow(message)
  })

  it('says why it broke off', async () => {
    script(() => lying(5, 10))
    const object = await store.get('k')
    await read(object).catch(() => undefined)
    expect(String(object!.broken?.())).toContain('ended after 5 bytes')
  })

  it.each([
    ['no length', () => new Response(new ReadableStream()), undefined, /how long/],
    [
      'another range',
      () => lying(4, 4, { status: 206, headers: { 'Content-Range': 'bytes 0-3/10' } }),
      { offset: 2, length: 4 },
      /another range/,
    ],
  ])('is refused with %s', async (_, answer, range, message) => {
    script(answer)
    await expect(store.get('k', range)).rejects.toThrow(message)
  })

  it('is given up when it stalls', async () => {
    script(() => new Response(new ReadableStream(), { headers: { 'Content-Length': '10' } }))
    const object = await store.get('k')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const answer = read(object).catch((reason: Error) => reason)
    await vi.advanceTimersByTimeAsync(21_000)
    expect(await answer).toBeInstanceOf(Error)
    expect(String(object!.broken?.())).toContain('the body stalled')
  })

  it('is given up when it drips', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    let sent = 0
    const drip = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, 2000))
          sent++
          controller.enqueue(bytes(1))
        },
      },
      { highWaterMark: 0 },
    )
    script(() => new Response(drip, { headers: { 'Content-Length': '100' } }))
    const object = await store.get('k')
    const answer = read(object).catch((reason: Error) => reason)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await Promise.race([answer, Promise.resolve('still waiting')])).toBeInstanceOf(Error)
    expect(sent).toBeLessThan(12)
  })

  it('is listed page by page, names with entities and all', async () => {
    const entry = (key: string) =>
      `<Contents><Key>${key}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><Size>7</Size></Contents>`
    const list = (inside: string) => () =>
      new Response(`<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inside}</ListBucketResult>`)
    script(
      list(
        `<IsTruncated>true</IsTruncated>${entry('a&amp;b&#x21;')}${entry('c')}<NextContinuationToken>1/=</NextContinuationToken>`,
      ),
      list('<IsTruncated>false</IsTruncated><Contents/>'),
    )
    const page = await store.list('originals/')
    expect(page).toEqual({
      objects: ['a&b!', 'c'].map((key) => ({ key, size: 7, uploadedAt: new Date('2026-01-02T03:04:05Z') })),
      cursor: '1/=',
    })
    expect(await store.list('originals/', page.cursor)).toMatchObject({ objects: [{ key: '' }] })
    expect(new URL(asked[1]!.url).searchParams.get('continuation-token')).toBe('1/=')
    script(new Response('<html>Welcome</html>'))
    await expect(store.list('')).rejects.toThrow('no list')
  })

  it('is copied in place, which may fail though it began well', async () => {
    script(new Response('<CopyObjectResult><ETag>x</ETag></CopyObjectResult>'))
    expect(await store.copy('a/1', 'a/2')).toBe(true)
    expect(asked[0]!.headers.get('X-Amz-Copy-Source')).toBe('/pictures/a/1')
    script(error(200, 'InternalError'))
    await expect(store.copy('a/1', 'a/2')).rejects.toThrow('COPY: the server answered InternalError')
    script(new Response('<html>Welcome</html>'))
    await expect(store.copy('a/1', 'a/2')).rejects.toThrow('COPY: the server answered something else')
    script(error(404, 'NoSuchKey'))
    expect(await store.copy('a/1', 'a/2')).toBe(false)
  })
})
