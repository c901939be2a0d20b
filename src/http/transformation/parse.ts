import type { Issue } from '#domain/errors.ts'
import type { Transformation } from '#imaging/transformation.ts'
import { parameterNamed } from './parameters.ts'

export interface ParsedTransformation {
  readonly transformation: Transformation
  /** What could not be read; a dialect refuses it or looks past it, as its contract says. */
  readonly issues: readonly Issue[]
  /** Names that are no parameter's, in order. */
  readonly unknown: readonly string[]
}

/**
 * Names and texts, from whatever grammar, made one transformation. A parameter given twice counts once, the first time;
 * names are compared in lower case.
 */
export function parseTransformation(pairs: Iterable<readonly [name: string, text: string]>): ParsedTransformation {
  const values: Record<string, unknown> = {}
  const issues: Issue[] = []
  const unknown: string[] = []
  for (const [name, text] of pairs) {
    const parameter = parameterNamed(name.toLowerCase())
    if (parameter === undefined) {
      unknown.push(name)
      continue
    }
    if (Object.hasOwn(values, parameter.field)) continue
    const parsed = parameter.parse(text.trim())
    if ('problem' in parsed) issues.push({ path: name, message: parsed.problem })
    else values[parameter.field] = parsed.value
  }
  return { transformation: values as Transformation, issues, unknown }
}
