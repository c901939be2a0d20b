import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import type { Page, PageQuery } from '#domain/page.ts'
import type { AppEnv } from '#http/env.ts'

const DEFAULT_SIZE = 20
const MAX_SIZE = 100
const MAX_PAGE = 1_000_000_000

export const pageQuery = {
  page: z.string().optional().openapi({ type: 'integer', description: 'From 1' }),
  page_size: z.string().optional().openapi({ type: 'integer', description: '1 to 100, 20 when out of range' }),
}

export interface PageWish extends PageQuery {
  readonly page: number
}

/** Whatever is out of range is the default, not an error (contract section 0.2). */
export function pageOf(c: HonoContext<AppEnv>): PageWish {
  const page = within(c.req.query('page'), MAX_PAGE) ?? 1
  const limit = within(c.req.query('page_size'), MAX_SIZE) ?? DEFAULT_SIZE
  return { page, limit, offset: (page - 1) * limit }
}

function within(text: string | undefined, max: number): number | null {
  const value = /^\d{1,10}$/.test(text ?? '') ? Number(text) : 0
  return value >= 1 && value <= max ? value : null
}

export function pageSchema<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), total: z.int(), page: z.int(), size: z.int(), total_pages: z.int() })
}

export function toPage<T, U>({ items, total }: Page<T>, { page, limit }: PageWish, present: (item: T) => U) {
  return { items: items.map(present), total, page, size: limit, total_pages: Math.ceil(total / limit) }
}
