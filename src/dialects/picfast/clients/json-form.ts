import { AppError } from '#domain/errors.ts'
import { readText } from '#http/body-text.ts'
import type { FormFile } from '#http/multipart.ts'
import { bodyBytesFor, bytesOfBase64 } from '../images/base64.ts'
import { fieldsOf, tooLarge, type UploadFields } from '../images/form.ts'

/**
 * An upload in JSON, the picture in base64 as `file`: what uPic sends unless its user has it say `multipart/form-data`. The route's
 * limit for bodies that are no form holds as well.
 *
 * @throws AppError `invalid_input`, `too_large`, `unavailable`
 */
export async function readJsonForm(
  request: Request,
  maxFileBytes: number,
): Promise<{ file: FormFile; fields: UploadFields }> {
  const tooMuch = () => tooLarge(maxFileBytes, undefined)
  const text = await readText(request, bodyBytesFor(maxFileBytes), tooMuch)
  const { file, filename, ...others } = objectOf(text)
  if (typeof file !== 'string') throw new AppError('invalid_input', 'file is required')
  const said = Object.entries(others).filter(([, value]) => value !== null)
  const fields = fieldsOf({
    files: new Map(),
    fields: new Map(said.map(([name, value]) => [name, [typeof value === 'string' ? value : JSON.stringify(value)]])),
  })
  const bytes = bytesOfBase64(file, 'file')
  if (bytes.byteLength > maxFileBytes) throw tooMuch()
  return { file: { name: typeof filename === 'string' ? filename : 'image', bytes }, fields }
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const sent: unknown = JSON.parse(text)
    if (typeof sent === 'object' && sent !== null && !Array.isArray(sent)) return { ...sent }
  } catch (cause) {
    throw new AppError('invalid_input', 'invalid request body', { cause })
  }
  throw new AppError('invalid_input', 'invalid request body')
}
