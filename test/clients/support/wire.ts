import { base } from './pictures.ts'

/** Sends these very bytes: what a program writes on the wire, and not what a library would make of it. */
export async function send(path: string, headers: Record<string, string>, parts: readonly (string | Uint8Array)[]) {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)))
  const response = await fetch(base + path, { method: 'POST', headers, body })
  const text = await response.text()
  // biome-ignore lint/suspicious/noExplicitAny: what the wire says is what is asserted
  return { status: response.status, text, body: JSON.parse(text) as any }
}

export interface Part {
  readonly name: string
  /** As it stands in the header, escaped however its program does. */
  readonly filename?: string
  readonly type?: string
  readonly content: string | Uint8Array
}

/** A multipart body glued together by hand. */
export function glue(boundary: string, parts: readonly Part[], end = '\r\n'): (string | Uint8Array)[] {
  const glued = parts.flatMap(({ name, filename, type, content }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n`,
    type === undefined ? '\r\n' : `Content-Type: ${type}\r\n\r\n`,
    content,
    '\r\n',
  ])
  return [...glued, `--${boundary}--${end}`]
}
