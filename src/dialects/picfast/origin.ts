import type { Context as HonoContext } from 'hono'
import { readSiteSettings, type SiteSettings, siteOrigin } from '#domain/settings/site-settings.ts'
import type { AppEnv } from '#http/env.ts'

/** Where links in an answer lead: where the administrators say, else `BASE_URL`, else where the request came in. */
export function originFrom(c: HonoContext<AppEnv>, site: Pick<SiteSettings, 'appUrl'>): string {
  return siteOrigin(c.var.services, site) ?? new URL(c.req.url).origin
}

/** The same for who has not read the settings: one query, asked once for an answer however many links it has. */
export async function linkOrigin(c: HonoContext<AppEnv>): Promise<string> {
  return originFrom(c, await readSiteSettings(c.var.services))
}
