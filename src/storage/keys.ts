/** Every key in the bucket; docs/storage-schema.md is their table. Built from our own ids only, never from what a client sent. */

/** Where all originals are. */
export const ORIGINALS = 'originals/'

/** Where all variants are. */
export const VARIANTS = 'variants/'

/** The stored bytes of an upload, named after the image that first brought them. */
export function originalKey(tenantUid: string, imageUid: string, extension: string): string {
  return `${tenantPrefix(tenantUid)}${imageUid}.${extension}`
}

/**
 * As `originalKey`, for servers whose addresses the world may learn: the name is nobody's uid and cannot be guessed. In folders of
 * two digits, because a WebDAV server lists a folder as a whole.
 *
 * @param like a key of the same tenant and format, whose bytes are to move
 */
export function remoteOriginalKey(like: string): string {
  const [, prefix = '', extension = ''] = /^([^/]+\/[^/]+\/).*\.([^./]+)$/.exec(like) ?? []
  const name = crypto.randomUUID()
  return `${prefix}${name.slice(0, 2)}/${name}.${extension}`
}

/** All originals of a tenant. */
export function tenantPrefix(tenantUid: string): string {
  return `${ORIGINALS}${tenantUid}/`
}

/** A kept rendition: revision, engine version and plan are in the key, so it never needs purging. */
export function variantKey(imageUid: string, revision: number, engineVersion: string, planKey: string): string {
  return `${revisionPrefix(imageUid, revision)}${engineVersion}/${planKey}`
}

/** All variants of one revision: what is over when the bytes are replaced. */
export function revisionPrefix(imageUid: string, revision: number): string {
  return `${variantPrefix(imageUid)}${revision}/`
}

/** All variants of an image, of every revision. */
export function variantPrefix(imageUid: string): string {
  return `${VARIANTS}${imageUid}/`
}

/** Whose variant a key is; null for what is none. */
export function imageUidOf(variant: string): string | null {
  return variant.startsWith(VARIANTS) ? (variant.slice(VARIANTS.length).split('/')[0] ?? null) : null
}

/** Where a check of health stores something for a moment. */
export const HEALTH = 'health/'
