/** How a caller names an image: by its uuid (FileHarbor's id), its short key, or its number; an avatar is named as one. */
export type ImageRef =
  | { readonly by: 'uid'; readonly value: string }
  | { readonly by: 'key'; readonly value: string }
  | { readonly by: 'avatar'; readonly value: string }
  | { readonly by: 'id'; readonly value: number }

/** How a caller names an album: by its uuid, or by the client's own id for it. */
export type AlbumRef =
  | { readonly by: 'uid'; readonly value: string }
  | { readonly by: 'externalId'; readonly value: string }

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether text can name anything by uuid; what cannot is simply unknown, and costs no query. */
export function isUid(text: string): boolean {
  return UUID.test(text)
}
