export const EVENT_TYPES = [
  'image.uploaded',
  'image.deleted',
  'avatar.uploaded',
  'avatar.deleted',
  'album.created',
  'album.updated',
  'album.deleted',
  'album.image_added',
  'album.image_removed',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** What an event tells of the thing it happened to; what does not apply is absent. */
export interface EventSubject {
  /** Its uuid. */
  readonly id: string
  readonly name?: string
  readonly bytes?: number
  readonly isPublic?: boolean
  readonly description?: string | null
  /** Uuid of the image that came into or out of the album. */
  readonly imageId?: string
}

/** As it lies in the outbox. */
export interface StoredEvent {
  readonly id: string
  readonly type: EventType
  /** ISO 8601. */
  readonly at: string
  readonly subject: EventSubject
}
