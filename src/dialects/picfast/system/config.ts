import { createRoute, z } from '@hono/zod-openapi'
import { membershipOf } from '#domain/groups/policy.ts'
import { mailReady, readSiteSettings } from '#domain/settings/site-settings.ts'
import type { ApiApp } from '#http/api-app.ts'
import { documented } from '#http/openapi.ts'
import { anyone } from '../auth.ts'
import { goDuration } from '../duration.ts'
import { envelope } from '../envelope.ts'
import { isClosed } from '../gate.ts'
import { enveloped } from '../openapi.ts'
import { originFrom } from '../origin.ts'

const Config = z
  .object({
    app_name: z.string(),
    site_description: z.string(),
    favicon_url: z.string(),
    allow_guest_upload: z.boolean(),
    guest_capacity_bytes: z.int().openapi({ description: '0 is unlimited' }),
    allow_registration: z.boolean(),
    allow_oauth_registration: z.boolean(),
    allow_user_image_processing: z.boolean(),
    skip_image_processing: z.boolean(),
    require_email_verification: z.boolean(),
    base_url: z.string(),
    default_image_ttl: z.string(),
    guest_image_ttl: z.string(),
    footer_text_1: z.string(),
    footer_link_1: z.string(),
    footer_text_2: z.string(),
    footer_link_2: z.string(),
    show_powered_by: z.boolean(),
    guest_upload_notice_title: z.string(),
    guest_upload_notice_subtitle: z.string(),
    show_login_link: z.boolean(),
    analytics_provider: z.string(),
    analytics_config: z.record(z.string(), z.unknown()),
    theme_config: z.record(z.string(), z.unknown()),
    github_url: z.string(),
    setup_required: z.boolean(),
    oauth_providers: z.array(z.object({ id: z.string(), display_name: z.string() })),
    max_upload_bytes: z.int().openapi({ description: 'Largest file of a guest' }),
    accepted_extensions: z.array(z.string()).openapi({ description: 'What guests may upload' }),
  })
  .openapi('SiteConfig')

const siteExample: z.infer<typeof Config> = {
  app_name: 'Picharbor',
  site_description: 'Modern self-hosted image hosting.',
  favicon_url: '',
  allow_guest_upload: false,
  guest_capacity_bytes: 10_737_418_240,
  allow_registration: false,
  allow_oauth_registration: false,
  allow_user_image_processing: true,
  skip_image_processing: false,
  require_email_verification: false,
  base_url: 'https://img.example.com',
  default_image_ttl: '0s',
  guest_image_ttl: '24h0m0s',
  footer_text_1: '',
  footer_link_1: '',
  footer_text_2: '',
  footer_link_2: '',
  show_powered_by: true,
  guest_upload_notice_title: '',
  guest_upload_notice_subtitle: '',
  show_login_link: true,
  analytics_provider: '',
  analytics_config: {},
  theme_config: {},
  github_url: '',
  setup_required: false,
  oauth_providers: [],
  max_upload_bytes: 10_485_760,
  accepted_extensions: ['jpg', 'jpeg', 'png', 'gif', 'webp', 'avif'],
}

const route = createRoute({
  operationId: 'getConfig',
  tags: ['system'],
  method: 'get',
  path: '/config',
  summary: 'What everybody may know of the site’s settings',
  responses: { 200: enveloped(Config, 'Configuration', siteExample) },
})

export function registerConfig(app: ApiApp): void {
  documented(app, route, anyone, async (c) => {
    const { ctx } = c.var
    const [setupRequired, site, guests] = await Promise.all([
      isClosed(ctx),
      readSiteSettings(ctx),
      membershipOf({ ...ctx, principal: { kind: 'guest' } }),
    ])
    return c.json(
      envelope({
        app_name: site.appName,
        site_description: site.siteDescription,
        favicon_url: site.faviconUrl,
        allow_guest_upload: site.allowGuestUpload,
        guest_capacity_bytes: site.guestCapacityBytes,
        allow_registration: site.allowRegistration,
        allow_oauth_registration: site.allowOauthRegistration,
        allow_user_image_processing: site.allowUserImageProcessing,
        skip_image_processing: site.skipImageProcessing,
        require_email_verification: site.requireEmailVerification && mailReady(ctx, site),
        base_url: originFrom(c, site),
        default_image_ttl: goDuration(site.defaultImageTtlSeconds),
        guest_image_ttl: goDuration(site.guestImageTtlSeconds),
        footer_text_1: site.footerText1,
        footer_link_1: site.footerLink1,
        footer_text_2: site.footerText2,
        footer_link_2: site.footerLink2,
        show_powered_by: site.showPoweredBy,
        guest_upload_notice_title: site.guestUploadNoticeTitle,
        guest_upload_notice_subtitle: site.guestUploadNoticeSubtitle,
        show_login_link: site.showLoginLink,
        analytics_provider: site.analyticsProvider,
        analytics_config: site.analyticsConfig,
        theme_config: site.themeConfig,
        github_url: '',
        setup_required: setupRequired,
        oauth_providers: [],
        max_upload_bytes: guests.policy.maxFileBytes,
        accepted_extensions: [...guests.policy.acceptedExtensions],
      }),
      200,
    )
  })
}
