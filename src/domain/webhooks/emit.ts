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

type Emitting = Pick<Context, 'db' | 'now'>

/**
 * Tells the tenant's webhook, if it has one that wants to hear: a statement for the batch of the change itself, so that what was
 * undone is never told and what was done is never forgotten. It comes back with a row when there is somebody to tell;
 * `drainSoon` afterwards tells them soon.
 */
export function emit(ctx: Emitting, happening: Happening) {
  const event: StoredEvent = {
    id: crypto.randomUUID(),
    type: happening.type,
    at: ctx.now().toISOString(),
    subject: happening.subject,
  }
  return insertion(ctx, happening, sql`json(${JSON.stringify(event)})`, sql``)
}

/**
 * As `emit`, an event for each of these images, of which `only` may ask as `asked.value`.
 *
 * @param imageUids however many, they are one bound parameter
 */
export function emitEach(ctx: Emitting, happening: Happening, imageUids: readonly string[]) {
  const event = sql`json_object('id', lower(hex(randomblob(16))), 'type', ${happening.type}, 'at', ${ctx.now().toISOString()},
    'subject', json_object('id', ${happening.subject.id}, 'imageId', asked.value))`
  return insertion(ctx, happening, event, sql`JOIN json_each(${JSON.stringify(imageUids)}) AS asked`)
}

function insertion(ctx: Emitting, { tenantId, userId, only }: Happening, event: SQL, join: SQL) {
  const { db } = ctx
  const now = ctx.now().getTime()
  const user =
    userId === null
      ? sql`NULL`
      : sql`(${db.select({ externalId: users.externalId }).from(users).where(eq(users.id, userId))})`
  const listening = and(
    eq(webhooks.tenantId, tenantId),
    isNull(webhooks.userId),
    eq(webhooks.enabled, true),
    ne(webhooks.url, ''),
    only,
  )
  return (
    db
      .insert(outbox)
      // Every column of the outbox in its order, which an INSERT … SELECT has to give.
      .select(
        sql`SELECT NULL, 'deliver-webhook',
          json_object('webhookId', ${webhooks.id}, 'event', ${event}, 'user', ${user}), 0, ${now}, NULL, NULL, ${now}
        FROM ${webhooks} ${join} WHERE ${listening}`,
      )
      .returning({ id: outbox.id })
  )
}
