import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/server'
import { beforeEach, describe, expect, it } from 'vitest'
import { fixtures } from '#test/support/fixtures.ts'
import { request } from '#test/support/harness.ts'
import { post, read, rpc } from '#test/support/mcp.ts'
import { administrator, person, setSettings } from '#test/support/people.ts'

let token: string
beforeEach(async () => {
  await administrator()
  token = await (await person()).token()
})

const PING = { jsonrpc: '2.0', id: 7, method: 'tools/list' }
const clientInfo = { name: 'test', version: '1' }
const initialize = (protocolVersion: string) =>
  rpc(token, 'initialize', { protocolVersion, capabilities: {}, clientInfo })

describe('the door of /mcp', () => {
  it('asks for a token, and says whether one was sent', async () => {
    for (const [bearer, challenge] of [
      [null, 'Bearer realm="picfast"'],
      ['img_unknown', 'Bearer realm="picfast", error="invalid_token", error_description="unknown or expired token"'],
    ] as const) {
      const response = await post(bearer, PING)
      expect(response.status).toBe(401)
      expect(response.headers.get('WWW-Authenticate')).toBe(challenge)
      expect(await response.json()).toEqual({
        jsonrpc: '2.0',
        id: null,
        error: { code: -32000, message: 'unauthorized', data: { code: 'unauthenticated' } },
      })
    }
    expect((await request('/mcp')).status).toBe(401)
    const headers = { 'X-API-Token': token, Authorization: '' }
    expect((await post(null, PING, headers)).status).toBe(200)
  })

  it('has no session to open or end', async () => {
    for (const method of ['GET', 'DELETE', 'PUT', 'HEAD']) {
      const response = await request('/mcp', { method, headers: { Authorization: `Bearer ${token}` } })
      expect([response.status, response.headers.get('Allow')]).toEqual([405, 'OPTIONS, POST'])
    }
  })

  it('is closed to pages of other sites, whatever name they give us', async () => {
    const from = async (origin: string, at = 'http://picharbor.test', variables: Partial<Env> = {}) => {
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', Origin: origin }
      const init = { method: 'POST', headers: { ...headers, Accept: 'application/json, text/event-stream' } }
      const response = await request(`${at}/mcp`, { ...init, body: JSON.stringify(PING) }, variables)
      return [response.status, response.headers.get('Access-Control-Allow-Origin')]
    }
    expect(await from('https://evil.example')).toEqual([403, null])
    expect(await from('null')).toEqual([403, null])
    // A name rebound to our address looks like our own.
    expect(await from('http://evil.example', 'http://evil.example')).toEqual([403, null])
    expect(await from('https://pics.example', 'https://pics.example')).toEqual([200, 'https://pics.example'])
    expect(await from('http://localhost:6274')).toEqual([200, 'http://localhost:6274'])
    expect(await from('http://[::1]:80')).toEqual([200, 'http://[::1]:80'])
    const base = { BASE_URL: 'http://nas.lan:8787' } as Partial<Env>
    expect(await from('http://nas.lan:8787', 'http://nas.lan:8787', base)).toEqual([200, 'http://nas.lan:8787'])
    const cors = { CORS_ORIGIN: 'https://app.example' } as Partial<Env>
    expect(await from('https://app.example', undefined, cors)).toEqual([200, 'https://app.example'])
    expect(await from('https://pics.example')).toEqual([403, null])
    await setSettings({ appUrl: 'https://pics.example' })
    expect(await from('https://pics.example')).toEqual([200, 'https://pics.example'])
    expect(await from('https://evil.example')).toEqual([403, null])
  })

  it('answers the preflight of a page that may call', async () => {
    const ask = (origin: string) => request('/mcp', { method: 'OPTIONS', headers: { Origin: origin } })
    const allowed = await ask('http://localhost:6274')
    expect(allowed.status).toBe(204)
    expect(allowed.headers.get('Access-Control-Allow-Headers')).toContain('MCP-Protocol-Version')
    expect((await ask('https://evil.example')).status).toBe(403)
  })

  it('says without a token which methods it has', async () => {
    const answer = await request('/mcp', { method: 'OPTIONS' })
    expect([answer.status, answer.headers.get('Allow')]).toEqual([204, 'OPTIONS, POST'])
  })

  it.each([
    ['nothing', '', 400, -32700],
    ['no JSON', '{', 400, -32700],
    ['null', 'null', 400, -32600],
    ['a number', '1', 400, -32600],
    ['no message', '{"foo":1}', 400, -32600],
    ['an empty batch', '[]', 400, -32600],
    ['a batch of nonsense', '[1,[]]', 400, -32600],
    ['a batch of thousands', JSON.stringify(Array.from({ length: 1000 }, () => PING)), 400, -32600],
    ['a body nested without end', '['.repeat(200_000), 400, -32700],
    ['a method nobody knows', '{"jsonrpc":"2.0","id":7,"method":"x/y"}', 200, -32601],
    ['a tool nobody knows', '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"x"}}', 200, -32602],
    ['no parameters', '{"jsonrpc":"2.0","id":7,"method":"tools/call"}', 200, -32602],
  ])('answers %s with an error of JSON-RPC', async (_, body, status, code) => {
    const response = await post(token, body)
    const answer = await read(response)
    expect([response.status, answer.error.code]).toEqual([status, code])
    expect(answer.jsonrpc).toBe('2.0')
    expect(answer.error.message).toEqual(expect.any(String))
  })

  it('takes a message as large as the largest picture makes it, and no larger', async () => {
    const variables = { MAX_FILE_SIZE: String(fixtures.photoJpg.byteLength) } as Partial<Env>
    const send = (bytes: Uint8Array, more = '') =>
      request(
        '/mcp',
        {
          method: 'POST',
          headers: {
            Authorization: `Bearer ${token}`,
            'Content-Type': 'application/json',
            Accept: 'application/json, text/event-stream',
          },
          body: JSON.stringify({
            ...PING,
            method: 'tools/call',
            params: { name: 'upload_image', arguments: { file_data: bytes.toBase64(), filename: 'a.jpg', more } },
          }),
        },
        variables,
      )
    const photo = new Uint8Array(fixtures.photoJpg)
    expect((await read(await send(photo))).result.isError ?? false).toBe(false)
    const { result } = await read(await send(new Uint8Array(photo.length + 1)))
    expect(JSON.parse(result.content[0].text).error).toEqual({
      code: 'UPLOAD_FAILED',
      message: `file size exceeds maximum (${photo.length} bytes)`,
    })
    const refused = await send(photo, ' '.repeat(100_000))
    expect([refused.status, (await read(refused)).error.code]).toEqual([413, -32000])
  })

  it('wants JSON, and a client that can read both kinds of answer', async () => {
    expect((await post(token, PING, { 'Content-Type': 'text/plain' })).status).toBe(415)
    expect((await post(token, PING, { Accept: 'text/html' })).status).toBe(406)
  })

  it('has nothing to say to a notification', async () => {
    const response = await post(token, { jsonrpc: '2.0', method: 'notifications/initialized' })
    expect([response.status, await response.text()]).toEqual([202, ''])
  })

  it('answers a batch of the revision that had them', async () => {
    const answers = await read(await post(token, [PING, { ...PING, id: 8, method: 'prompts/list' }]))
    expect(answers.map(({ id }: { id: number }) => id).sort()).toEqual([7, 8])
  })
})

describe('revisions of the protocol', () => {
  it.each(SUPPORTED_PROTOCOL_VERSIONS.filter((version) => version < '2026'))('%s', async (version) => {
    const { body } = await initialize(version)
    expect(body.result).toMatchObject({
      protocolVersion: version,
      serverInfo: { name: 'picfast' },
      instructions: expect.stringContaining('image host'),
    })
    expect(body.result.capabilities).toEqual({
      tools: { listChanged: false },
      resources: { listChanged: false },
      prompts: { listChanged: false },
    })
    expect((await post(token, PING, { 'MCP-Protocol-Version': version })).status).toBe(200)
  })

  it('one nobody has heard of gets the newest with a handshake, or a refusal', async () => {
    const { body } = await initialize('1999-01-01')
    expect(SUPPORTED_PROTOCOL_VERSIONS).toContain(body.result.protocolVersion)
    const response = await post(token, PING, { 'MCP-Protocol-Version': '1999-01-01' })
    expect([response.status, (await read(response)).error.message]).toEqual([
      400,
      expect.stringContaining('1999-01-01'),
    ])
  })

  it('2026-07-28, which has no handshake', async () => {
    const version = '2026-07-28'
    const _meta = {
      [PROTOCOL_VERSION_META_KEY]: version,
      [CLIENT_INFO_META_KEY]: clientInfo,
      [CLIENT_CAPABILITIES_META_KEY]: {},
    }
    const ask = async (method: string, params: object = {}) => {
      const headers = { 'MCP-Protocol-Version': version, 'Mcp-Method': method }
      const response = await post(token, { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }, headers)
      return { status: response.status, type: response.headers.get('Content-Type'), body: await read(response) }
    }
    const discovered = await ask('server/discover')
    expect(discovered.body.result).toMatchObject({ supportedVersions: [version] })
    const listed = await ask('tools/list')
    expect(listed).toMatchObject({ status: 200, type: expect.stringMatching(/^application\/json/) })
    expect(listed.body.result.tools).toHaveLength(7)
    const listening = await ask('subscriptions/listen', { notifications: { toolsListChanged: true } })
    expect(listening.body.error.code).toBe(-32603)
  })
})
