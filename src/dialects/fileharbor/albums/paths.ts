import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import type { AlbumRef } from '#domain/refs.ts'
import type { AppEnv } from '#http/env.ts'
import { pathParam } from '../refs.ts'

/**
 * An album's two addresses: by our id, and by the one of the client's own system. In this order no route of the second is taken
 * for one of the first.
 */
export const ALBUM_PATHS = [
  {
    by: 'externalId',
    path: '/albums/external/{externalAlbumId}',
    suffix: 'ByExternalId',
    params: z.object({ externalAlbumId: z.string().openapi({ description: 'Your own id of the album' }) }),
  },
  { by: 'uid', path: '/albums/{id}', suffix: '', params: z.object({ id: z.string() }) },
] as const

export type AlbumPath = (typeof ALBUM_PATHS)[number]

export function albumRef(c: HonoContext<AppEnv>, { by }: AlbumPath): AlbumRef {
  return { by, value: pathParam(c, by === 'uid' ? 'id' : 'externalAlbumId') }
}
