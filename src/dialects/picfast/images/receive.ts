import type { Context as HonoContext } from 'hono'
import { rolesFrom } from '#domain/access/roles.ts'
import { ownAccount } from '#domain/accounts/own.ts'
import { requireTargetAlbum } from '#domain/albums/own.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { acceptedFormats, type Membership, membershipOf } from '#domain/groups/policy.ts'
import { chooseStrategy } from '#domain/groups/strategies.ts'
import { newDeletionToken } from '#domain/images/deletion-token.ts'
import { personUploader } from '#domain/images/person-uploader.ts'
import type { Processing } from '#domain/images/process.ts'
import type { ImageRecord } from '#domain/images/record.ts'
import { requireRoom } from '#domain/images/require-room.ts'
import { uploadImage } from '#domain/images/upload.ts'
import { readSiteSettings, type SiteSettings } from '#domain/settings/site-settings.ts'
import type { StrategyRow } from '#domain/strategies/record.ts'
import { clientAddress } from '#http/client-address.ts'
import type { AppEnv } from '#http/env.ts'
import { expiryOf } from '../duration.ts'
import { readImageProcessing } from '../users/image-processing.ts'
import { readUpload, type UploadFields } from './form.ts'
import { refusal } from './refusal.ts'

export interface Received {
  readonly image: ImageRecord
  /** Lets whoever has it delete the picture. */
  readonly deletionToken: string
  /** The settings it was stored under. */
  readonly site: SiteSettings
}

/**
 * Every upload of this family, by whichever route: identity, group and limits first, then the body, then the picture (contract
 * section 4.3).
 */
export function receive(c: HonoContext<AppEnv>): Promise<Received> {
  return storeUpload(c, (maxFileBytes) => readUpload(c.req.raw, maxFileBytes))
}

/** The same for a picture that came otherwise; `read` is asked once it is known how large it may be. */
export async function storeUpload(
  c: HonoContext<AppEnv>,
  read: (maxFileBytes: number) => ReturnType<typeof readUpload>,
): Promise<Received> {
  const { ctx } = c.var
  const settings = await readSiteSettings(ctx)
  const membership = await membershipOf(ctx)
  const uploader = personUploader(ctx, membership, settings, clientAddress(c))
  const wishes = ctx.principal.kind === 'guest' ? {} : (await ownAccount(ctx)).settings
  const { maxFileBytes, acceptedExtensions } = membership.policy
  const asked = { guest: ctx.principal.kind === 'guest', acceptedExtensions, maxFileBytes }
  await requireRoom(ctx, uploader).catch((error: unknown) => {
    throw refusal(error, { ...asked, name: '' })
  })
  const { file, fields } = await read(maxFileBytes)
  c.set('uploadedBytes', (c.var.uploadedBytes ?? 0) + file.bytes.byteLength)
  const albumId = await albumOf(ctx, fields)
  const expiresAt = expiryAt(ctx, settings, fields)
  const deletion = await newDeletionToken()
  try {
    const image = await uploadImage(ctx, {
      bytes: file.bytes,
      name: file.name,
      uploader,
      accepted: acceptedFormats(acceptedExtensions),
      processing: processingOf(settings, wishes),
      visibility: fields.permission === 0 ? 'private' : 'public',
      tags: [],
      description: null,
      albumId,
      strategy: await strategyFor(ctx, membership, fields, wishes),
      moderation: settings.moderationMode === 'manual' && !administers(ctx) ? 'pending' : 'approved',
      expiresAt,
      deletionTokenHash: deletion.hash,
    })
    return { image, deletionToken: deletion.token, site: settings }
  } catch (error) {
    throw refusal(error, { ...asked, name: file.name })
  }
}

async function albumOf(ctx: Context, { albumId }: UploadFields): Promise<number | null> {
  if (albumId === null) return null
  if (ctx.principal.kind === 'guest') throw new AppError('invalid_input', 'album_id requires authentication')
  return requireTargetAlbum(ctx, albumId)
}

function expiryAt(ctx: Context, settings: SiteSettings, { expiresIn }: UploadFields): Date | null {
  if (expiresIn !== undefined) return expiryOf(ctx.now(), expiresIn)
  const guests = ctx.principal.kind === 'guest' ? settings.guestImageTtlSeconds : 0
  const seconds = guests || settings.defaultImageTtlSeconds
  return seconds === 0 ? null : new Date(ctx.now().getTime() + seconds * 1000)
}

/** What the person set, as far as the site heeds it (contract section 4.5); guests have set nothing. */
function processingOf(site: SiteSettings, { image_processing }: Settings): Processing | null {
  if (!site.allowUserImageProcessing || site.skipImageProcessing || image_processing === undefined) return null
  return readImageProcessing(image_processing)
}

type Settings = Readonly<Record<string, unknown>>

async function strategyFor(
  ctx: Context,
  membership: Membership,
  { strategyId }: UploadFields,
  { default_strategy }: Settings,
): Promise<StrategyRow> {
  const preferred = typeof default_strategy === 'number' ? default_strategy : null
  return chooseStrategy(ctx, membership, { named: strategyId, preferred })
}

function administers({ principal }: Context): boolean {
  return principal.kind === 'user' && rolesFrom('admin').includes(principal.role)
}
