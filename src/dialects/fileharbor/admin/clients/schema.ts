import { z } from '@hono/zod-openapi'
import type { TenantRecord } from '#domain/tenants/record.ts'

/** Contract section 8.4; `apiKeyHint`, `totalUsers` and the last two are additive. */
export const Client = z
  .object({
    id: z.uuid(),
    name: z.string(),
    domain: z.string().nullable(),
    active: z.boolean(),
    apiKeyHint: z.string().nullable().openapi({ description: 'Tells keys apart; the key itself is shown once' }),
    webhookEnabled: z.boolean(),
    webhookUrl: z.string().nullable().openapi({ description: 'All but the host mostly stars: it is a credential' }),
    webhookFormat: z.enum(['discord', 'json']),
    webhookSigned: z.boolean().openapi({ description: 'Whether there is a secret to sign `json` messages with' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    totalImages: z.int(),
    totalAvatars: z.int(),
    totalAlbums: z.int(),
    totalUsers: z.int(),
    totalStorage: z.int().openapi({ description: 'Bytes' }),
  })
  .openapi('Client')

export function toClient({ totals, webhook, ...tenant }: TenantRecord): z.infer<typeof Client> {
  return {
    id: tenant.uid,
    name: tenant.name,
    domain: tenant.domain,
    active: tenant.active,
    apiKeyHint: tenant.keyHint,
    webhookEnabled: webhook.enabled,
    webhookUrl: webhook.maskedUrl,
    webhookFormat: webhook.format,
    webhookSigned: webhook.signed,
    createdAt: tenant.createdAt.toISOString(),
    updatedAt: tenant.updatedAt.toISOString(),
    totalImages: totals.images,
    totalAvatars: totals.avatars,
    totalAlbums: totals.albums,
    totalUsers: totals.users,
    totalStorage: totals.bytes,
  }
}
