import { z } from '@hono/zod-openapi'
import { AppError } from '#domain/errors.ts'
import { MASK, secretsOf } from '#domain/stores/config.ts'
import type { StrategyRow } from '#domain/strategies/record.ts'
import { wireText } from '../../body.ts'

/** Contract section 11.3. */
export const AdminStrategy = z
  .object({
    id: z.int(),
    name: z.string(),
    strategy_type: z.enum(['r2', 's3', 'oss', 'cos', 'kodo', 'webdav']),
    configs: z.record(z.string(), z.union([z.string(), z.boolean()])).openapi({ description: 'Secrets masked' }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('AdminStrategy')

/** What is missing is said in the contract's words, so nothing is required here. */
export const StrategyBody = z.object({
  name: wireText(255).optional(),
  strategy_type: wireText(32).optional().openapi({
    description: '`r2` (or `local`): the worker’s own bucket; `s3`, `oss`, `cos`, `kodo`: S3-compatible; `webdav`',
  }),
  type: wireText(32).optional().openapi({ description: 'The same as `strategy_type`' }),
  configs: z
    .record(z.string(), z.unknown())
    .nullable()
    .optional()
    .openapi({
      description: `What the type needs; a secret that is absent, empty or \`${MASK}\` stays as it is`,
    }),
})

/** @throws AppError `invalid_input` in the contract's words */
export function requireText(field: string, text: string | undefined): string {
  const trimmed = text?.trim() ?? ''
  if (trimmed === '') throw new AppError('invalid_input', `${field} is required`)
  return trimmed
}

export function toAdminStrategy(row: StrategyRow): z.infer<typeof AdminStrategy> {
  const configs: Record<string, string | boolean> = {}
  for (const [key, value] of Object.entries(row.config)) {
    if (typeof value === 'string' || typeof value === 'boolean') configs[key] = value
  }
  for (const name of secretsOf(row.kind)) configs[name] = MASK
  return {
    id: row.id,
    name: row.name,
    strategy_type: row.kind,
    configs,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  }
}
