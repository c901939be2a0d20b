import { z } from '@hono/zod-openapi'
import { McpServer } from '@modelcontextprotocol/server'
import type { Context as HonoContext } from 'hono'
import { requireUser } from '#domain/access/roles.ts'
import { ownAccount } from '#domain/accounts/own.ts'
import { requireImageForPerson, requirePersonsImage } from '#domain/images/find-for-person.ts'
import { listOwnImages } from '#domain/images/list-own.ts'
import { removeImage } from '#domain/images/remove.ts'
import { surroundingsOf } from '#domain/images/surroundings.ts'
import type { AppEnv } from '#http/env.ts'
import { VERSION } from '#http/version.ts'
import type { Wire } from '#http/wire.ts'
import { requireScope } from '../auth.ts'
import { toImage } from '../images/schema.ts'
import { toPage } from '../paging.ts'
import { toMe } from '../users/me.ts'
import { failure, success, type ToolAnswer } from './answer.ts'
import { toBrief } from './brief.ts'
import { UploadArguments, uploadFrom } from './upload.ts'

const Key = z.object({ key: z.string().describe('Key of the image, as in its URL') })
const Paging = z.object({
  page: z.int().min(1).default(1),
  page_size: z.int().min(1).max(100).default(20),
})

/** The tools and resources of contract section 13.1, for one call. */
export function createServer(c: HonoContext<AppEnv>, wire: Wire): McpServer {
  const server = new McpServer({ name: 'picfast', version: VERSION })
  const { ctx } = c.var
  const asked = (scope: 'read' | 'write', work: () => Promise<unknown>): Promise<ToolAnswer> => {
    const checked = async () => {
      requireScope(requireUser(ctx), scope)
      return work()
    }
    return checked().then(success, (error: unknown) => failure(ctx, error))
  }
  const brief = async (key: string) => {
    const image = await requireImageForPerson(ctx, key)
    return toBrief(toImage({ c, wire }, image, (await surroundingsOf(ctx, [image])).get(image.id)))
  }
  const profile = async () => {
    const { id, name, email, role, capacity_bytes, used_bytes, image_num, album_num } = toMe(await ownAccount(ctx))
    return { user_id: id, id, name, email, role, capacity_bytes, used_bytes, image_num, album_num }
  }

  server.registerTool(
    'upload_image',
    { description: 'Upload an image and get links to it', inputSchema: UploadArguments },
    (input) => asked('write', () => uploadFrom(c, wire, input)),
  )
  server.registerTool('list_images', { description: 'List your images, newest first', inputSchema: Paging }, (input) =>
    asked('read', async () => {
      const page = { page: input.page, limit: input.page_size, offset: (input.page - 1) * input.page_size }
      const found = await listOwnImages(ctx, {}, page)
      const around = await surroundingsOf(ctx, found.items)
      return toPage(found, page, (image) => toBrief(toImage({ c, wire }, image, around.get(image.id))))
    }),
  )
  server.registerTool('get_image', { description: 'Facts about one image', inputSchema: Key }, ({ key }) =>
    asked('read', () => brief(key)),
  )
  server.registerTool('delete_image', { description: 'Delete one of your images', inputSchema: Key }, ({ key }) =>
    asked('write', async () => {
      await removeImage(ctx, await requirePersonsImage(ctx, key))
      return 'Image deleted successfully.'
    }),
  )
  server.registerTool('get_usage_stats', { description: 'How much you store, and how much you may' }, () =>
    asked('read', profile),
  )
  server.registerResource('profile', 'picfast://user/profile', { mimeType: 'application/json' }, async (uri) => {
    requireScope(requireUser(ctx), 'read')
    return { contents: [{ uri: uri.href, mimeType: 'application/json', text: JSON.stringify(await profile()) }] }
  })
  return server
}
