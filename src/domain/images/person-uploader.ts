import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import type { Membership } from '#domain/groups/policy.ts'
import type { SiteSettings } from '#domain/settings/site-settings.ts'
import type { Uploader, UploadRate } from './uploader.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/**
 * A person uploads to the site, or a guest does, for whom the guest group stands: with their quota and their group's limits on
 * how often.
 *
 * @throws AppError `unauthenticated` for a client's back end, `forbidden` for guests where the site takes nothing from them
 */
export function personUploader(
  ctx: Context,
  membership: Membership,
  settings: Pick<SiteSettings, 'allowGuestUpload' | 'guestCapacityBytes'>,
  ip: string | null,
): Uploader {
  const { principal } = ctx
  const { site, groupId, policy } = membership
  const rates = ratesOf(policy)
  if (principal.kind === 'user') {
    const holder = { tenantId: site.id, userId: principal.userId, groupId: null }
    return { tenant: site, holder, ip, first: [], rates }
  }
  if (principal.kind !== 'guest') throw new AppError('unauthenticated', 'unauthorized')
  if (!settings.allowGuestUpload) throw new AppError('forbidden', 'guest upload is disabled')
  const holder = { tenantId: site.id, userId: null, groupId, groupCapacityBytes: settings.guestCapacityBytes }
  return { tenant: site, holder, ip, first: [], rates }
}

function ratesOf(policy: Membership['policy']): UploadRate[] {
  const rates: UploadRate[] = [
    { uploads: policy.uploadsPerMinute, windowMs: MINUTE_MS, per: 'minute' },
    { uploads: policy.uploadsPerHour, windowMs: HOUR_MS, per: 'hour' },
    { uploads: policy.uploadsPerDay, windowMs: DAY_MS, per: 'day' },
    { uploads: policy.uploadsPerMonth, windowMs: 30 * DAY_MS, per: 'month' },
  ]
  return rates.filter(({ uploads }) => uploads > 0)
}
