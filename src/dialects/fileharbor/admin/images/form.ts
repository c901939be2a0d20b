import { z } from '@hono/zod-openapi'
import { AppError } from '#domain/errors.ts'
import { issuesOf } from '#http/issues.ts'
import type { Form, FormFile } from '#http/multipart.ts'
import { wireBoolean } from '../../booleans.ts'
import { formFields } from '../../form-fields.ts'
import { wireTags, wireText } from '../../text.ts'

export const UploadFields = z.strictObject({
  clientId: wireText(255).openapi({ description: 'The client it is for' }),
  externalUserId: wireText(255).optional().openapi({ description: 'The client’s own id of the user it is for' }),
  albumId: wireText(255).optional().openapi({ description: 'Album id, ours or the client’s own' }),
  tags: wireTags.default([]).openapi({ description: 'Repeat the field, or separate by commas' }),
  description: wireText(1000).optional(),
  isPrivate: wireBoolean.default(false).openapi({ type: 'boolean' }),
})

/** The shape of the answer follows the name used. */
export interface Files {
  readonly name: 'file' | 'files'
  readonly files: readonly FormFile[]
}

/** @throws AppError `invalid_input` */
export function filesOf(form: Form, most: number): Files {
  const names = [...form.files.keys()].map((name) => name.replace(/\[\]$/, ''))
  const [name, other] = new Set(names)
  if (name === undefined) throw new AppError('invalid_input', 'No file uploaded')
  if (other !== undefined || (name !== 'file' && name !== 'files')) {
    throw new AppError('invalid_input', `Unexpected file field - ${other ?? name}`)
  }
  const files = [...form.files.values()].flat()
  if (name === 'file' && files.length > 1) throw new AppError('invalid_input', 'Only one file can be uploaded')
  if (files.length > most) throw new AppError('invalid_input', `At most ${most} files can be uploaded at once`)
  return { name, files }
}

/** @throws AppError `invalid_input` */
export function fieldsOf(form: Form): z.infer<typeof UploadFields> {
  const { values, tags } = formFields(form)
  const parsed = UploadFields.safeParse({ ...values, tags })
  if (parsed.success) return parsed.data
  throw new AppError('invalid_input', 'The form is not valid', { issues: issuesOf(parsed.error) })
}
