import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import {
  Client as CurrentClient,
  StreamableHTTPClientTransport as CurrentTransport,
} from '@modelcontextprotocol/client'
import { Client as FormerClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as FormerTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { base, reader, token } from './support/pictures.ts'

let photo: Buffer
beforeAll(async () => {
  photo = await sharp({ create: { width: 2400, height: 1600, channels: 3, background: '#2b6cb0' } })
    .jpeg()
    .toBuffer()
})

const clientInfo = { name: 'test', version: '1.0.0' }
const options = (bearer: string) => ({ requestInit: { headers: { Authorization: `Bearer ${bearer}` } } })
const endpoint = () => new URL(`${base}/mcp`)

/** What both generations of the official client have in common. */
interface AnyClient {
  // biome-ignore lint/suspicious/noExplicitAny: what each test expects of the wire is its own assertion
  callTool(params: { name: string; arguments?: Record<string, unknown> }): Promise<any>
  listTools(): Promise<{ tools: { name: string; outputSchema?: unknown }[] }>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  listResources(): Promise<any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  listResourceTemplates(): Promise<any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readResource(params: { uri: string }): Promise<any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  listPrompts(): Promise<any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  getPrompt(params: { name: string; arguments?: Record<string, string> }): Promise<any>
  close(): Promise<void>
}

const CLIENTS: Record<string, () => Promise<{ client: AnyClient; revision: string | undefined; expected: string }>> = {
  'the SDK’s first generation, which shakes hands': async () => {
    const client = new FormerClient(clientInfo)
    const transport = new FormerTransport(endpoint(), options(token))
    await client.connect(transport as never)
    return { client: client as unknown as AnyClient, revision: transport.protocolVersion, expected: '2025-11-25' }
  },
  'the SDK’s second generation, which asks what there is': async () => {
    const client = new CurrentClient(clientInfo, { versionNegotiation: { mode: 'auto' } })
    const transport = new CurrentTransport(endpoint(), options(token))
    await client.connect(transport)
    return {
      client: client as unknown as AnyClient,
      revision: client.getNegotiatedProtocolVersion(),
      expected: '2026-07-28',
    }
  },
}

describe.each(Object.entries(CLIENTS))('%s', (_, connect) => {
  it('finds and uses everything at /mcp', async () => {
    const { client, revision, expected } = await connect()
    expect(revision).toBe(expected)
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name).sort()).toEqual([
      'delete_image',
      'get_image',
      'get_image_pipeline',
      'get_usage_stats',
      'list_images',
      'upload_image',
      'view_image',
    ])
    // Its answers are held to the output schemas by the client itself.
    const call = async (name: string, args: Record<string, unknown> = {}) => {
      const result = await client.callTool({ name, arguments: args })
      const { text } = result.content.at(-1)
      return { ...result, value: /^[{[]/.test(text) ? JSON.parse(text) : text }
    }
    const stored = await call('upload_image', { file_data: photo.toString('base64'), filename: 'Ærø (1).jpg' })
    const { key, url } = stored.value
    expect(stored.structuredContent).toEqual(stored.value)
    expect(stored.value).toMatchObject({
      origin_name: 'Ærø (1).jpg',
      width: 2400,
      height: 1600,
      original_size: photo.length,
    })
    expect((await fetch(url)).headers.get('Content-Type')).toBe('image/jpeg')

    const seen = await call('view_image', { key })
    expect(seen.content[0]).toMatchObject({ type: 'image', mimeType: 'image/webp' })
    expect(await sizeOf(seen.content[0].data)).toEqual({ format: 'webp', width: 1024, height: 683 })
    const small = await call('view_image', { key, max_side: 64 })
    expect(await sizeOf(small.content[0].data)).toEqual({ format: 'webp', width: 64, height: 43 })

    expect((await call('list_images', { page_size: 1 })).value).toMatchObject({
      items: [{ key, url }],
      page: 1,
      size: 1,
    })
    expect((await call('get_image', { key: url })).value.key).toBe(key)
    expect((await call('get_image_pipeline', { key })).value).toMatchObject({
      upload: 'completed',
      moderation: 'approved',
    })
    expect((await call('get_usage_stats')).value.image_num).toBeGreaterThan(0)

    expect((await client.listResources()).resources.map(({ uri }: { uri: string }) => uri)).toContain(
      `picfast://images/${key}`,
    )
    expect((await client.listResourceTemplates()).resourceTemplates[0].uriTemplate).toBe('picfast://images/{key}')
    const { contents } = await client.readResource({ uri: `picfast://images/${key}` })
    expect(JSON.parse(contents[0].text)).toMatchObject({ key, url })
    await expect(client.readResource({ uri: 'picfast://images/nothing00' })).rejects.toThrow(/nothing00/)
    expect((await client.listPrompts()).prompts[0].name).toBe('upload_and_share')
    const { messages } = await client.getPrompt({ name: 'upload_and_share', arguments: { format: 'html' } })
    expect(messages[0].content.text).toContain('HTML')

    expect((await call('delete_image', { key })).value).toBe('Image deleted successfully.')
    const gone = await call('get_image', { key })
    expect([gone.isError, gone.value.error.code]).toEqual([true, 'IMAGE_NOT_FOUND'])
    await client.close()
  })
})

describe('a token', () => {
  it('does no more than it may', async () => {
    const client = new FormerClient(clientInfo)
    await client.connect(new FormerTransport(endpoint(), options(reader)) as never)
    const refused = await client.callTool({ name: 'upload_image', arguments: { file_data: 'AAAA', filename: 'a.png' } })
    expect(refused).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('FORBIDDEN_SCOPE') }] })
    await client.close()
  })

  it('that does not hold is refused before anything is said', async () => {
    const transport = new FormerTransport(endpoint(), options('img_unknown'))
    await expect(new FormerClient(clientInfo).connect(transport as never)).rejects.toThrow(/401|unauthorized/i)
  })
})

describe('pictures for a model', () => {
  it('stay small, whatever is in them', async () => {
    const noise = Buffer.from(Uint8Array.from({ length: 2000 * 1500 * 3 }, () => Math.random() * 256))
    const file = await sharp(noise, { raw: { width: 2000, height: 1500, channels: 3 } })
      .jpeg({ quality: 90 })
      .toBuffer()
    const client = new FormerClient(clientInfo)
    await client.connect(new FormerTransport(endpoint(), options(token)) as never)
    const send = { file_data: file.toString('base64'), filename: 'noise.jpg' }
    const stored = (await client.callTool({ name: 'upload_image', arguments: send })) as never as {
      content: [{ text: string }]
    }
    const { key } = JSON.parse(stored.content[0].text)
    const seen = (await client.callTool({ name: 'view_image', arguments: { key, max_side: 1568 } })) as never as {
      content: [{ data: string }]
    }
    const bytes = Buffer.from(seen.content[0].data, 'base64')
    expect(bytes.length).toBeLessThanOrEqual(200_000)
    const { width = 0 } = await sharp(bytes).metadata()
    expect(width).toBeGreaterThanOrEqual(392)
    await client.close()
  })
})

describe('the inspector’s command line', () => {
  const inspect = async (...args: string[]) => {
    // It looks for its package.json from where it is started (modelcontextprotocol/inspector#1334).
    const cwd = path.join(import.meta.dirname, '../../node_modules/@modelcontextprotocol/inspector-cli/build')
    const target = [`${base}/mcp`, '--transport', 'http', '--header', `Authorization: Bearer ${token}`]
    const command = ['cli.js', '--cli', ...target, ...args]
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd, timeout: 60_000 })
    return JSON.parse(stdout)
  }

  it('lists the tools and calls one', async () => {
    const { tools } = await inspect('--method', 'tools/list')
    expect(tools).toHaveLength(7)
    const { structuredContent } = await inspect('--method', 'tools/call', '--tool-name', 'get_usage_stats')
    expect(structuredContent).toMatchObject({ name: 'Ada' })
  })
})

async function sizeOf(base64: string) {
  const { format, width, height } = await sharp(Buffer.from(base64, 'base64')).metadata()
  return { format, width, height }
}
