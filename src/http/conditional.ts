interface Preconditions {
  readonly ifNoneMatch: string | undefined
  readonly ifModifiedSince: string | undefined
}

interface Demands {
  readonly ifMatch: string | undefined
  readonly ifUnmodifiedSince: string | undefined
}

/**
 * Whether the client already has this representation, so that 304 is the answer (RFC 9110 §13.2.2): `If-None-Match` decides when
 * it is there, else `If-Modified-Since`, which is only exact to the second.
 *
 * @param etag the strong validator with its quotes
 * @param modifiedAt milliseconds since the epoch
 */
export function isUnchanged(conditions: Preconditions, etag: string, modifiedAt: number | null): boolean {
  if (conditions.ifNoneMatch !== undefined) return noneMatch(conditions.ifNoneMatch, etag)
  if (conditions.ifModifiedSince === undefined || modifiedAt === null) return false
  const since = Date.parse(conditions.ifModifiedSince)
  // A date that does not parse is ignored (§13.1.3): NaN compares false.
  return Math.floor(modifiedAt / 1000) * 1000 <= since
}

/**
 * Whether the caller asks for another representation than there is, so that 412 is the answer (RFC 9110 §13.2.2): `If-Match`
 * decides when it is there, else `If-Unmodified-Since`. Asked before `isUnchanged`.
 */
export function isStale({ ifMatch, ifUnmodifiedSince }: Demands, etag: string, modifiedAt: number | null): boolean {
  // Strong comparison (§13.1.1): a weak tag never matches.
  if (ifMatch !== undefined)
    return ifMatch.trim() !== '*' && !(ifMatch.match(/(?:W\/)?"[^"]*"/g)?.includes(etag) ?? false)
  if (ifUnmodifiedSince === undefined || modifiedAt === null) return false
  return Math.floor(modifiedAt / 1000) * 1000 > Date.parse(ifUnmodifiedSince)
}

/** Weak comparison (§13.1.2); `*` matches anything that exists. */
function noneMatch(header: string, etag: string): boolean {
  if (header.trim() === '*') return true
  // Entity tags may contain commas (§8.8.3), and ours do: the list is not split, its quoted parts are taken.
  return header.match(/"[^"]*"/g)?.includes(etag) ?? false
}
