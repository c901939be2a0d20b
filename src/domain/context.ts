import type { EdgeCache } from '#cache/edge-cache.ts'
import type { Database } from '#db/client.ts'
import type { ImageEngine } from '#imaging/engine.ts'
import type { Mailer } from '#mail/mailer.ts'
import type { Poster } from '#outbound/poster.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import type { Principal } from './access/principal.ts'
import type { RateLimits } from './access/rate-limit.ts'
import type { ViewCounter } from './delivery/views.ts'
import type { PasswordHasher } from './identity/passwords.ts'
import type { MetricCounter } from './metrics/counter.ts'
import type { Stores } from './stores/stores.ts'

/** What every verb is given: who asks, and the furniture. Built by services.ts and the dialect's door. */
export interface Context {
  readonly principal: Principal
  readonly db: Database
  /** The worker's own bucket: originals of the `r2` strategy, and all variants. */
  readonly bucket: ObjectStore
  /** The object stores of all strategies, where originals are. */
  readonly stores: Stores
  readonly cache: EdgeCache
  readonly engine: ImageEngine
  readonly passwords: PasswordHasher
  /** The secret key for one purpose, derived from the installation's own. */
  readonly keys: (purpose: string) => Promise<Uint8Array>
  readonly metrics: MetricCounter
  readonly poster: Poster
  /** Null while the operator has named none: what needs it then says so. */
  readonly mailer: Mailer | null
  /** Where the world finds things, for messages that leave the house; null while the operator has not said where that is. */
  readonly publicUrls: PublicUrls
  readonly views: ViewCounter
  readonly policy: Policy
  readonly now: () => Date
  /** Work that may be lost: runs after the answer is sent. Never for anything that must happen; that is the outbox. */
  readonly defer: (work: Promise<unknown>) => void
  readonly log: Log
  /** Where the request came from, for the records; absent for work of our own. */
  readonly from?: () => RequestFacts
}

export interface RequestFacts {
  readonly ip: string | null
  readonly userAgent: string | null
  readonly requestId: string
}

export interface PublicUrls {
  /** Origin of the worker, without a trailing slash. */
  readonly site: string | null
  readonly image: (uid: string) => string | null
  readonly avatar: (externalId: string, tenantUid: string) => string | null
}

/** The operator's limits; units in the names. */
export interface Policy {
  readonly maxFileBytes: number
  readonly maxPixels: number
  readonly thumbnailSide: number
  readonly thumbnailQuality: number
  readonly descriptorTtlSeconds: number
  /** Whether strategies may be on servers of a private network. */
  readonly allowPrivateStorage: boolean
  readonly rates: RateLimits
}

/** One line a call; fields are values, never secrets. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void

/** The furniture alone, made once per isolate; the caller and what may run after the answer come with each request. */
export type Services = Omit<Context, 'principal' | 'defer' | 'from'>
