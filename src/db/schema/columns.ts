import { sql } from 'drizzle-orm'
import { integer, text } from 'drizzle-orm/sqlite-core'

/** AUTOINCREMENT: SQLite would hand the id of a deleted row to a new one, and an old audit row would then speak of a stranger. */
export const id = () => integer('id').primaryKey({ autoIncrement: true })

/** Public UUID v4, lower case. */
export const uid = () => text('uid').notNull().unique()

/** Milliseconds since the epoch, UTC; read and written as Date. */
export const time = (name: string) => integer(name, { mode: 'timestamp_ms' })

const now = sql`(CAST(unixepoch('subsec') * 1000 AS INTEGER))`

export const createdAt = () => time('created_at').notNull().default(now)
export const updatedAt = () => time('updated_at').notNull().default(now)

export const flag = (name: string) => integer(name, { mode: 'boolean' })

/** A sum of bytes or rows: changed only by relative UPDATE (`used = used + ?`), never by read and write. */
export const counter = (name: string) => integer(name).notNull().default(0)
