/** JSON's values in block YAML; every text is quoted as JSON quotes it, which YAML 1.2 reads the same. */
export function toYaml(value: unknown): string {
  return `${block(JSON.parse(JSON.stringify(value)), '').trimStart()}\n`
}

function block(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return ` ${JSON.stringify(value)}`
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((item) => ['-', item])
    : Object.entries(value).map(([key, item]) => [`${JSON.stringify(key)}:`, item])
  if (entries.length === 0) return Array.isArray(value) ? ' []' : ' {}'
  return entries.map(([head, item]) => `\n${indent}${head}${block(item, `${indent}  `)}`).join('')
}
