import { and, eq, isNull } from 'drizzle-orm'
import { users } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { defaultGroup } from '#domain/groups/policy.ts'
import { normaliseEmail } from '#domain/identity/email.ts'
import { checkPassword } from '#domain/identity/passwords.ts'
import { mailReady, readSiteSettings, type SiteSettings } from '#domain/settings/site-settings.ts'
import { emailTaken } from '#domain/users/update-profile.ts'

export type Account = typeof users.$inferSelect

export interface Registration {
  readonly email: string
  readonly password: string
  readonly name: string
}

/** @throws AppError `forbidden` while the site takes no new accounts, `unavailable` while none of them could be verified */
export async function requireOpenRegistration(ctx: Context): Promise<SiteSettings> {
  const settings = await readSiteSettings(ctx)
  if (!settings.allowRegistration) throw new AppError('forbidden', 'registration is disabled')
  if (settings.requireEmailVerification && !mailReady(ctx, settings)) {
    throw new AppError('unavailable', 'email verification is not available')
  }
  return settings
}

/**
 * An account of the site, in the default group, with the capacity that gives.
 *
 * @throws AppError `forbidden`, `unavailable`, `invalid_input`, `conflict` when the address is another account's
 */
export async function registerAccount(ctx: Context, input: Registration): Promise<Account> {
  const settings = await requireOpenRegistration(ctx)
  const email = normaliseEmail(input.email)
  const name = requireName(input.name)
  checkPassword(input.password)
  const known = await ctx.db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.email, email), isNull(users.externalId)))
    .get()
  // Asked first as well, so that a known address costs no password hash.
  if (known !== undefined) throw registered()
  const group = await defaultGroup(ctx)
  const { userCapacityBytes } = group.policy
  try {
    return await ctx.db
      .insert(users)
      .values({
        uid: crypto.randomUUID(),
        tenantId: group.site.id,
        groupId: group.groupId,
        email,
        name,
        passwordHash: ctx.passwords.hash(input.password),
        capacityBytes: userCapacityBytes === 0 ? settings.userInitialCapacity : Math.max(0, userCapacityBytes),
        createdAt: ctx.now(),
        updatedAt: ctx.now(),
      })
      .returning()
      .get()
  } catch (error) {
    if (emailTaken(error) !== null) throw registered(error)
    throw error
  }
}

const MAX_NAME = 255

/** @throws AppError `invalid_input` */
export function requireName(text: string): string {
  const name = text.trim()
  if (name === '' || name.length > MAX_NAME || /\p{Cc}/u.test(name)) {
    throw new AppError('invalid_input', `name must have 1 to ${MAX_NAME} characters`)
  }
  return name
}

function registered(cause?: unknown): AppError {
  return new AppError('conflict', 'email already registered', { cause })
}
