import { sql } from 'drizzle-orm'
import { index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Probe } from '../../imaging/probe.ts'
import { counter, createdAt, id, time, uid, updatedAt } from './columns.ts'
import { groups } from './groups.ts'
import { originals } from './originals.ts'
import { strategies } from './strategies.ts'
import { tenants } from './tenants.ts'
import { users } from './users.ts'

export const IMAGE_STATES = ['pending', 'ready'] as const
export const IMAGE_PURPOSES = ['image', 'avatar'] as const
export const VISIBILITIES = ['public', 'private'] as const
export type Visibility = (typeof VISIBILITIES)[number]
export const MODERATION_STATES = ['approved', 'pending', 'rejected'] as const
export type ModerationState = (typeof MODERATION_STATES)[number]

/** What came of the uploader's processing settings: done, or why the picture is stored as it came. */
export const PROCESSING_OUTCOMES = [
  'processed',
  /** Encoded anew in its own format: the one asked for takes more memory than a render may. */
  'processed_own_format',
  /** Encoded anew, but too small for the watermark. */
  'processed_unmarked',
  'nothing_to_do',
  /** A format that is not written: GIF. */
  'format',
  'animated',
  'not_smaller',
  /** More pixels than fit the memory of a render. */
  'too_large',
  /** Too small for the watermark, and nothing else was wanted. */
  'no_room',
] as const
export type ProcessingOutcome = (typeof PROCESSING_OUTCOMES)[number]

/** One image under its three public names (`id`, `uid`, `key`). A `pending` row is an upload in flight, invisible to every read. */
export const images = sqliteTable(
  'images',
  {
    id: id(),
    uid: uid(),
    key: text('key').notNull().unique(),
    tenantId: integer('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    /** Null for guests. */
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    /** The guest group, charged in place of a user. */
    groupId: integer('group_id').references(() => groups.id, { onDelete: 'set null' }),
    strategyId: integer('strategy_id')
      .notNull()
      .references(() => strategies.id, { onDelete: 'restrict' }),
    /** Null only while pending with bytes of its own. */
    originalId: integer('original_id').references(() => originals.id, { onDelete: 'restrict' }),
    /** Where the original's bytes are, or will be when the upload commits. */
    objectKey: text('object_key').notNull(),
    state: text('state', { enum: IMAGE_STATES }).notNull(),
    purpose: text('purpose', { enum: IMAGE_PURPOSES }).notNull().default('image'),
    /** File name as uploaded, any script. */
    name: text('name').notNull(),
    /** Header facts of the stored original: what planning a delivery needs, without reading a byte of it. */
    probe: text('probe', { mode: 'json' }).$type<Probe>().notNull(),
    /** As displayed, after orientation, in pixels; the probe's, repeated for SQL. */
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    /** The stored original's format, repeated for SQL. */
    format: text('format').notNull(),
    /** Stored bytes: what quotas count. */
    bytes: integer('bytes').notNull(),
    /** Length of the file as it was sent; null for images stored before this was kept. */
    receivedBytes: integer('received_bytes'),
    /** Null where the uploader had no processing settings, or the site did not heed them. */
    processing: text('processing', { enum: PROCESSING_OUTCOMES }),
    /** Hashes of the stored bytes, hex. */
    sha256: text('sha256').notNull(),
    sha1: text('sha1').notNull(),
    md5: text('md5').notNull(),
    description: text('description'),
    visibility: text('visibility', { enum: VISIBILITIES }).notNull().default('public'),
    moderation: text('moderation', { enum: MODERATION_STATES }).notNull().default('approved'),
    /** Raised whenever the bytes change; part of every variant key. */
    revision: integer('revision').notNull().default(1),
    thumbHash: text('thumb_hash'),
    dominantColor: text('dominant_color'),
    /** The most eye-catching point, found at upload, as fractions of the upright image, 0 to 1. */
    salientX: real('salient_x'),
    salientY: real('salient_y'),
    /** Focal point a person chose; goes before the salient one. */
    focalX: real('focal_x'),
    focalY: real('focal_y'),
    views: counter('views'),
    downloads: counter('downloads'),
    /** Address of the uploader, IPv6 in full, for guest limits and abuse reports. */
    uploaderIp: text('uploader_ip'),
    /** SHA-256 of a guest's deletion token. */
    deletionTokenHash: text('deletion_token_hash').unique(),
    expiresAt: time('expires_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    // A tenant's newest images: /v2/images, admin lists, statistics.
    index('images_tenant_created').on(t.tenantId, t.createdAt).where(sql`state = 'ready'`),
    // A person's newest images, and the upload-rate limits of groups.
    index('images_user_created').on(t.userId, t.createdAt),
    // Guest upload-rate limits by address.
    index('images_guest_created').on(t.uploaderIp, t.createdAt).where(sql`user_id IS NULL`),
    // /t/{md5}.png.
    index('images_md5').on(t.md5),
    // The expiry sweep.
    index('images_expiring').on(t.expiresAt).where(sql`expires_at IS NOT NULL`),
    // The reaper of uploads that never committed.
    index('images_pending').on(t.createdAt).where(sql`state = 'pending'`),
    // The moderation queue.
    index('images_moderation').on(t.tenantId, t.createdAt).where(sql`moderation = 'pending'`),
    // Reference counting: which images share an original.
    index('images_original').on(t.originalId),
  ],
)
