import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { AppError } from '#domain/errors.ts'
import type { AppEnv } from '#http/env.ts'
import { issuesOf } from '#http/issues.ts'
import { readJson } from '#http/json.ts'
import { wireText } from './text.ts'

/** What every JSON body may say beside its own fields: FileHarbor takes the user from there too (contract section 1.2). */
const acting = {
  externalUserId: wireText(255).optional().openapi({ description: 'Instead of the header `X-User-Id`' }),
}

/** The schema of a JSON body: unknown properties are refused, for a misspelt `isPrivate` must not publish a picture. */
export function jsonBody<T extends z.core.$ZodShape>(shape: T) {
  return z.strictObject({ ...shape, ...acting })
}

/**
 * Reads and checks a JSON body, an absent one as `{}`; from then on the caller acts for the user it names.
 *
 * @throws AppError `invalid_input`, `too_large`
 */
export async function readBody<T extends { externalUserId?: string | undefined }>(
  c: HonoContext<AppEnv>,
  schema: z.ZodType<T>,
): Promise<Omit<T, 'externalUserId'>> {
  const sent = await readJson(c.req.raw)
  const parsed = schema.safeParse(sent === undefined ? {} : sent)
  if (!parsed.success) {
    throw new AppError('invalid_input', 'The request is not valid', { issues: issuesOf(parsed.error) })
  }
  const { externalUserId, ...body } = parsed.data
  actFor(c, externalUserId?.trim() ?? '')
  return body
}

function actFor(c: HonoContext<AppEnv>, externalUserId: string): void {
  const { principal } = c.var.ctx
  if (externalUserId === '' || principal.kind !== 'tenant') return
  if (principal.externalUserId !== null && principal.externalUserId !== externalUserId) {
    throw new AppError('invalid_input', 'externalUserId contradicts X-User-Id')
  }
  c.set('ctx', { ...c.var.ctx, principal: { ...principal, externalUserId } })
}

/** The `request.body` of a route whose handler calls `readBody`. */
export function bodyOf(schema: z.ZodType, required: boolean) {
  return { required, content: { 'application/json': { schema } } }
}
