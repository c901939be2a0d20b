import { and, eq, isNull } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { signingKeys } from '#db/schema/index.ts'
import { requireTenant } from '#domain/access/require.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { sealSecret } from '#domain/identity/sealed-secret.ts'
import { randomHex } from '#domain/identity/secrets.ts'
import { sign, signedText, signingSecrets } from './signature.ts'

/**
 * A new signing key for the calling client, shown this once. The one before signs nothing any more but is still good for
 * `graceSeconds`, so that pages out there keep their pictures; 0 ends it now.
 */
export async function rotateSigningKey(ctx: Context, graceSeconds: number): Promise<{ secret: string }> {
  const { tenant } = requireTenant(ctx)
  const secret = randomHex(32)
  const retiresAt = new Date(ctx.now().getTime() + graceSeconds * 1000)
  await commit(ctx.db, [
    ctx.db
      .update(signingKeys)
      .set({ retiresAt })
      .where(and(eq(signingKeys.tenantId, tenant.id), isNull(signingKeys.retiresAt))),
    ctx.db.insert(signingKeys).values({ tenantId: tenant.id, secret: await sealSecret(ctx, secret) }),
  ])
  return { secret }
}

export interface Unsigned {
  /** Path and query as a page would write them, without `exp` and `sig`. */
  readonly url: string
  /** Null never expires. */
  readonly expiresInSeconds: number | null
}

/**
 * Signs many URLs of the calling client at once.
 *
 * @throws AppError `conflict` without a signing key
 */
export async function signUrls(ctx: Context, urls: readonly Unsigned[]): Promise<string[]> {
  const { tenant } = requireTenant(ctx)
  const [secret] = await signingSecrets(ctx, tenant.id)
  if (secret === undefined) throw new AppError('conflict', 'There is no signing key yet: create one first')
  return Promise.all(urls.map((unsigned) => signUrl(ctx, secret, unsigned)))
}

async function signUrl(ctx: Context, secret: string, { url, expiresInSeconds }: Unsigned): Promise<string> {
  const [path = '', query = ''] = url.split('?', 2)
  const parameters = new URLSearchParams(query)
  parameters.delete('sig')
  if (expiresInSeconds !== null) {
    parameters.set('exp', String(Math.floor(ctx.now().getTime() / 1000) + expiresInSeconds))
  }
  parameters.set('sig', await sign(secret, signedText(path, parameters)))
  return `${path}?${parameters}`
}
