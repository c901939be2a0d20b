import type { z } from '@hono/zod-openapi'
import type { Issue } from '#domain/errors.ts'

/**
 * What a schema found wrong, one issue a field; unknown properties become one issue each.
 * @param repeated whether a query parameter of that name was given more than once, which schemas call an array
 */
export function issuesOf(error: z.core.$ZodError, repeated: (name: string) => boolean = () => false): Issue[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'should not exist' }))
    }
    const [name] = issue.path
    if (typeof name === 'string' && repeated(name)) return [{ path: name, message: 'must be given only once' }]
    return [{ path: issue.path.join('.'), message: issue.message }]
  })
}
