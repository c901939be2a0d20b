import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { tenants, webhooks } from '#db/schema/index.ts'
import { publicTarget } from '#domain/access/public-target.ts'
import type { Context } from '#domain/context.ts'
import { unseal } from '#domain/identity/sealed.ts'
import { discordBody } from './discord.ts'
import { EVENT_TYPES, type StoredEvent } from './event.ts'
import { jsonBody, signatureHeaders } from './signed-json.ts'
import { PURPOSE } from './tenant-webhook.ts'

const Payload = z.object({
  webhookId: z.int(),
  user: z.string().nullable(),
  event: z.object({
    id: z.string(),
    type: z.enum(EVENT_TYPES),
    at: z.string(),
    subject: z.looseObject({ id: z.string() }),
  }),
})

/**
 * Tells one webhook of one event; at least once, so the event's id travels along. A webhook that was switched off or taken away
 * since hears nothing.
 *
 * @throws when it was not taken; the outbox tries again later
 */
export async function deliverWebhook(ctx: Context, payload: Record<string, unknown>): Promise<void> {
  const { webhookId, user, event } = Payload.parse(payload)
  const row = await ctx.db
    .select({ webhook: webhooks, tenant: tenants })
    .from(webhooks)
    .innerJoin(tenants, eq(tenants.id, webhooks.tenantId))
    .where(eq(webhooks.id, webhookId))
    .get()
  if (row === undefined || !row.webhook.enabled || row.webhook.url === '') return
  const stored = event as StoredEvent
  const url = publicTarget(await unseal(ctx, PURPOSE, row.webhook.url))
  const message = await compose(ctx, stored, user, row)
  const status = await ctx.poster.post(url.href, message.body, {
    'Content-Type': 'application/json',
    'User-Agent': 'Picharbor',
    ...message.headers,
  })
  if (status < 200 || status > 299) throw new Error(`the webhook answered ${status}`)
}

async function compose(
  ctx: Context,
  event: StoredEvent,
  user: string | null,
  { webhook, tenant }: { webhook: typeof webhooks.$inferSelect; tenant: typeof tenants.$inferSelect },
): Promise<{ body: string; headers: Record<string, string> }> {
  if (webhook.format === 'discord') {
    const picture = event.type === 'image.uploaded' ? ctx.publicUrls.image(event.subject.id) : null
    const avatar = event.type === 'avatar.uploaded' && user !== null ? ctx.publicUrls.avatar(user, tenant.uid) : null
    return { body: discordBody(event, user, { tenant: tenant.name, picture: picture ?? avatar }), headers: {} }
  }
  if (webhook.secret === null) throw new Error('a JSON webhook without a secret')
  const body = jsonBody(event, user, tenant)
  return { body, headers: await signatureHeaders(await unseal(ctx, PURPOSE, webhook.secret), event, body, ctx.now()) }
}
