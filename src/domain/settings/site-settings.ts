import { and, eq, exists, inArray, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import { settings, tenants } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'

const text = (fallback = '') => z.string().default(fallback).catch(fallback)
const flag = (fallback: boolean) => z.boolean().default(fallback).catch(fallback)
const amount = (fallback: number) => z.int().min(0).default(fallback).catch(fallback)
const object = z.record(z.string(), z.unknown()).default({}).catch({})

/** Everything the site's administrators may set at run time, with what holds until they do. */
export const SiteSettings = z.object({
  appName: text('Picharbor'),
  /** Origin for links, before the one of the environment; empty leaves it to that. */
  appUrl: text(),
  siteDescription: text('Modern self-hosted image hosting.'),
  faviconUrl: text(),
  allowGuestUpload: flag(false),
  /** Bytes of all guests together; 0 is unlimited. */
  guestCapacityBytes: amount(10_737_418_240),
  allowRegistration: flag(false),
  allowOauthRegistration: flag(false),
  allowUserImageProcessing: flag(true),
  skipImageProcessing: flag(false),
  requireEmailVerification: flag(false),
  /** Bytes a new account may store where its group does not say. */
  userInitialCapacity: amount(524_288_000),
  /** Lifetime of uploads that name none, in seconds; 0 is for ever. */
  defaultImageTtlSeconds: amount(0),
  guestImageTtlSeconds: amount(0),
  moderationMode: z.enum(['disabled', 'manual']).default('disabled').catch('disabled'),
  footerText1: text(),
  footerLink1: text(),
  footerText2: text(),
  footerLink2: text(),
  showPoweredBy: flag(true),
  showLoginLink: flag(true),
  guestUploadNoticeTitle: text(),
  guestUploadNoticeSubtitle: text(),
  analyticsProvider: text(),
  analyticsConfig: object,
  themeConfig: object,
})
export type SiteSettings = z.infer<typeof SiteSettings>

/** The site's settings of this moment, one query: a change holds from the next request on, in every isolate. */
export async function readSiteSettings(ctx: Pick<Context, 'db'>): Promise<SiteSettings> {
  const site = ctx.db.select({ id: tenants.id }).from(tenants).where(eq(tenants.kind, 'site'))
  const rows = await ctx.db
    .select({ key: settings.key, value: settings.value })
    .from(settings)
    .where(inArray(settings.tenantId, site))
  return SiteSettings.parse(Object.fromEntries(rows.map(({ key, value }) => [key, value])))
}

/** Whether accounts have to show that they read their mail, as a condition within another query. */
export function verificationRequired(db: Context['db']): SQL {
  const site = db.select({ id: tenants.id }).from(tenants).where(eq(tenants.kind, 'site'))
  const key: keyof SiteSettings = 'requireEmailVerification'
  const required = and(inArray(settings.tenantId, site), eq(settings.key, key), eq(settings.value, true))
  return exists(db.select({ key: settings.key }).from(settings).where(required))
}

/** Where links in mail lead; null while nobody has said: a request's own host could be anybody's invention. */
export function siteOrigin(ctx: Pick<Context, 'publicUrls'>, site: Pick<SiteSettings, 'appUrl'>): string | null {
  return site.appUrl.replace(/\/+$/, '') || ctx.publicUrls.site
}

/** Whether mail can be sent and its links lead here. */
export function mailReady(ctx: Pick<Context, 'mailer' | 'publicUrls'>, site: Pick<SiteSettings, 'appUrl'>): boolean {
  return ctx.mailer !== null && siteOrigin(ctx, site) !== null
}
