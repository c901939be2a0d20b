/** Every key in the edge cache; docs/storage-schema.md is their table. */

/** Who may see an image, for a few seconds. */
export function descriptorKey(by: 'uid' | 'key' | 'md5' | 'avatar', value: string): string {
  return `descriptors/${by}/${encodeURIComponent(value)}`
}

/** A fallback picture at one size. */
export function placeholderKey(name: string, engineVersion: string, planKey: string): string {
  return `placeholders/${name}/${engineVersion}/${planKey}`
}
