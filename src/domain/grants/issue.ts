import { violates } from '#db/batch.ts'
import { grants } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { hashSecret, randomHex } from '#domain/identity/secrets.ts'

export interface GrantRequest {
  readonly tenantId: number
  readonly target: { readonly imageId: number } | { readonly albumId: number }
  /** Row id of the user who gives it. */
  readonly createdBy: number | null
  /** Null never expires. */
  readonly expiresAt: Date | null
}

/** A grant as its giver sees it, the only time the token is shown. */
export interface IssuedGrant {
  readonly uid: string
  readonly token: string
  readonly expiresAt: Date | null
  readonly createdAt: Date
}

const TOKEN_BYTES = 32

/**
 * Hands out a token for one image or one album the caller was allowed to share: 256 bits, of which only the hash is kept.
 *
 * @throws AppError `invalid_input` for an expiry that has passed, `not_found` when the target was deleted meanwhile
 */
export async function issueGrant(ctx: Pick<Context, 'db' | 'now'>, request: GrantRequest): Promise<IssuedGrant> {
  const { target, ...rest } = request
  const createdAt = ctx.now()
  if (rest.expiresAt !== null && rest.expiresAt <= createdAt) {
    throw new AppError('invalid_input', 'expiresAt must be in the future')
  }
  const token = randomHex(TOKEN_BYTES)
  const uid = crypto.randomUUID()
  try {
    await ctx.db.insert(grants).values({ uid, ...rest, ...target, tokenHash: await hashSecret(token), createdAt })
  } catch (error) {
    if (violates(error, 'FOREIGN KEY constraint failed')) {
      throw new AppError('not_found', 'imageId' in target ? 'Image not found' : 'Album not found', { cause: error })
    }
    throw error
  }
  return { uid, token, expiresAt: rest.expiresAt, createdAt }
}

const TOKEN = new RegExp(`^[0-9a-f]{${TOKEN_BYTES * 2}}$`)

/** Whether text can be a token at all; what cannot is unknown, and costs neither hash nor query. */
export function isToken(text: string): boolean {
  return TOKEN.test(text)
}
