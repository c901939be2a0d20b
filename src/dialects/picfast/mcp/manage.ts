import { z } from '@hono/zod-openapi'
import type { McpServer } from '@modelcontextprotocol/server'
import type { Context as HonoContext } from 'hono'
import { requireImageForPerson, requirePersonsImage } from '#domain/images/find-for-person.ts'
import { listOwnImages } from '#domain/images/list-own.ts'
import { removeImage } from '#domain/images/remove.ts'
import { surroundingsOf } from '#domain/images/surroundings.ts'
import type { AppEnv } from '#http/env.ts'
import { Pipeline, stagesOf } from '../images/pipeline.ts'
import { presenterOf, toImage } from '../images/schema.ts'
import { pageSchema, toPage } from '../paging.ts'
import { argumentsOf } from './arguments.ts'
import { Brief, briefOf, KeyArgument, keyFrom, toBrief } from './brief.ts'
import { asked, FINDING, success } from './call.ts'
import { Profile, profileOf } from './profile.ts'

const Listing = z.object({
  page: z.int().min(1).max(1_000_000_000).default(1),
  page_size: z.int().min(1).max(100).default(20),
  keyword: z.string().max(255).optional().describe('Part of the file name'),
  album_id: z.int().min(1).optional().describe('Only what is in this album'),
})

const READING = { readOnlyHint: true, openWorldHint: false }

/** Everything about images that are there already, but looking at them. */
export function registerManageTools(server: McpServer, c: HonoContext<AppEnv>): void {
  const { ctx } = c.var
  const reads = { ...FINDING, scope: 'read' } as const
  const config = (title: string, description: string) => ({ title, description, annotations: READING })

  const listing = config('List your images', 'Your images, newest first, a page at a time.')
  server.registerTool(
    'list_images',
    { ...listing, inputSchema: argumentsOf(Listing), outputSchema: pageSchema(Brief) },
    (sent) =>
      asked(c, reads, sent, async (input) => {
        const page = { page: input.page, limit: input.page_size, offset: (input.page - 1) * input.page_size }
        const filter = { name: input.keyword?.trim() || undefined, albumId: input.album_id }
        const [presenter, found] = await Promise.all([presenterOf(c), listOwnImages(ctx, filter, page)])
        const around = await surroundingsOf(ctx, found.items)
        return success(toPage(found, page, (image) => toBrief(toImage(presenter, image, around.get(image.id)))))
      }),
  )
  const facts = config(
    'Facts about an image',
    'Size, type, links and visibility of one of your images, or a public one.',
  )
  server.registerTool('get_image', { ...facts, inputSchema: argumentsOf(KeyArgument), outputSchema: Brief }, (sent) =>
    asked(c, reads, sent, async ({ key }) => success(await briefOf(c, keyFrom(key)))),
  )
  const stages = config(
    'State of an image',
    'How far its processing is, and whether it is approved or waits for review.',
  )
  server.registerTool(
    'get_image_pipeline',
    { ...stages, inputSchema: argumentsOf(KeyArgument), outputSchema: Pipeline },
    (sent) =>
      asked(c, reads, sent, async ({ key }) => success(stagesOf(await requireImageForPerson(ctx, keyFrom(key))))),
  )
  const usage = config('Your account and what it stores', 'How many images and bytes you store, and how much you may.')
  server.registerTool('get_usage_stats', { ...usage, outputSchema: Profile }, () =>
    asked(
      c,
      reads,
      () => undefined,
      async () => success(await profileOf(c)),
    ),
  )
  const removal = {
    title: 'Delete an image',
    description: 'Deletes one of your images for good; its links stop working at once.',
    inputSchema: argumentsOf(KeyArgument),
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  }
  server.registerTool('delete_image', removal, (sent) =>
    asked(c, { ...FINDING, scope: 'write', limit: 'write' }, sent, async ({ key }) => {
      await removeImage(ctx, await requirePersonsImage(ctx, keyFrom(key)))
      return { content: [{ type: 'text', text: 'Image deleted successfully.' }] }
    }),
  )
}
