import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate,
} from '@modelcontextprotocol/server'
import type { Context as HonoContext } from 'hono'
import { listOwnImages } from '#domain/images/list-own.ts'
import type { AppEnv } from '#http/env.ts'
import { type Format, mimeTypeOf } from '#imaging/formats.ts'
import { messageOf } from '../errors.ts'
import { briefOf } from './brief.ts'
import { permit, shown } from './call.ts'
import { profileOf } from './profile.ts'

const JSON_TYPE = 'application/json'
/** The newest, for clients that let people pick one; the others have a tool to be found with. */
const LISTED = 50

/** What a client attaches to a conversation: facts as JSON. */
export function registerResources(server: McpServer, c: HonoContext<AppEnv>): void {
  const contents = async (uri: URL, read: () => Promise<object>) => {
    const value = await protocolErrors(c, uri, () => {
      permit(c, 'read')
      return read()
    })
    return { contents: [{ uri: uri.href, mimeType: JSON_TYPE, text: JSON.stringify(value) }] }
  }
  const profile = { title: 'Your account', description: 'Who you are here, and what you store.', mimeType: JSON_TYPE }
  server.registerResource('profile', 'picfast://user/profile', profile, (uri) => contents(uri, () => profileOf(c)))

  const images = { title: 'Image', description: 'Facts about one image, and its links.', mimeType: JSON_TYPE }
  const template = new ResourceTemplate('picfast://images/{key}', {
    list: () => protocolErrors(c, null, () => listed(c)),
  })
  server.registerResource('image', template, images, (uri, { key }) => contents(uri, () => briefOf(c, String(key))))
}

async function listed(c: HonoContext<AppEnv>) {
  const scopes = c.var.ctx.principal.kind === 'user' ? c.var.ctx.principal.tokenScopes : []
  // A token that may only upload sees what there is to read, and none of it.
  if (scopes !== undefined && !scopes.includes('read')) return { resources: [] }
  const { items } = await listOwnImages(c.var.ctx, {}, { limit: LISTED, offset: 0 })
  const resources = items.map(({ key, name, format, width, height }) => ({
    uri: `picfast://images/${key}`,
    name,
    title: name,
    description: `${mimeTypeOf(format as Format)}, ${width} × ${height}`,
  }))
  return { resources }
}

/** Reading has no answer that says "refused", only the protocol's errors. */
async function protocolErrors<T>(c: HonoContext<AppEnv>, uri: URL | null, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (thrown) {
    const error = shown(c, thrown)
    if (error.code === 'not_found' && uri !== null) throw new ResourceNotFoundError(uri.href)
    const code = error.code === 'forbidden' ? ProtocolErrorCode.InvalidRequest : ProtocolErrorCode.InternalError
    throw new ProtocolError(code, messageOf(error))
  }
}
