import type { Role, Scope } from '#db/schema/index.ts'

/** Who is calling, after authentication. */
export type Principal = TenantPrincipal | UserPrincipal | GuestPrincipal | SystemPrincipal

export interface TenantRef {
  readonly id: number
  readonly uid: string
  readonly name: string
  readonly domain: string | null
}

/** A client's back end with its API key, perhaps acting for one of the client's users. */
export interface TenantPrincipal {
  readonly kind: 'tenant'
  readonly tenant: TenantRef
  /** The user's id in the client's own system, as the trusted back end asserts it. */
  readonly externalUserId: string | null
}

/** A person who signed in; every fact is the database's of this moment, none is the token's. */
export interface UserPrincipal {
  readonly kind: 'user'
  readonly userId: number
  /** Where the person's own things belong: the site. */
  readonly tenantId: number
  readonly email: string
  readonly role: Role
  readonly allTenantsAccess: boolean
  /** For administrators without access to all. */
  readonly grantedTenantIds: readonly number[]
  /** The sign-in this request descends from; empty for an `img_` token, which descends from none. */
  readonly sessionFamily: string
  /** What an `img_` token limits its bearer to; absent for a sign-in, which is limited by nothing. */
  readonly tokenScopes?: readonly Scope[]
}

/** Nobody in particular. */
export interface GuestPrincipal {
  readonly kind: 'guest'
}

/** The service itself: crons and queues. */
export interface SystemPrincipal {
  readonly kind: 'system'
}
