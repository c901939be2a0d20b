/** Who is calling, after authentication. */
export type Principal = TenantPrincipal | GuestPrincipal | SystemPrincipal

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

/** Nobody in particular. */
export interface GuestPrincipal {
  readonly kind: 'guest'
}

/** The service itself: crons and queues. */
export interface SystemPrincipal {
  readonly kind: 'system'
}
