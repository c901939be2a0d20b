import { and, eq, isNull, ne, type SQL, sql } from 'drizzle-orm'
import { outbox, users, webhooks } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import type { EventSubject, EventType, StoredEvent } from './event.ts'

/** What happened, to whose thing. */
export interface Happening {
  readonly tenantId: number
  readonly type: EventType
  readonly subject: EventSubject
  /** Row id of the person it was done for. */
  readonly userId: number | SQL | null
  /** Condition under which it happened at all, for changes that may turn out to be nobody's. */
  readonly only?: SQL
}

/**
 * Tells the tenant's webhook, if it has one that wants to hear: a statement for the batch of the change itself, so that what was
 * undone is never told and what was done is never forgotten. It comes back with a row when there is somebody to tell;
 * `drainOutbox` afterwards tells them soon.
 */
export function emit(ctx: Pick<Context, 'db' | 'now'>, happening: Happening) {
  const { db } = ctx
  const now = ctx.now()
  const event: StoredEvent = {
    id: crypto.randomUUID(),
    type: happening.type,
    at: now.toISOString(),
    subject: happening.subject,
  }
  const user =
    happening.userId === null
      ? sql`NULL`
      : sql`(${db.select({ externalId: users.externalId }).from(users).where(eq(users.id, happening.userId))})`
  const listening = and(
    eq(webhooks.tenantId, happening.tenantId),
    isNull(webhooks.userId),
    eq(webhooks.enabled, true),
    ne(webhooks.url, ''),
    happening.only,
  )
  return (
    db
      .insert(outbox)
      // Every column of the outbox in its order, which an INSERT … SELECT has to give.
      .select(
        sql`SELECT NULL, 'deliver-webhook',
          json_object('webhookId', ${webhooks.id}, 'event', json(${JSON.stringify(event)}), 'user', ${user}),
          0, ${now.getTime()}, NULL, NULL, ${now.getTime()}
        FROM ${webhooks} WHERE ${listening}`,
      )
      .returning({ id: outbox.id })
  )
}
