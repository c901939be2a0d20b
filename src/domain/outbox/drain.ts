import { and, asc, eq, inArray, isNull, lte, type SQL, sql } from 'drizzle-orm'
import { type OutboxKind, outbox } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { withdrawOriginal } from '#domain/originals/withdraw.ts'
import { deliverWebhook } from '#domain/webhooks/deliver.ts'
import { deleteObjects } from './delete-objects.ts'

type OutboxItem = typeof outbox.$inferSelect

/** Does one kind of work; done at least once, so doing it again must be harmless. */
type OutboxHandler = (ctx: Context, payload: Record<string, unknown>) => Promise<void>

/** Kinds without a handler stay in the box until there is one. */
const HANDLERS: Partial<Record<OutboxKind, OutboxHandler>> = {
  'delete-objects': deleteObjects,
  'withdraw-original': withdrawOriginal,
  'deliver-webhook': deliverWebhook,
}

/** Kinds that others may make fail for ever are given up, with the last error kept, after about four hours. */
const MOST_ATTEMPTS: Partial<Record<OutboxKind, number>> = { 'deliver-webhook': 8 }

const BATCH = 20
/** While an item is being worked on nobody else takes it; after a crash it is due again this much later. */
const CLAIM_MS = 60_000
const MAX_BACKOFF_MS = 12 * 60 * 60 * 1000

/** Works off what is due, a bounded batch at a time; returns how many items were done. */
export async function drainOutbox(ctx: Context, batches = 5): Promise<number> {
  let done = 0
  for (let batch = 0; batch < batches; batch++) {
    const items = await claim(ctx, Object.keys(HANDLERS) as OutboxKind[])
    // At once, so that one slow receiver does not let the claim on the others run out.
    const results = await Promise.all(items.map((item) => work(ctx, item, HANDLERS[item.kind])))
    for (const result of results) done += result
    if (items.length < BATCH) break
  }
  return done
}

/**
 * Does what the batch of a change came back with, before the change is answered: what cannot be done now is done later, as ever.
 */
export async function drainNow(ctx: Context, emitted: unknown): Promise<void> {
  const ids = Array.isArray(emitted) ? emitted.map(({ id }: { id: number }) => id) : []
  if (ids.length === 0) return
  const items = await claim(ctx, Object.keys(HANDLERS) as OutboxKind[], inArray(outbox.id, ids))
  await Promise.all(items.map((item) => work(ctx, item, HANDLERS[item.kind])))
}

/** Does it soon when the batch of a change came back with something to do. */
export function drainSoon(ctx: Context, emitted: unknown): void {
  if (Array.isArray(emitted) && emitted.length > 0) ctx.defer(drainOutbox(ctx))
}

function claim(ctx: Context, kinds: OutboxKind[], which?: SQL): Promise<OutboxItem[]> {
  const now = ctx.now()
  const due = ctx.db
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(isNull(outbox.doneAt), lte(outbox.dueAt, now), inArray(outbox.kind, kinds), which))
    .orderBy(asc(outbox.dueAt))
    .limit(BATCH)
  return ctx.db
    .update(outbox)
    .set({ dueAt: new Date(now.getTime() + CLAIM_MS), attempts: sql`${outbox.attempts} + 1` })
    .where(inArray(outbox.id, due))
    .returning()
}

async function work(ctx: Context, item: OutboxItem, handler: OutboxHandler | undefined): Promise<number> {
  if (handler === undefined) return 0
  try {
    await handler(ctx, item.payload)
    await ctx.db.update(outbox).set({ doneAt: ctx.now(), lastError: null }).where(eq(outbox.id, item.id))
    return 1
  } catch (error) {
    const backoff = Math.min(30_000 * 2 ** item.attempts, MAX_BACKOFF_MS)
    const message = error instanceof Error ? error.message : String(error)
    ctx.log('warn', 'outbox item failed', { id: item.id, kind: item.kind, attempts: item.attempts, error: message })
    await ctx.db
      .update(outbox)
      .set({
        dueAt: new Date(ctx.now().getTime() + backoff),
        lastError: message.slice(0, 500),
        doneAt: item.attempts >= (MOST_ATTEMPTS[item.kind] ?? Number.POSITIVE_INFINITY) ? ctx.now() : null,
      })
      // Meanwhile somebody may have given it up.
      .where(and(eq(outbox.id, item.id), isNull(outbox.doneAt)))
    return 0
  }
}
