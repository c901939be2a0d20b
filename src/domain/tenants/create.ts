import { eq, sql } from 'drizzle-orm'
import { commit, violates } from '#db/batch.ts'
import { tenantKeys, tenants } from '#db/schema/index.ts'
import { requireRole } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { hashSecret, hintOf, newApiKey } from '#domain/identity/secrets.ts'
import { ensureExternalUser, SYSTEM_USER } from '#domain/users/external-user.ts'

/**
 * A new client with its first key and its `system` user.
 *
 * @returns its uuid and the key: the only time it is shown
 * @throws AppError `forbidden`, `conflict` when another client has that domain
 */
export async function createTenant(
  ctx: Context,
  input: { readonly name: string; readonly domain: string | null },
): Promise<{ uid: string; apiKey: string }> {
  requireRole(ctx, 'super_admin')
  const { db } = ctx
  const uid = crypto.randomUUID()
  const apiKey = newApiKey(ctx.now())
  const tenantId =
    sql`(${db.select({ id: tenants.id }).from(tenants).where(eq(tenants.uid, uid))})` as unknown as number
  try {
    await commit(db, [
      db.insert(tenants).values({ uid, kind: 'client', ...input, createdAt: ctx.now(), updatedAt: ctx.now() }),
      db.insert(tenantKeys).values({ tenantId, hash: await hashSecret(apiKey), hint: hintOf(apiKey) }),
      ensureExternalUser(db, { tenantId, externalId: SYSTEM_USER, name: null }),
    ])
  } catch (error) {
    if (violates(error, 'UNIQUE constraint failed: tenants.domain')) {
      throw new AppError('conflict', 'Another client has this domain', { cause: error })
    }
    throw error
  }
  return { uid, apiKey }
}
