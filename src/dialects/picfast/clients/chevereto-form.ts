import { z } from '@hono/zod-openapi'
import { AppError } from '#domain/errors.ts'
import type { Form, FormFile } from '#http/multipart.ts'
import { bytesOfBase64 } from '../images/base64.ts'
import { fieldsOf, filesOf, readUploadForm, tooLarge, type UploadFields } from '../images/form.ts'

export interface CheveretoUpload {
  /** The token, where it comes with the picture. */
  readonly key: string | undefined
  readonly file: FormFile
  readonly fields: UploadFields
}

const key = z.string().optional().openapi({ description: 'An `img_…` token' })
const title = z.string().optional().openapi({ description: 'File name of a picture in base64' })

export const cheveretoBody = {
  required: true,
  content: {
    'multipart/form-data': {
      schema: z.object({ source: z.string().openapi({ format: 'binary', description: 'The picture' }), key }),
    },
    'application/x-www-form-urlencoded': {
      schema: z.object({ source: z.string().openapi({ description: 'The picture in base64' }), key, title }),
    },
  },
}

/**
 * What Chevereto's clients send: a multipart or a URL-encoded form, the picture as a file or in base64. It may be an address for
 * Chevereto; we fetch nothing on a stranger's word.
 *
 * @throws AppError `invalid_input`, `too_large`
 */
export async function readChevereto(request: Request, maxFileBytes: number): Promise<CheveretoUpload> {
  const encoded = /^application\/x-www-form-urlencoded\b/i.test(request.headers.get('content-type') ?? '')
  const form = encoded
    ? formOf(new TextDecoder().decode(await request.arrayBuffer()))
    : await readUploadForm(request, maxFileBytes)
  const field = (name: string) => form.fields.get(name)?.at(-1)?.trim() || undefined
  const [file, ...more] = filesOf(form)
  if (more.length > 0) throw new AppError('invalid_input', 'only one file can be uploaded')
  const fields = fieldsOf(form)
  const key = field('key')
  if (file !== undefined) return { key, file, fields }
  const source = field('source') ?? field('image')
  if (source === undefined) throw new AppError('invalid_input', 'source is required')
  if (/^https?:/i.test(source)) throw new AppError('invalid_input', 'source must be a file or base64, not an address')
  const bytes = bytesOfBase64(source, 'source')
  if (bytes.byteLength > maxFileBytes) throw tooLarge(maxFileBytes, undefined)
  return { key, file: { name: field('title') ?? field('name') ?? 'image', bytes }, fields }
}

/** Bounded by the route's limit for bodies that are no multipart form. */
function formOf(text: string): Form {
  const fields = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(text)) fields.set(name, [...(fields.get(name) ?? []), value])
  return { fields, files: new Map() }
}
