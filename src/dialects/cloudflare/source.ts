import type { ImageRef } from '#domain/refs.ts'

/** Which of our images a source names. */
export interface Source {
  readonly ref: ImageRef
  /** A share or album token of the source's own query. */
  readonly token: string | undefined
}

/**
 * The image behind `/v2/images/<id>` or `/i/<key>.<ext>`, as a path or as an absolute URL of this very service; null for anything
 * else. Nothing is ever fetched: what is not ours is no source.
 */
export function parseSource(
  text: string,
  own: { readonly origins: readonly string[]; readonly prefix: string },
): Source | null {
  const base = own.origins[0] ?? ''
  const url = URL.parse(
    /^https?:\//i.test(text) ? text.replace(/^(https?):\/+/i, '$1://') : `/${text.replace(/^\/+/, '')}`,
    base,
  )
  if (url === null || !own.origins.includes(url.origin)) return null
  const token = url.searchParams.get('token') ?? undefined
  const path = url.pathname
  const images = `${own.prefix}/images/`
  if (path.startsWith(images)) {
    const value = path.slice(images.length)
    return value.includes('/') ? null : { ref: { by: 'uid', value }, token }
  }
  const key = /^\/i\/([a-z0-9]{4,32})\.[a-z0-9]{2,5}$/i.exec(path)?.[1]
  return key === undefined ? null : { ref: { by: 'key', value: key.toLowerCase() }, token }
}
