/**
 * What is inside each element of this name, whatever its namespace prefix; `''` for empty ones. Enough for the flat lists S3 and
 * WebDAV answer: elements of one name never nest there, and entities are not expanded beyond the five XML has built in.
 */
export function elements(xml: string, name: string): string[] {
  const opening = new RegExp(`<(?:[\\w.-]+:)?${name}(?:\\s[^<>]*?)?(/?)>`, 'g')
  const closing = new RegExp(`</(?:[\\w.-]+:)?${name}\\s*>`, 'g')
  const found: string[] = []
  for (let open = opening.exec(xml); open !== null; open = opening.exec(xml)) {
    if (open[1] === '/') {
      found.push('')
      continue
    }
    closing.lastIndex = opening.lastIndex
    const close = closing.exec(xml)
    // An element that never ends: nothing after it counts, and it is not looked for again.
    if (close === null) break
    found.push(xml.slice(opening.lastIndex, close.index))
    opening.lastIndex = closing.lastIndex
  }
  return found
}

/** The text of the first element of this name. */
export function textOf(xml: string, name: string): string | undefined {
  const [inside] = elements(xml, name)
  return inside === undefined ? undefined : unescapeXml(inside.trim())
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
