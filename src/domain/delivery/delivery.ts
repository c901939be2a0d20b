import type { Refusal } from '#domain/access/visibility.ts'
import type { Grant } from '#domain/grants/resolve.ts'
import type { ImageRef } from '#domain/refs.ts'
import type { Format, OutputFormat } from '#imaging/formats.ts'
import type { Transformation } from '#imaging/transformation.ts'
import type { Signature } from './signature.ts'

export interface DeliveryRequest {
  readonly ref: ImageRef
  readonly transformation: Transformation
  /** A named transformation, of the image's tenant or built in; what the request names itself goes before its values. */
  readonly preset?: string | undefined
  /** What is made of a request that names no format. */
  readonly defaultFormat: 'webp' | 'original'
  /** Formats the client says it can show, for format `auto`; JPEG and PNG go without saying. */
  readonly accepts?: ReadonlySet<OutputFormat>
  /** What a token the request carries opens; asked only when nothing else lets the caller in. */
  readonly grant?: (() => Promise<Grant | null>) | undefined
  /** The URL itself is a secret (a share link): nobody may keep the answer. */
  readonly unlisted?: boolean
  /** The signature the URL carries, if any. */
  readonly signature?: Signature | null
  /** Whether the caller wants other bytes than these, or none; asked before a single one is read. */
  readonly stale?: (validator: string, modifiedAt: number | null) => boolean
  /** Whether the caller already has the bytes of this validator and time of change; asked before a single one is read. */
  readonly unchanged: (validator: string, modifiedAt: number | null) => boolean
  /** Which bytes of a representation this long are wanted; asked before they are read. */
  readonly slice?: (size: number, validator: string | null) => Slice | 'whole' | 'unsatisfiable'
  /** What a caller gets who may not see the image, or when there is none: a picture that says so, or an AppError. */
  readonly onUnavailable: 'placeholder' | 'error'
  /** Whether the caller can be passed on to where the original is, where its strategy wants that. */
  readonly mayPassOn?: boolean
  /** Null for another look of the same viewer. */
  readonly counts: 'view' | 'download' | null
}

/** Part of a representation, in bytes. */
export interface Slice {
  readonly offset: number
  readonly length: number
}

/** Where bytes came from: `edge` and `variant` were kept, `rendered` was made now, `original` is as stored. */
export type DeliverySource = 'edge' | 'variant' | 'rendered' | 'original' | 'placeholder'

/** How long others may keep an answer. */
export type Keep =
  | { readonly shared: true; readonly seconds: number; readonly immutable: boolean }
  | { readonly shared: false }

export interface DeliveryFacts {
  /** Strong: names these exact bytes; null for pictures that stand in for an image. */
  readonly validator: string | null
  readonly keep: Keep
  readonly source: DeliverySource
  /** Canonical text of what was done, `original` for nothing. */
  readonly plan: string
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number | null
  /** The format was chosen by what the client accepts: another client may get another. */
  readonly negotiated: boolean
  /** Why a placeholder is shown. */
  readonly refusal: Refusal | null
}

export interface Bytes {
  readonly body: Uint8Array | ReadableStream<Uint8Array>
  /** Of the whole representation, in bytes. */
  readonly size: number
  /** The part `body` holds; null when it is the whole. */
  readonly slice: Slice | null
  readonly format: Format
  readonly source: DeliverySource
}

export type Delivery =
  | (DeliveryFacts & { readonly outcome: 'stale' })
  | (DeliveryFacts & { readonly outcome: 'unchanged' })
  | (DeliveryFacts & { readonly outcome: 'unsatisfiable'; readonly size: number })
  | (DeliveryFacts & { readonly outcome: 'elsewhere'; readonly url: string })
  | (DeliveryFacts & Bytes & { readonly outcome: 'bytes' })
