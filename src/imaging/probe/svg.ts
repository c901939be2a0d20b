/** Enough for any prologue an editor writes; what hides its root element further down is not taken for SVG. */
const MAX_PROLOGUE_BYTES = 64 * 1024

/**
 * Whether the root element is `svg`, in any namespace prefix, behind byte order marks, comments, processing
 * instructions and a document type. Every step moves forward, so a hostile prologue costs one pass.
 */
export function looksLikeSvg(bytes: Uint8Array): boolean {
  const text = prologue(bytes)
  let at = 0
  for (;;) {
    while (at < text.length && text.charCodeAt(at) <= 0x20) at++
    if (text[at] !== '<') return false
    const skipped = text.startsWith('<!--', at)
      ? after(text, '-->', at + 4)
      : text.startsWith('<?', at)
        ? after(text, '?>', at + 2)
        : text.startsWith('<!', at)
          ? afterDoctype(text, at + 2)
          : -1
    if (skipped < 0) return /^<(?:[\w.-]{1,64}:)?svg[\s/>]/i.test(text.slice(at, at + 80))
    at = skipped
  }
}

function prologue(bytes: Uint8Array): string {
  const head = bytes.subarray(0, MAX_PROLOGUE_BYTES)
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le').decode(head)
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be').decode(head)
  // Without a mark, the zero bytes of UTF-16 give it away.
  if (head[0] === 0x3c && head[1] === 0) return new TextDecoder('utf-16le').decode(head)
  if (head[0] === 0 && head[1] === 0x3c) return new TextDecoder('utf-16be').decode(head)
  return new TextDecoder('utf-8').decode(head)
}

/** Position after the next `end`, the end of the text when there is none. */
function after(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from)
  return at < 0 ? text.length : at + end.length
}

/** A document type ends at `>`, outside quotes, comments and the brackets of its internal subset. */
function afterDoctype(text: string, from: number): number {
  let depth = 0
  let quote = ''
  for (let at = from; at < text.length; at++) {
    const character = text[at] as string
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (text.startsWith('<!--', at)) at = after(text, '-->', at + 4) - 1
    else if (character === '"' || character === "'") quote = character
    else if (character === '[') depth++
    else if (character === ']') depth--
    else if (character === '>' && depth <= 0) return at + 1
  }
  return text.length
}
