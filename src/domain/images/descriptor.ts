import { and, eq, sql } from 'drizzle-orm'
import { descriptorKey } from '#cache/keys.ts'
import { type DeliveryPolicy, images, originals, strategies, tenants, users } from '#db/schema/index.ts'
import type { Viewable } from '#domain/access/visibility.ts'
import type { Context } from '#domain/context.ts'
import { quietly } from '#domain/quietly.ts'
import type { ImageRef } from '#domain/refs.ts'
import { directBase } from '#domain/stores/direct.ts'
import { type StoreRef, toRef } from '#domain/stores/stores.ts'
import type { Probe } from '#imaging/probe.ts'
import type { Point } from '#imaging/transformation.ts'
import { whereRef } from './find.ts'

/** All that deciding and planning a delivery needs; JSON, cached for seconds. */
export interface Descriptor extends Viewable {
  /** Row id. */
  readonly id: number
  readonly uid: string
  readonly key: string
  readonly revision: number
  readonly name: string
  readonly objectKey: string
  /** Where the original is. */
  readonly store: StoreRef
  /** Where its store shows it to the world, for those who are passed on there instead of being served; null for nobody. */
  readonly elsewhere: string | null
  readonly bytes: number
  readonly probe: Probe
  /** Chosen or salient point that gravity `auto` keeps, as fractions of the upright image. */
  readonly focus: Point | null
  /** What the tenant demands of image URLs. */
  readonly delivery: DeliveryPolicy
  /** Milliseconds since the epoch of the last change of bytes or facts. */
  readonly updatedAt: number
}

/** One cache read, or one query; what is not there is not remembered, so an upload is visible at once. */
export async function findDescriptor(ctx: Context, ref: ImageRef): Promise<Descriptor | null> {
  const where = whereRef(ref)
  if (where === null) return null
  const ttlSeconds = ctx.policy.descriptorTtlSeconds
  if (ref.by === 'id' || ttlSeconds === 0) return queryDescriptor(ctx, where)
  const key = descriptorKey(ref.by, ref.value)
  const cached = await readCached(ctx, key)
  if (cached !== null) return cached
  const descriptor = await queryDescriptor(ctx, where)
  if (descriptor !== null) {
    const entry = { body: JSON.stringify(descriptor), contentType: 'application/json', ttlSeconds }
    ctx.defer(quietly(ctx, 'descriptor cache', ctx.cache.put(key, entry)))
  }
  return descriptor
}

/** Makes a change of visibility hold at once in this data centre; elsewhere the descriptor's few seconds bound it. */
export async function forgetDescriptor(ctx: Context, image: { uid: string; key: string }): Promise<void> {
  const keys = [descriptorKey('uid', image.uid), descriptorKey('key', image.key), descriptorKey('avatar', image.uid)]
  await Promise.all(keys.map((key) => quietly(ctx, 'descriptor cache', ctx.cache.delete(key))))
}

async function readCached(ctx: Context, key: string): Promise<Descriptor | null> {
  const read = async () => {
    const entry = await ctx.cache.get(key)
    return entry === null ? null : await new Response(entry.body).json<Descriptor>()
  }
  return quietly(ctx, 'descriptor cache', read())
}

/** As the row is at this moment. */
export function findFreshDescriptor(ctx: Context, uid: string): Promise<Descriptor | null> {
  return queryDescriptor(ctx, eq(images.uid, uid))
}

async function queryDescriptor(ctx: Context, where: ReturnType<typeof eq>): Promise<Descriptor | null> {
  const row = await ctx.db
    .select({
      id: images.id,
      uid: images.uid,
      key: images.key,
      tenantId: images.tenantId,
      owner: { uid: users.uid, externalId: users.externalId },
      ownerId: images.userId,
      visibility: images.visibility,
      moderation: images.moderation,
      expiresAt: images.expiresAt,
      revision: images.revision,
      name: images.name,
      objectKey: images.objectKey,
      bytes: images.bytes,
      probe: images.probe,
      updatedAt: images.updatedAt,
      focusX: sql<number | null>`COALESCE(${images.focalX}, ${images.salientX})`,
      focusY: sql<number | null>`COALESCE(${images.focalY}, ${images.salientY})`,
      delivery: tenants.delivery,
      strategy: {
        id: strategies.id,
        kind: strategies.kind,
        updatedAt: strategies.updatedAt,
        // Only these hand out addresses of their own; of the others nothing more is read.
        config: sql<
          string | null
        >`CASE WHEN ${strategies.kind} = 'webdav' AND ${originals.published} THEN ${strategies.config} END`,
      },
    })
    .from(images)
    .innerJoin(tenants, eq(tenants.id, images.tenantId))
    .innerJoin(strategies, eq(strategies.id, images.strategyId))
    .leftJoin(originals, eq(originals.id, images.originalId))
    .leftJoin(users, eq(users.id, images.userId))
    .where(and(where, eq(images.state, 'ready')))
    .get()
  if (row === undefined) return null
  const { focusX, focusY, expiresAt, updatedAt, strategy, ...facts } = row
  const base = strategy.config === null ? null : directBase({ ...strategy, config: JSON.parse(strategy.config) })
  return {
    ...facts,
    store: toRef(strategy),
    elsewhere: base === null ? null : `${base}/${facts.objectKey}`,
    focus: focusX === null || focusY === null ? null : { x: focusX, y: focusY },
    expiresAt: expiresAt?.getTime() ?? null,
    updatedAt: updatedAt.getTime(),
  }
}
