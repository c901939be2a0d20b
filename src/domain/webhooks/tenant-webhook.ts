import { and, eq, isNull, sql } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { type WEBHOOK_FORMATS, webhooks } from '#db/schema/index.ts'
import { publicTarget } from '#domain/access/public-target.ts'
import type { Context } from '#domain/context.ts'
import { seal, unseal } from '#domain/identity/sealed.ts'
import { randomHex } from '#domain/identity/secrets.ts'

/** Which key URLs and secrets are sealed with. */
export const PURPOSE = 'webhooks'

type WebhookFormat = (typeof WEBHOOK_FORMATS)[number]
type WebhookRow = typeof webhooks.$inferSelect

/** What may be shown of a tenant's webhook: its URL is a credential, so most of it is stars. */
export interface WebhookView {
  readonly enabled: boolean
  readonly maskedUrl: string | null
  readonly format: WebhookFormat
  readonly signed: boolean
}

export interface WebhookChanges {
  readonly enabled?: boolean | undefined
  /** Null takes it away. */
  readonly url?: string | null | undefined
  readonly format?: WebhookFormat | undefined
  readonly secret?: string | undefined
}

export async function viewWebhook(ctx: Pick<Context, 'keys'>, row: WebhookRow | undefined): Promise<WebhookView> {
  if (row === undefined) return { enabled: false, maskedUrl: null, format: 'discord', signed: false }
  const url = row.url === '' ? null : await unseal(ctx, PURPOSE, row.url)
  return {
    enabled: row.enabled,
    maskedUrl: url === null ? null : maskUrl(url),
    format: row.format,
    signed: row.secret !== null,
  }
}

/**
 * Changes where a tenant hears of its events.
 *
 * @returns the signing secret when this call made one: the only time it is shown
 * @throws AppError `invalid_input` for an address that is not on the public internet
 */
export async function configureWebhook(
  ctx: Pick<Context, 'db' | 'keys' | 'now'>,
  tenantId: number,
  changes: WebhookChanges,
): Promise<string | null> {
  const { db } = ctx
  const its = and(eq(webhooks.tenantId, tenantId), isNull(webhooks.userId))
  const current = await db.select().from(webhooks).where(its).get()
  const view = await viewWebhook(ctx, current)
  // A form that sends back what it was shown means no change.
  const url = changes.url === view.maskedUrl ? undefined : changes.url
  if (url != null) publicTarget(url)
  const needsSecret = (changes.format ?? view.format) === 'json' && !view.signed && changes.secret === undefined
  const made = needsSecret ? randomHex(32) : null
  const secret = changes.secret ?? made
  const set = {
    ...(changes.enabled !== undefined && { enabled: changes.enabled }),
    ...(url !== undefined && { url: url === null ? '' : await seal(ctx, PURPOSE, url) }),
    ...(changes.format !== undefined && { format: changes.format }),
    ...(secret !== null && { secret: await seal(ctx, PURPOSE, secret) }),
    updatedAt: ctx.now(),
  }
  const now = ctx.now().getTime()
  await commit(db, [
    // One row a tenant, however many make it at once; every column in its order.
    db.insert(webhooks).select(
      sql`SELECT NULL, ${crypto.randomUUID()}, ${tenantId}, NULL, 'Client', 'discord', '', NULL, '["*"]', 0, ${now}, ${now}
          WHERE NOT EXISTS (SELECT 1 FROM ${webhooks} WHERE ${its})`,
    ),
    db.update(webhooks).set(set).where(its),
  ])
  return made
}

/** The host stays readable; of the rest the first 8 and last 4 characters at most. */
function maskUrl(text: string): string {
  const { origin } = new URL(text)
  return `${origin}/${mask(text.slice(origin.length + 1))}`
}

function mask(text: string): string {
  if (text.length < 12) return text.slice(0, 4) + '*'.repeat(Math.max(0, text.length - 4))
  return text.slice(0, 8) + '*'.repeat(text.length - 12) + text.slice(-4)
}
