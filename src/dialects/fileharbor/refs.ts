import type { ImageRef } from '#domain/refs.ts'

/** FileHarbor's ids are uuids; what is none names nothing, which is a 404, never a 400. */
export function imageRef(id: string): ImageRef {
  return { by: 'uid', value: id }
}
