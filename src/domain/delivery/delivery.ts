import type { Refusal } from '#domain/access/visibility.ts'
import type { ImageRef } from '#domain/refs.ts'
import type { Format } from '#imaging/formats.ts'
import type { Transformation } from '#imaging/transformation.ts'
import type { DefaultFormat } from './choose.ts'

export interface DeliveryRequest {
  readonly ref: ImageRef
  readonly transformation: Transformation
  readonly defaultFormat: DefaultFormat
  /** Whether the caller already has the bytes of this validator; asked before a single one is read. */
  readonly unchanged: (validator: string) => boolean
  /** What a caller gets who may not see the image, or when there is none: a picture that says so, or an AppError. */
  readonly onUnavailable: 'placeholder' | 'error'
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
  /** Why a placeholder is shown. */
  readonly refusal: Refusal | null
}

export type Delivery =
  | (DeliveryFacts & { readonly outcome: 'unchanged' })
  | (DeliveryFacts & {
      readonly outcome: 'bytes'
      readonly body: Uint8Array | ReadableStream<Uint8Array>
      /** Of the body, in bytes. */
      readonly size: number
      readonly format: Format
    })
