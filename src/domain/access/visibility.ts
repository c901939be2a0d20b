import type { ModerationState, Visibility } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { isOwner, type Owner } from './owner.ts'
import { mayAdminister } from './tenancy.ts'

/** The facts about an image that decide who may see it. */
export interface Viewable {
  readonly tenantId: number
  readonly owner: Owner | null
  /** Row id of the person it belongs to; null for guests'. */
  readonly ownerId: number | null
  readonly visibility: Visibility
  readonly moderation: ModerationState
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | null
}

/** Why somebody may not see an image: `not_found` also stands for what must look as if it did not exist. */
export type Refusal = 'not_found' | 'authentication_required' | 'not_owner' | 'unsigned'

/** Null when the caller may see the image now. */
export function refusalToView(ctx: Pick<Context, 'principal' | 'now'>, image: Viewable): Refusal | null {
  if (image.expiresAt !== null && image.expiresAt <= ctx.now().getTime()) return 'not_found'
  const { principal } = ctx
  if (principal.kind === 'system') return null
  if (principal.kind === 'user' && mayAdminister(principal, image.tenantId)) return null
  if (principal.kind === 'user' && principal.userId === image.ownerId) return null
  const published = image.moderation === 'approved'
  if (published && image.visibility === 'public') return null
  if (principal.kind === 'guest') return published ? 'authentication_required' : 'not_found'
  if (principal.kind === 'user') return published ? 'not_owner' : 'not_found'
  if (principal.tenant.id !== image.tenantId) return 'not_found'
  // The key alone opens nothing private: the owner has to be named (spec decision 1).
  if (isOwner(principal, image.owner)) return null
  return published ? 'not_owner' : 'not_found'
}
