import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { counter, createdAt, flag, id, time, uid, updatedAt } from './columns.ts'
import { groups } from './groups.ts'
import { tenants } from './tenants.ts'

/** From least to most; `viewer` and above may enter the /v2 admin API, `admin` and above the /api/v1 one. */
export const ROLES = ['user', 'viewer', 'admin', 'super_admin'] as const
export type Role = (typeof ROLES)[number]

/** People of both families: accounts of the site (email, password) and a client's external users (external id). */
export const users = sqliteTable(
  'users',
  {
    id: id(),
    uid: uid(),
    tenantId: integer('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    /** The user's id in the client's own system; null for accounts of the site. */
    externalId: text('external_id'),
    email: text('email'),
    name: text('name'),
    website: text('website'),
    bio: text('bio'),
    /** Argon2id in PHC string format; null: cannot sign in with a password. */
    passwordHash: text('password_hash'),
    role: text('role', { enum: ROLES }).notNull().default('user'),
    active: flag('active').notNull().default(true),
    emailVerifiedAt: time('email_verified_at'),
    /** /v2 administrators: may act in every tenant, beside SUPER_ADMIN who always may. */
    allTenantsAccess: flag('all_tenants_access').notNull().default(false),
    groupId: integer('group_id').references(() => groups.id, { onDelete: 'set null' }),
    /** Bytes this user may store; 0 is unlimited. */
    capacityBytes: integer('capacity_bytes').notNull().default(0),
    usedBytes: counter('used_bytes'),
    imageCount: counter('image_count'),
    albumCount: counter('album_count'),
    /** The person's own preferences, JSON object. */
    settings: text('settings', { mode: 'json' }).$type<Record<string, unknown>>().notNull().default({}),
    /** An image with purpose `avatar`; no foreign key, images already refer to users. */
    avatarImageId: integer('avatar_image_id'),
    lastLoginAt: time('last_login_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    // Every /v2 call with X-User-Id; a client's user is created at most once.
    uniqueIndex('users_external').on(t.tenantId, t.externalId).where(sql`external_id IS NOT NULL`),
    // Sign-in; addresses of a client's external users are their own affair and may repeat.
    uniqueIndex('users_email').on(t.email).where(sql`external_id IS NULL`),
    // Newest users of a tenant: both admin lists.
    index('users_tenant_created').on(t.tenantId, t.createdAt),
    // Group deletion asks whether anyone is left in it.
    index('users_group').on(t.groupId),
  ],
)

/** Which clients an administrator without all-tenants access may act in. */
export const adminGrants = sqliteTable(
  'admin_grants',
  {
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    tenantId: integer('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    createdAt: createdAt(),
  },
  (t) => [
    // Every admin request: the tenants of this administrator.
    primaryKey({ columns: [t.userId, t.tenantId] }),
    // Who may act in this client; also the cascade of a deleted tenant.
    index('admin_grants_tenant').on(t.tenantId),
  ],
)
