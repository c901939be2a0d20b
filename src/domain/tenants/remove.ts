import { desc, eq, sql } from 'drizzle-orm'
import { commit } from '#db/batch.ts'
import { images, originals, outbox, tenants } from '#db/schema/index.ts'
import { requireRole } from '#domain/access/roles.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { forgetDescriptor } from '#domain/images/descriptor.ts'
import { drainOutbox } from '#domain/outbox/drain.ts'
import { tenantPrefix, variantPrefix } from '#storage/keys.ts'
import { requireTenantByUid } from './record.ts'

/** So many images' variants are one piece of work for the outbox. */
const CHUNK = 50
/** Descriptors dropped from the cache: each costs three calls, and a request has a thousand of all kinds. */
const MOST_FORGOTTEN = 250

/**
 * Deletes a client and everything that is its own in one batch; the objects follow by the outbox. An upload on its way finds its
 * row gone and gives up. The newest images vanish from this data centre's cache at once; of a client with more of them, and
 * elsewhere, what somebody asked for in the last seconds is shown until its descriptor expires.
 *
 * @throws AppError `forbidden`, `not_found`, `conflict` for the built-in site
 */
export async function removeTenant(ctx: Context, uid: string): Promise<void> {
  requireRole(ctx, 'super_admin')
  const tenant = await requireTenantByUid(ctx, uid)
  if (tenant.kind === 'site') throw new AppError('conflict', 'The built-in site cannot be deleted')
  const { db } = ctx
  const now = ctx.now()
  const newest = await db
    .select({ uid: images.uid, key: images.key })
    .from(images)
    .where(eq(images.tenantId, tenant.id))
    .orderBy(desc(images.id))
    .limit(MOST_FORGOTTEN)
  const prefixOfVariants = variantPrefix('%').split('%')
  await commit(db, [
    // Every column of the outbox in its order, which an INSERT … SELECT has to give.
    db.insert(outbox).select(
      sql`SELECT NULL, 'delete-objects', json_object('keys', json_array(), 'prefixes',
          json_group_array(${prefixOfVariants[0]} || ${images.uid} || ${prefixOfVariants[1]})),
          0, ${now.getTime()}, NULL, NULL, ${now.getTime()}
        FROM ${images} WHERE ${eq(images.tenantId, tenant.id)} GROUP BY ${images.id} / ${CHUNK}`,
    ),
    db.insert(outbox).values({
      kind: 'delete-objects',
      payload: { keys: [], prefixes: [tenantPrefix(tenant.uid)] },
      dueAt: now,
    }),
    // Before the originals, which they refer to and the foreign key protects.
    db.delete(images).where(eq(images.tenantId, tenant.id)),
    db.delete(originals).where(eq(originals.tenantId, tenant.id)),
    db.delete(tenants).where(eq(tenants.id, tenant.id)),
  ])
  if (ctx.policy.descriptorTtlSeconds > 0) for (const image of newest) await forgetDescriptor(ctx, image)
  ctx.defer(drainOutbox(ctx))
}
