import { and, eq, isNull } from 'drizzle-orm'
import { users } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import type { Account } from './register.ts'

/** The site's account with this address, active or not. */
export async function findAccount(ctx: Pick<Context, 'db'>, email: string): Promise<Account | null> {
  const row = await ctx.db
    .select()
    .from(users)
    .where(and(eq(users.email, email.trim().toLowerCase()), isNull(users.externalId)))
    .get()
  return row ?? null
}
