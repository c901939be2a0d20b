import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { base, draw, expectGone, expectPicture, reader, token } from './support/pictures.ts'

async function connect(bearer: string): Promise<Client> {
  const requestInit = { headers: { Authorization: `Bearer ${bearer}` } }
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(new URL(`${base}/mcp`), { requestInit }))
  onTestFinished(() => client.close())
  return client
}

async function call(client: Client, name: string, args: Record<string, unknown> = {}) {
  const { content, isError } = await client.callTool({ name, arguments: args })
  const [first] = content as { type: string; text: string }[]
  const text = first?.text ?? ''
  return { isError: isError === true, said: text.startsWith('{') ? JSON.parse(text) : text }
}

describe('the MCP SDK’s client', () => {
  it('uploads, lists, shows, counts and deletes', async () => {
    const client = await connect(token)
    const { tools } = await client.listTools()
    const names = ['upload_image', 'list_images', 'get_image', 'delete_image', 'get_usage_stats']
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
    const picture = await draw()
    const file_data = Buffer.from(picture.bytes).toString('base64')
    const { said } = await call(client, 'upload_image', { file_data, filename: 'Küste.png' })
    expect(said).toMatchObject({ origin_name: 'Küste.png', width: picture.width })
    await expectPicture(said.url, picture)
    const { items } = (await call(client, 'list_images', { page: 1, page_size: 1 })).said
    expect(items).toMatchObject([{ key: said.key }])
    expect((await call(client, 'get_image', { key: said.key })).said.markdown).toBe(`![Küste.png](${said.url})`)
    expect((await call(client, 'get_usage_stats')).said.image_num).toBeGreaterThan(0)
    const resource = await client.readResource({ uri: 'picfast://user/profile' })
    expect(JSON.parse((resource.contents[0] as { text: string }).text)).toMatchObject({ name: 'Ada' })
    expect((await call(client, 'delete_image', { key: said.key })).said).toBe('Image deleted successfully.')
    await expectGone(said.url)
    expect(await call(client, 'get_image', { key: said.key })).toMatchObject({
      isError: true,
      said: { error: { code: 'IMAGE_NOT_FOUND' } },
    })
  })

  it('does no more than its token may', async () => {
    const client = await connect(reader)
    const refused = await call(client, 'upload_image', { file_data: 'AAAA', filename: 'a.png' })
    expect(refused).toMatchObject({ isError: true, said: { error: { code: 'FORBIDDEN_SCOPE' } } })
    await expect(connect('img_wrong')).rejects.toThrow()
  })
})
