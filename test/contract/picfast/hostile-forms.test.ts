import { beforeEach, describe, expect, it } from 'vitest'
import { openDataCentre } from '#test/support/counting.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { footprint, ORIGIN, request } from '#test/support/harness.ts'
import { administrator, type Person, person } from '#test/support/people.ts'

let ada: Person
beforeEach(async () => {
  await administrator()
  ada = await person()
})

const BOUNDARY = 'xxBOUNDARYxx'
const part = (headers: string, body: string | Uint8Array) =>
  ['--', BOUNDARY, '\r\n', headers, '\r\n\r\n', body, '\r\n'] as const
const png = new Uint8Array(fixtures.pixelPng)
const file = (disposition: string, bytes: string | Uint8Array = png) =>
  part(`Content-Disposition: form-data; ${disposition}\r\nContent-Type: image/png`, bytes)
const END = `--${BOUNDARY}--\r\n`
const raw = (pieces: readonly (string | Uint8Array)[], headers: Record<string, string> = {}) =>
  request('/api/v1/images', {
    method: 'POST',
    headers: { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`, ...ada.headers, ...headers },
    body: new Blob([...pieces]),
  })

describe('a form', () => {
  it.each<[string, () => Promise<Response>, number]>([
    ['T-U01 without a boundary', () => raw([], { 'Content-Type': 'multipart/form-data' }), 400],
    [
      'T-U01 with another boundary',
      () =>
        raw([...file('name="file"; filename="a.png"'), END], { 'Content-Type': 'multipart/form-data; boundary=other' }),
      400,
    ],
    ['T-U01 that breaks off', () => raw(file('name="file"; filename="a.png"').slice(0, 5)), 400],
    ['T-U01 that is empty', () => raw([]), 400],
    ['T-U01 of nothing but its end', () => raw([END]), 400],
    [
      'T-U03 with two files',
      () => raw([...file('name="file"; filename="a.png"'), ...file('name="file"; filename="b.svg"', '<svg/>'), END]),
      400,
    ],
    [
      'T-U03 with two files, the other first',
      () => raw([...file('name="file"; filename="b.svg"', '<svg/>'), ...file('name="file"; filename="a.png"'), END]),
      400,
    ],
    [
      'T-U03 with two files by two names',
      () => raw([...file('name="image"; filename="a.png"'), ...file('name="file"; filename="b.png"'), END]),
      400,
    ],
    [
      'T-U03 that is public and private',
      () =>
        raw([
          ...part('Content-Disposition: form-data; name="permission"', '0'),
          ...part('Content-Disposition: form-data; name="permission"', '1'),
          ...file('name="file"; filename="a.png"'),
          END,
        ]),
      400,
    ],
    [
      'T-U04 of 10,000 parts',
      () =>
        raw([
          ...Array.from({ length: 10_000 }, (_, n) =>
            part(`Content-Disposition: form-data; name="f${n}"`, 'x').join(''),
          ),
          END,
        ]),
      400,
    ],
    [
      'T-U04 with a name of a megabyte',
      () => raw([...file(`name="${'n'.repeat(1024 * 1024)}"; filename="a.png"`), END]),
      400,
    ],
    ['T-U09 with text for a file', () => raw([...part('Content-Disposition: form-data; name="file"', 'x'), END]), 400],
    [
      'T-U10 that is compressed',
      () => raw([...file('name="file"; filename="a.png"'), END], { 'Content-Encoding': 'gzip' }),
      400,
    ],
    [
      'T-P02 with a NUL in a field',
      () =>
        raw([
          ...part('Content-Disposition: form-data; name="expires_in"', '1h\0'),
          ...file('name="file"; filename="a.png"'),
          END,
        ]),
      400,
    ],
  ])('%s is refused, and leaves nothing', async (_, send, status) => {
    const before = await footprint()
    const answer = await send()
    expect([answer.status, (await answer.json<{ message: string }>()).message]).toEqual([
      status,
      expect.stringMatching(/\w/),
    ])
    expect(await footprint()).toEqual(before)
  })

  it.each([
    ['../../etc/passwd.png', 'passwd.png'],
    ['C:\\x\\y.png', undefined],
    ['a\\u202egnp.exe.png', undefined],
    ['%0d%0aSet-Cookie: x=1.png', undefined],
    ['🏖️ été 海.png', '🏖️ été 海.png'],
    ['a"; filename*=UTF-8\'\'evil.html; x=".png', undefined],
    ['.png', '.png'],
    ['', 'image'],
  ])('T-U05: a file called %j gets a name that is safe in a header, a path and markup', async (name, expected) => {
    const answer = await raw([...file(`name="file"; filename="${name.replaceAll('"', '%22')}"`), END])
    expect(answer.status).toBe(201)
    const { data } = await answer.json<{ data: { url: string; origin_name: string; links: { html: string } } }>()
    if (expected !== undefined) expect(data.origin_name).toBe(expected)
    expect(data.origin_name).not.toMatch(/[\p{Cc}\u202e/\\]/u)
    expect(data.links.html.match(/"/g)).toHaveLength(4)
    const shown = await request(data.url.slice(ORIGIN.length))
    expect(shown.headers.get('Content-Disposition')).toMatch(/^inline/)
    expect(shown.headers.get('Set-Cookie')).toBeNull()
  })

  it('T-U05: a file without a plain name, or with one of 5,000 characters, is answered by sense', async () => {
    expect([201, 400]).toContain((await raw([...file('name="file"; filename*=UTF-8\'\'x.png'), END])).status)
    expect((await raw([...file(`name="file"; filename="${'n'.repeat(5000)}.png"`), END])).status).toBe(400)
  })

  it('T-U08: a file of the largest size is taken, one byte more is not, and no more is read than that', async () => {
    const size = new TextEncoder().encode('').byteLength + png.byteLength
    const limited = { MAX_FILE_SIZE: String(size) }
    const site = openDataCentre(limited)
    const send = async (bytes: Uint8Array) => {
      const body = form(bytes.buffer as ArrayBuffer, {}, 'a.png')
      return (await site.fetch('/api/v1/images', { method: 'POST', headers: ada.headers, body })).status
    }
    expect(await send(png)).toBe(201)
    const more = new Uint8Array(size + 1)
    more.set(png)
    expect(await send(more)).toBe(413)
    let read = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        read += 64 * 1024
        if (read > 64 * 1024 * 1024) controller.close()
        else
          controller.enqueue(
            read === 64 * 1024
              ? new TextEncoder().encode(file('name="file"; filename="a.png"', '').slice(0, 5).join(''))
              : new Uint8Array(64 * 1024),
          )
      },
    })
    const answer = await site.fetch('/api/v1/images', {
      method: 'POST',
      headers: { ...ada.headers, 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` },
      body: endless,
    })
    expect(answer.status).toBe(413)
    expect(read).toBeLessThan(4 * 1024 * 1024)
  })

  it.each([
    '<html><script>',
    '<?php system($_GET[0]);',
    'MZ\u0090\0',
    'PK\u0003\u0004',
    '%PDF-1.7',
    '#!/bin/sh',
    'GIF89a',
    '\u0089PNG',
    'RIFF....WEBP',
  ])('T-U06: %j is no picture, whatever it is called', async (content) => {
    const before = await footprint()
    expect([415, 422]).toContain((await ada.ask('POST', '/images', form(content, {}, 'a.png'))).status)
    expect(await footprint()).toEqual(before)
  })
})
