/**
 * What current ShareX does with a custom uploader file, as far as pictures go: checks it, uploads, and reads the answer by the
 * file's own rules. `{name:parameter}` calls a function, `\` takes a sign's meaning away.
 */
export interface CustomUploader {
  readonly Version: string
  readonly Name: string
  readonly DestinationType: string
  readonly RequestMethod: string
  readonly RequestURL: string
  readonly Parameters?: Record<string, string>
  readonly Headers?: Record<string, string>
  readonly Body: string
  readonly Arguments?: Record<string, string>
  readonly FileFormName: string
  readonly URL: string
  readonly ThumbnailURL: string
  readonly DeletionURL: string
  readonly ErrorMessage: string
}

const PROPERTIES = [
  'Version',
  'Name',
  'DestinationType',
  'RequestMethod',
  'RequestURL',
  'Parameters',
  'Headers',
  'Body',
  'Arguments',
  'FileFormName',
  'Data',
  'URL',
  'ThumbnailURL',
  'DeletionURL',
  'ErrorMessage',
]
const DESTINATIONS = ['ImageUploader', 'TextUploader', 'FileUploader', 'URLShortener', 'URLSharingService']

/** Parses a file; throws what ShareX would complain of. A version up to 13.7.1 has its `$…$` syntax rewritten: not ours. */
export function parseUploader(text: string): CustomUploader {
  const file = JSON.parse(text) as CustomUploader & Record<string, unknown>
  for (const name of Object.keys(file)) if (!PROPERTIES.includes(name)) throw new Error(`unknown property ${name}`)
  const [major = 0, minor = 0, patch = 0] = file.Version.split('.').map(Number)
  if (!(major * 1e6 + minor * 1e3 + patch > 13_007_001)) throw new Error(`old syntax: ${file.Version}`)
  for (const kind of file.DestinationType.split(', ')) if (!DESTINATIONS.includes(kind)) throw new Error(kind)
  if (file.Body !== 'MultipartFormData' || file.FileFormName === '') throw new Error('no file form')
  if (JSON.stringify(file).includes('$')) throw new Error('legacy syntax')
  return file
}

export interface Uploaded {
  readonly url: string
  readonly thumbnailUrl: string
  readonly deletionUrl: string
  readonly error: string
}

export async function uploadWith(
  file: CustomUploader,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uploaded> {
  const before = { filename: name, answer: null }
  const evaluateAll = (values: Record<string, string> = {}) =>
    Object.entries(values).map(([key, value]) => [key, evaluate(value, before)] as const)
  const url = new URL(evaluate(file.RequestURL, before))
  for (const [key, value] of evaluateAll(file.Parameters)) url.searchParams.set(key, value)
  const body = new FormData()
  for (const [key, value] of evaluateAll(file.Arguments)) body.append(key, value)
  body.append(file.FileFormName, new File([bytes], name, { type: 'image/png' }))
  const headers = { 'User-Agent': 'ShareX/17.0.0', ...Object.fromEntries(evaluateAll(file.Headers)) }
  const response = await fetch(url, { method: file.RequestMethod, headers, body })
  const after = { filename: name, answer: await response.text() }
  const value = (template: string) => evaluate(template, after)
  if (!response.ok) return { url: '', thumbnailUrl: '', deletionUrl: '', error: value(file.ErrorMessage) }
  return {
    url: value(file.URL),
    thumbnailUrl: value(file.ThumbnailURL),
    deletionUrl: value(file.DeletionURL),
    error: '',
  }
}

interface Surroundings {
  readonly filename: string
  /** Null before there is one. */
  readonly answer: string | null
}

function evaluate(template: string, around: Surroundings): string {
  let result = ''
  for (let at = 0; at < template.length; at++) {
    const sign = template[at]
    if (sign === '\\') result += template[++at] ?? ''
    else if (sign === '{') {
      const end = template.indexOf('}', at)
      if (end === -1) throw new Error(`open brace in ${template}`)
      result += call(template.slice(at + 1, end), around)
      at = end
    } else if (sign === '}') throw new Error(`stray brace in ${template}`)
    else result += sign
  }
  return result
}

function call(text: string, { filename, answer }: Surroundings): string {
  const [name = '', parameter = ''] = text.split(/:(.*)/s)
  if (name === 'filename') return filename
  if (answer === null) throw new Error(`{${text}} before there is an answer`)
  if (name === 'response') return answer
  if (name !== 'json') throw new Error(`no function ${name}`)
  let value = JSON.parse(answer)
  for (const part of parameter.replace(/^\$\./, '').split('.')) value = value?.[part]
  return value === undefined || value === null ? '' : String(value)
}
