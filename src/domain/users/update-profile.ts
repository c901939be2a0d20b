import { eq } from 'drizzle-orm'
import { violates } from '#db/batch.ts'
import { users } from '#db/schema/index.ts'
import { requireUser } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { normaliseEmail } from '#domain/identity/email.ts'

/**
 * Changes what people may change about their own account; their rights are not among it.
 *
 * @throws AppError `unauthenticated`, `invalid_input`, `conflict` when the address is another account's
 */
export async function updateProfile(
  ctx: Context,
  changes: { readonly name?: string | undefined; readonly email?: string | undefined },
): Promise<void> {
  const { userId } = requireUser(ctx)
  const set = {
    ...(changes.name !== undefined && { name: changes.name }),
    ...(changes.email !== undefined && { email: normaliseEmail(changes.email) }),
    updatedAt: ctx.now(),
  }
  try {
    await ctx.db.update(users).set(set).where(eq(users.id, userId))
  } catch (error) {
    throw emailTaken(error) ?? error
  }
}

/** The refusal when a write failed because the address is another account's; null when it failed otherwise. */
export function emailTaken(error: unknown): AppError | null {
  if (!violates(error, 'UNIQUE constraint failed: users.email')) return null
  return new AppError('conflict', 'The email address is already in use', { cause: error })
}
