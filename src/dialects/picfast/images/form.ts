import { AppError } from '#domain/errors.ts'
import { type Form, type FormFile, readForm } from '#http/multipart.ts'

/** What other hosts' clients call the file. */
const FILE_FIELDS = ['file', 'image', 'source', 'smfile', 'files', 'files[]', 'list', 'list[]', 'fileToUpload']

export interface UploadFields {
  readonly albumId: number | null
  readonly permission: 0 | 1
  readonly strategyId: number | null
  /** As it was written; absent leaves it to the site. */
  readonly expiresIn: string | undefined
}

/**
 * Reads an upload's form: one file, under any of the names clients know, and the fields of contract section 4.2.
 *
 * @throws AppError `invalid_input`, `too_large`
 */
export async function readUpload(
  request: Request,
  maxFileBytes: number,
): Promise<{ file: FormFile; fields: UploadFields }> {
  const form = await readUploadForm(request, maxFileBytes)
  return { file: onlyFile(form), fields: fieldsOf(form) }
}

/** The form itself, for clients that send more in it; refused in the words of this family. */
export async function readUploadForm(request: Request, maxFileBytes: number, maxTotalBytes?: number): Promise<Form> {
  const limits = { maxFileBytes, ...(maxTotalBytes !== undefined && { maxTotalBytes }) }
  return readForm(request, limits).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error
    if (error.code === 'too_large') throw tooLarge(maxFileBytes, error)
    if (error.code === 'invalid_input') throw malformed(error)
    throw error
  })
}

/** The console reads the number out of this very text. */
export function tooLarge(maxFileBytes: number, cause: unknown): AppError {
  return new AppError('too_large', `file size exceeds maximum (${maxFileBytes} bytes)`, { cause })
}

function malformed(cause: AppError): AppError {
  return new AppError('invalid_input', 'failed to parse multipart form', { cause })
}

function onlyFile(form: Form): FormFile {
  const [file, ...more] = filesOf(form)
  if (file === undefined) throw new AppError('invalid_input', 'file is required')
  if (more.length > 0) throw new AppError('invalid_input', 'only one file can be uploaded')
  return file
}

export function filesOf(form: Form): FormFile[] {
  return FILE_FIELDS.flatMap((name) => form.files.get(name) ?? [])
}

export function fieldsOf(form: Form): UploadFields {
  const field = (name: string) => onlyValue(name, form.fields.get(name) ?? [])
  const permission = field('permission') ?? '1'
  // Not ignored like other nonsense: a misspelt 0 would publish the picture.
  if (permission !== '0' && permission !== '1') throw new AppError('invalid_input', 'permission must be 0 or 1')
  return {
    albumId: numberOrNull(field('album_id')),
    permission: permission === '0' ? 0 : 1,
    strategyId: numberOrNull(field('strategy_id')),
    expiresIn: field('expires_in'),
  }
}

/** Two that differ are refused: whichever was taken, the caller may have meant the other. */
function onlyValue(name: string, values: readonly string[]): string | undefined {
  const [value, ...others] = values.map((text) => text.trim())
  if (others.some((other) => other !== value)) throw new AppError('invalid_input', `${name} was given twice`)
  return value || undefined
}

/** What is no number is as good as absent, and so is 0, by which clients mean none. */
function numberOrNull(text: string | undefined): number | null {
  return /^[1-9]\d{0,14}$/.test(text ?? '') ? Number(text) : null
}
