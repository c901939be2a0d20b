import type { Context as HonoContext } from 'hono'
import type { AppEnv } from '#http/env.ts'
import { originOf, type Wire } from '#http/wire.ts'

/** What FileHarbor's URLs are made of: the configured prefix and the public origin. */
export interface FileHarborWire extends Wire {
  /** `/v2`, or empty. */
  readonly prefix: string
}

export interface ImageLinks {
  readonly url: string
  readonly thumbnailUrl: string
  readonly fullPath: string
}

export function imageLinks(c: HonoContext<AppEnv>, wire: FileHarborWire, uid: string): ImageLinks {
  const url = `${wire.prefix}/images/${uid}`
  return { url, thumbnailUrl: `${url}?thumb=true`, fullPath: originOf(c, wire) + url }
}

/** An avatar's URLs name the client, so that they keep showing the same one whoever else knows a user of that id. */
export function avatarLinks(
  c: HonoContext<AppEnv>,
  wire: FileHarborWire,
  avatar: { readonly externalUserId: string; readonly clientId: string },
): ImageLinks {
  const url = `${wire.prefix}/avatars/${encodeURIComponent(avatar.externalUserId)}?client=${avatar.clientId}`
  return { url, thumbnailUrl: `${url}&thumb=true`, fullPath: originOf(c, wire) + url }
}
