/**
 * Whether `If-None-Match` names this validator, so that 304 is the answer (RFC 9110 §13.1.2): weak comparison, `*` matches
 * anything that exists.
 *
 * @param etag the strong validator with its quotes
 */
export function noneMatch(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  // Entity tags may contain commas (RFC 9110 §8.8.3), and ours do: the list is not split, its quoted parts are taken.
  return header.match(/"[^"]*"/g)?.includes(etag) ?? false
}
