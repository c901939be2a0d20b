import { z } from '@hono/zod-openapi'
import type { Page, PageQuery } from '#domain/page.ts'

const wholeNumber = (max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be an integer number')
    .transform(Number)
    .pipe(z.int().min(1, 'must not be less than 1').max(max, `must not be greater than ${max}`))
    .default(fallback)

/** Query parameters of every list of clients; strict, as contract section 1.4 says. */
export const pageParams = {
  page: wholeNumber(999_999_999, 1).openapi({ type: 'integer', minimum: 1 }),
  perPage: wholeNumber(100, 20).openapi({ type: 'integer', minimum: 1, maximum: 100 }),
}

export interface PageParams {
  readonly page: number
  readonly perPage: number
}

export function pageQuery({ page, perPage }: PageParams): PageQuery {
  return { limit: perPage, offset: (page - 1) * perPage }
}

const Pagination = z
  .object({ page: z.int(), perPage: z.int(), total: z.int(), totalPages: z.int() })
  .openapi('Pagination')

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ data: z.array(item), pagination: Pagination })
}

export function toPage<T, W>(found: Page<T>, { page, perPage }: PageParams, present: (item: T) => W) {
  const { total } = found
  return {
    data: found.items.map(present),
    pagination: { page, perPage, total, totalPages: Math.ceil(total / perPage) },
  }
}
