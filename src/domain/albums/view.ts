import { eq } from 'drizzle-orm'
import { albums } from '#db/schema/index.ts'
import { isOwner } from '#domain/access/owner.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { type Grant, resolveGrant } from '#domain/grants/resolve.ts'
import { type AlbumRef, isUid } from '#domain/refs.ts'
import { albumNotFound, whereAlbum } from './find.ts'
import { type AlbumRecord, loadAlbum, type Sees } from './record.ts'

/** An album, and how much of it this viewer sees. */
export interface AlbumView {
  readonly album: AlbumRecord
  readonly sees: Sees
}

/**
 * Who may look into an album: its owner and whoever holds a token of it see everything, of a public one everybody sees what is
 * public. A token that opens nothing takes nothing away from who may look anyway.
 *
 * @throws AppError `not_found`, `forbidden`, and `unauthenticated` for somebody without any credential
 */
export async function viewAlbum(ctx: Context, ref: AlbumRef, token: string | null): Promise<AlbumView> {
  const album = await findForViewer(ctx, ref)
  const { principal } = ctx
  const grant = token === null ? null : await resolveGrant(ctx, token)
  if (album !== null && opens(grant, album)) return { album, sees: 'all' }
  // Another client learns nothing, not even of a public one: its key is for its own things.
  if (album === null || (principal.kind === 'tenant' && principal.tenant.id !== album.tenantId)) throw albumNotFound()
  if (principal.kind === 'system') return { album, sees: 'all' }
  if (principal.kind === 'tenant' && isOwner(principal, album.owner)) return { album, sees: 'all' }
  if (album.visibility === 'public') return asStranger(ctx, album)
  if (token !== null) throw tokenRefusal(grant)
  if (principal.kind === 'tenant') throw new AppError('forbidden', 'Access denied to private album')
  throw new AppError('unauthenticated', 'API key required (X-API-Key header)')
}

/**
 * The album a token opens, for anybody who has it.
 *
 * @throws AppError `forbidden`
 */
export async function viewSharedAlbum(ctx: Context, token: string): Promise<AlbumView> {
  const grant = await resolveGrant(ctx, token)
  if (grant?.kind !== 'album' || grant.expired) throw tokenRefusal(grant)
  const album = await loadAlbum(ctx, eq(albums.id, grant.albumId), 'all')
  if (album === null) throw tokenRefusal(null)
  return { album, sees: 'all' }
}

async function findForViewer(ctx: Context, ref: AlbumRef): Promise<AlbumRecord | null> {
  if (ref.by === 'uid') return isUid(ref.value) ? loadAlbum(ctx, eq(albums.uid, ref.value), 'all') : null
  // A client's own id names an album only within that client.
  if (ctx.principal.kind !== 'tenant') return null
  const where = whereAlbum(ctx.principal.tenant.id, ref)
  return where === null ? null : loadAlbum(ctx, where, 'all')
}

async function asStranger(ctx: Context, album: AlbumRecord): Promise<AlbumView> {
  const seen = await loadAlbum(ctx, eq(albums.id, album.id), 'public')
  if (seen === null) throw albumNotFound()
  return { album: seen, sees: 'public' }
}

function opens(grant: Grant | null, album: AlbumRecord): boolean {
  return grant?.kind === 'album' && !grant.expired && grant.albumId === album.id
}

function tokenRefusal(grant: Grant | null): AppError {
  return new AppError('forbidden', grant?.kind === 'album' && grant.expired ? 'Token expired' : 'Invalid token')
}
