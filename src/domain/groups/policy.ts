import { and, eq, or, type SQL, sql } from 'drizzle-orm'
import { type GroupPolicy, groups, tenants, users } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { FORMATS, type Format } from '#imaging/formats.ts'

/** What holds where a group says nothing; the largest file is then the installation's. */
export const DEFAULT_POLICY = {
  acceptedExtensions: ['jpg', 'jpeg', 'png', 'gif', 'webp', 'avif'],
  uploadsPerMinute: 60,
  uploadsPerHour: 500,
  uploadsPerDay: 2000,
  uploadsPerMonth: 50_000,
  userCapacityBytes: 0,
} as const satisfies GroupPolicy

/** The group somebody uploads in, with its policy filled in. */
export interface Membership {
  readonly groupId: number
  readonly policy: GroupPolicy & Required<Pick<GroupPolicy, 'maxFileBytes' | keyof typeof DEFAULT_POLICY>>
  readonly site: { readonly id: number; readonly uid: string }
}

/**
 * The caller's group: their own, else the default one; guests' for guests.
 *
 * @throws AppError `unavailable` when the group that should be there is not
 */
export async function membershipOf(ctx: Pick<Context, 'db' | 'principal' | 'policy'>): Promise<Membership> {
  const { principal } = ctx
  const own =
    principal.kind === 'user'
      ? ctx.db.select({ id: users.groupId }).from(users).where(eq(users.id, principal.userId))
      : null
  const membership = await findGroup(ctx, own === null ? eq(groups.isGuest, true) : belongsTo(sql`(${own})`))
  if (membership !== null) return membership
  throw new AppError('unavailable', own === null ? 'no guest group configured' : 'user has no group')
}

/** The group that new accounts join. */
export async function defaultGroup(ctx: Pick<Context, 'db' | 'policy'>): Promise<Membership> {
  const membership = await findGroup(ctx, eq(groups.isDefault, true))
  if (membership === null) throw new AppError('unavailable', 'no default group found')
  return membership
}

/** Accounts without a group, such as administrators made in the other family, are in the default one. */
function belongsTo(groupId: SQL): SQL | undefined {
  return or(eq(groups.id, groupId), and(eq(groups.isDefault, true), sql`${groupId} IS NULL`))
}

async function findGroup(ctx: Pick<Context, 'db' | 'policy'>, which: SQL | undefined): Promise<Membership | null> {
  const row = await ctx.db
    .select({ groupId: groups.id, policy: groups.policy, site: { id: tenants.id, uid: tenants.uid } })
    .from(groups)
    .innerJoin(tenants, eq(tenants.id, groups.tenantId))
    .where(and(eq(tenants.kind, 'site'), which))
    .limit(1)
    .get()
  if (row === undefined) return null
  const most = ctx.policy.maxFileBytes
  const maxFileBytes = Math.min(row.policy.maxFileBytes ?? most, most)
  return { ...row, policy: { ...DEFAULT_POLICY, ...row.policy, maxFileBytes } }
}

const EXTENSIONS: Record<Format, readonly string[]> = {
  jpeg: ['jpg', 'jpeg'],
  png: ['png'],
  webp: ['webp'],
  gif: ['gif'],
  avif: ['avif'],
  bmp: ['bmp'],
  tiff: ['tif', 'tiff'],
  ico: ['ico'],
  svg: ['svg'],
}

/** What can be taken in whole: the others have no decoder that would prove them. */
const TAKEN: readonly Format[] = ['jpeg', 'png', 'webp', 'gif', 'avif']

/** The formats a group's list of extensions comes to. */
export function acceptedFormats(extensions: readonly string[]): Format[] {
  return FORMATS.filter(
    (format) => TAKEN.includes(format) && EXTENSIONS[format].some((name) => extensions.includes(name)),
  )
}
