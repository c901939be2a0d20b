import { beforeEach, describe, expect, it } from 'vitest'
import { fixtures } from '#test/support/fixtures.ts'
import { request } from '#test/support/harness.ts'
import { administrator, type Person, person } from '#test/support/people.ts'

let ada: Person
beforeEach(async () => {
  await administrator()
  ada = await person()
})

/** One JSON-RPC request, as a client without a session sends it. */
async function rpc(token: string, method: string, params: object = {}) {
  const response = await request('/mcp', {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const text = await response.text()
  const data = /^data: (\{.*)$/m.exec(text)?.[1] ?? text
  // biome-ignore lint/suspicious/noExplicitAny: what each test expects of the wire is its own assertion
  return { status: response.status, body: JSON.parse(data) as any }
}

async function call(token: string, name: string, args: object = {}) {
  const { body } = await rpc(token, 'tools/call', { name, arguments: args })
  const text = body.result.content[0].text
  return { isError: body.result.isError ?? false, value: /^[{[]/.test(text) ? JSON.parse(text) : text }
}

describe('/mcp', () => {
  it('introduces itself and lists its tools and resources', async () => {
    const token = await ada.token()
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } }
    expect((await rpc(token, 'initialize', params)).body.result.serverInfo.name).toBe('picfast')
    const { tools } = (await rpc(token, 'tools/list')).body.result
    expect(tools.map(({ name }: { name: string }) => name).sort()).toEqual([
      'delete_image',
      'get_image',
      'get_usage_stats',
      'list_images',
      'upload_image',
    ])
    const { contents } = (await rpc(token, 'resources/read', { uri: 'picfast://user/profile' })).body.result
    expect(JSON.parse(contents[0].text)).toMatchObject({ email: ada.email, image_num: 0 })
  })

  it('uploads, shows, lists, counts and deletes in its owner’s name', async () => {
    const token = await ada.token()
    const file_data = btoa(String.fromCharCode(...new Uint8Array(fixtures.pixelPng)))
    const { value } = await call(token, 'upload_image', {
      file_data: `data:image/png;base64,${file_data}`,
      filename: 'a.png',
    })
    expect(value).toMatchObject({ origin_name: 'a.png', mimetype: 'image/png', url: expect.stringContaining('/i/') })
    expect((await call(token, 'get_image', { key: value.key })).value.key).toBe(value.key)
    expect((await call(token, 'list_images')).value).toMatchObject({ total: 1, items: [{ key: value.key }] })
    expect((await call(token, 'get_usage_stats')).value).toMatchObject({ image_num: 1, used_bytes: value.size_bytes })
    expect((await call(token, 'delete_image', { key: value.key })).value).toBe('Image deleted successfully.')
    expect(await call(token, 'get_image', { key: value.key })).toEqual({
      isError: true,
      value: { error: { code: 'IMAGE_NOT_FOUND', message: 'image not found' } },
    })
    expect((await call(token, 'upload_image', { file_data: '!', filename: 'a.png' })).value.error.code).toBe(
      'INVALID_IMAGE_DATA',
    )
  })

  it('is for who presents a token, and does no more than its scope', async () => {
    expect((await rpc('img_unknown', 'tools/list')).status).toBe(401)
    const [reader, writer] = [await ada.token('read'), await ada.token('write')]
    const { key } = await ada.upload()
    expect((await call(reader, 'delete_image', { key })).value.error.code).toBe('FORBIDDEN_SCOPE')
    expect((await call(writer, 'list_images')).value.error.code).toBe('FORBIDDEN_SCOPE')
    expect((await call(reader, 'get_image', { key })).isError).toBe(false)
  })
})
