import { eq } from 'drizzle-orm'
import { grants } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { type IssuedGrant, issueGrant } from '#domain/grants/issue.ts'
import { revokeGrant, revokeGrants } from '#domain/grants/revoke.ts'
import type { AlbumRow } from './record.ts'

/** A token that opens an album the caller was allowed to find, and its images as long as they are in it. */
export function issueAlbumToken(ctx: Context, album: AlbumRow, expiresAt: Date | null): Promise<IssuedGrant> {
  return issueGrant(ctx, {
    tenantId: album.tenantId,
    target: { albumId: album.id },
    createdBy: album.userId,
    expiresAt,
  })
}

/** @throws AppError `not_found` also for another album's token */
export async function revokeAlbumToken(ctx: Context, album: AlbumRow, idOrToken: string): Promise<void> {
  if (!(await revokeGrant(ctx, idOrToken, eq(grants.albumId, album.id)))) {
    throw new AppError('not_found', 'Token not found')
  }
}

/** Takes back every token of the album; returns how many there were. */
export function revokeAlbumTokens(ctx: Context, album: AlbumRow): Promise<number> {
  return revokeGrants(ctx, eq(grants.albumId, album.id))
}
