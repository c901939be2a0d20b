import { AppError } from '#domain/errors.ts'
import type { Form } from '#http/multipart.ts'

/** A form's text fields: each once, but for tags, which may repeat (`tags`, `tags[]`) and be separated by commas. */
export interface FormFields {
  readonly values: Readonly<Record<string, string>>
  readonly tags: readonly string[]
}

/** @throws AppError `invalid_input` for a field given twice */
export function formFields(form: Form): FormFields {
  // Without a prototype: a field named `__proto__` is a field like any other, and unknown.
  const values: Record<string, string> = Object.create(null)
  const tags: string[] = []
  for (const [name, texts] of form.fields) {
    if (name === 'tags' || name === 'tags[]') tags.push(...texts.flatMap((text) => text.split(',')))
    else if (texts.length > 1) throw new AppError('invalid_input', `${name} must be given once`)
    else values[name] = texts[0] ?? ''
  }
  return { values, tags }
}
