import { createRoute, z } from '@hono/zod-openapi'
import { requireImageInReach } from '#domain/images/find-in-reach.ts'
import { listImages } from '#domain/images/list.ts'
import { removeImage } from '#domain/images/remove.ts'
import type { ImageRef } from '#domain/refs.ts'
import type { ApiApp } from '#http/api-app.ts'
import { Deleted } from '../../envelope.ts'
import type { FileHarborWire } from '../../links.ts'
import { errorResponses } from '../../openapi.ts'
import { pageOf, pageQuery, toPage } from '../../pagination.ts'
import { inClient } from '../client-filter.ts'
import { behindDoor } from '../door.ts'
import { adminPageParams, clientFilter, optionalFilter } from '../paging.ts'
import { AdminAvatar, AdminAvatarRow, toAdminAvatarRow } from './schema.ts'

const common = behindDoor('admin avatars')
const params = z.object({ id: z.string() })

const list = createRoute({
  ...common,
  operationId: 'adminListAvatars',
  method: 'get',
  path: '/admin/avatars',
  summary: 'Avatars of all clients you may act in, newest first',
  request: {
    query: z.object({
      clientId: clientFilter,
      userId: optionalFilter('Of this user: the client’s own id or the internal one'),
      ...adminPageParams,
    }),
  },
  responses: {
    200: { description: 'One page', content: { 'application/json': { schema: pageOf(AdminAvatarRow) } } },
    ...errorResponses(400, 401, 403, 404),
  },
})

const read = createRoute({
  ...common,
  operationId: 'adminGetAvatar',
  method: 'get',
  path: '/admin/avatars/{id}',
  summary: 'One avatar',
  request: { params },
  responses: {
    200: { description: 'The avatar', content: { 'application/json': { schema: AdminAvatar } } },
    ...errorResponses(401, 403, 404),
  },
})

const remove = createRoute({
  ...common,
  operationId: 'adminDeleteAvatar',
  method: 'delete',
  path: '/admin/avatars/{id}',
  summary: 'Delete an avatar; its user stays',
  request: { params },
  responses: {
    200: { description: 'Deleted', content: { 'application/json': { schema: Deleted } } },
    ...errorResponses(401, 403, 404),
  },
})

const avatarRef = (id: string): ImageRef => ({ by: 'avatar', value: id })

export function registerAvatars(app: ApiApp, wire: FileHarborWire): void {
  app.openapi(list, async (c) => {
    const { ctx } = c.var
    const { clientId, userId, ...page } = c.req.valid('query')
    const filter = {
      purpose: 'avatar' as const,
      ...(await inClient(ctx, clientId)),
      ...(userId !== undefined && { user: userId }),
    }
    const found = await listImages(ctx, filter, pageQuery(page))
    return c.json(
      toPage(found, page, (avatar) => toAdminAvatarRow(c, wire, avatar)),
      200,
    )
  })
  app.openapi(read, async (c) => {
    const avatar = await requireImageInReach(c.var.ctx, avatarRef(c.req.valid('param').id), 'viewer')
    return c.json({ ...toAdminAvatarRow(c, wire, avatar), storagePath: avatar.objectKey }, 200)
  })
  app.openapi(remove, async (c) => {
    const { ctx } = c.var
    await removeImage(ctx, await requireImageInReach(ctx, avatarRef(c.req.valid('param').id), 'admin'))
    return c.json({ success: true as const, message: 'Avatar deleted successfully' }, 200)
  })
}
