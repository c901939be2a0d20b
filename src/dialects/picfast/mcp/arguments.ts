import type { z } from '@hono/zod-openapi'
import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import { checked } from '../body.ts'

/** A tool's arguments, checked when it asks for them: `invalid_input` that names what does not fit. */
export type Sent<T> = () => T

/**
 * The schema of a tool's arguments as the SDK wants it, which shows it to clients and hands over whatever came: what the SDK refuses
 * itself is a sentence without a code.
 */
export function argumentsOf<In, Out>(schema: z.ZodType<Out, In>): StandardSchemaWithJSON<In, Sent<Out>> {
  const { jsonSchema } = schema['~standard']
  const validate = (value: unknown) => ({ value: () => checked(schema, value) })
  return { '~standard': { version: 1, vendor: 'picharbor', jsonSchema, validate } }
}
