import { AppError } from '#domain/errors.ts'
import { acceptedFormats } from '#domain/groups/policy.ts'
import { tooLarge } from './form.ts'

interface Asked {
  readonly name: string
  readonly guest: boolean
  readonly acceptedExtensions: readonly string[]
  readonly maxFileBytes: number
}

/** Why an upload was refused, in the words of contract section 4.3. */
export function refusal(error: unknown, asked: Asked): unknown {
  if (!(error instanceof AppError)) return error
  switch (error.code) {
    case 'too_large':
      return tooLarge(asked.maxFileBytes, error)
    case 'quota_exceeded':
      return new AppError(error.code, `${asked.guest ? 'guest ' : ''}storage capacity exceeded`, { cause: error })
    case 'unsupported_format':
      return new AppError(error.code, typeRefusal(asked), { cause: error })
    default:
      return error.message === 'The file is empty' ? new AppError(error.code, 'file is empty', { cause: error }) : error
  }
}

/** The content decided; the name only says in which words. */
function typeRefusal({ name, acceptedExtensions }: Asked): string {
  const extension = (/\.([^.\\/]{1,10})$/.exec(name)?.[1] ?? '').toLowerCase()
  if (acceptedExtensions.includes(extension)) return `file content does not match extension .${extension}`
  if (extension !== '') return `file extension .${extension} is not allowed`
  const taken = acceptedExtensions.filter((accepted) => acceptedFormats([accepted]).length > 0)
  return `file is of none of the accepted types: ${taken.join(', ')}`
}
