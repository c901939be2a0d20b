import { createRoute, z } from '@hono/zod-openapi'
import { overview } from '#domain/stats/overview.ts'
import { loadTenants } from '#domain/tenants/record.ts'
import type { ApiApp } from '#http/api-app.ts'
import { errorResponses } from '../openapi.ts'
import { behindDoor } from './door.ts'

const count = z.int()

/** Contract section 8.3. */
const Stats = z
  .object({
    totalClients: count,
    totalImages: count,
    totalAvatars: count,
    totalAlbums: count,
    totalUsers: count,
    totalStorage: count.openapi({ description: 'Bytes' }),
    last7Days: z
      .object({ newImages: count, newAvatars: count, newAlbums: count, newUsers: count, newStorage: count })
      .openapi({ description: 'The days of the chart together' }),
    dailyChart: z
      .array(z.object({ date: z.iso.date(), images: count, avatars: count, albums: count }))
      .openapi({ description: 'Today, UTC, and the six days before it, oldest first' }),
    clients: z.array(
      z.object({
        id: z.uuid(),
        name: z.string(),
        totalImages: count,
        totalAvatars: count,
        totalAlbums: count,
        totalUsers: count,
        totalStorage: count,
      }),
    ),
  })
  .openapi('AdminStats')

const route = createRoute({
  ...behindDoor('admin statistics'),
  operationId: 'adminStats',
  method: 'get',
  path: '/admin/stats',
  summary: 'What is stored in the clients you may act in, altogether and one by one',
  responses: {
    200: { description: 'Statistics', content: { 'application/json': { schema: Stats } } },
    ...errorResponses(401, 403),
  },
})

export function registerStats(app: ApiApp): void {
  app.openapi(route, async (c) => {
    const { ctx } = c.var
    const { fresh, days, ...totals } = await overview(ctx)
    const clients = await loadTenants(ctx)
    return c.json(
      {
        totalClients: totals.tenants,
        totalImages: totals.images,
        totalAvatars: totals.avatars,
        totalAlbums: totals.albums,
        totalUsers: totals.users,
        totalStorage: totals.bytes,
        last7Days: {
          newImages: fresh.images,
          newAvatars: fresh.avatars,
          newAlbums: fresh.albums,
          newUsers: fresh.users,
          newStorage: fresh.bytes,
        },
        dailyChart: [...days],
        clients: clients.map(({ uid, name, totals: its }) => ({
          id: uid,
          name,
          totalImages: its.images,
          totalAvatars: its.avatars,
          totalAlbums: its.albums,
          totalUsers: its.users,
          totalStorage: its.bytes,
        })),
      },
      200,
    )
  })
}
