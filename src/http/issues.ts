import type { z } from '@hono/zod-openapi'
import type { Issue } from '#domain/errors.ts'

/** What a schema found wrong, one issue a field; unknown properties become one issue each. */
export function issuesOf(error: z.core.$ZodError): Issue[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'should not exist' }))
    }
    return [{ path: issue.path.join('.'), message: issue.message }]
  })
}
