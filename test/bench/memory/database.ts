import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

export interface Query {
  readonly sql: string
  readonly params: readonly unknown[]
}

/** SQLite in memory, answering as D1's service answers its binding. */
export class Database {
  readonly #sqlite = new DatabaseSync(':memory:')

  /** One query or a batch, which is a transaction. */
  answer(asked: Query | readonly Query[], format: string | null): unknown {
    const queries = Array.isArray(asked) ? (asked as readonly Query[]) : [asked as Query]
    this.#sqlite.exec('BEGIN')
    try {
      const results = queries.map((query) => this.run(query, format))
      this.#sqlite.exec('COMMIT')
      return results
    } catch (error) {
      this.#sqlite.exec('ROLLBACK')
      return { success: false, error: `${(error as Error).message}: SQLITE_ERROR` }
    }
  }

  run({ sql, params }: Query, format: string | null = null): unknown {
    const statement = this.#sqlite.prepare(sql)
    const columns = statement.columns().map(({ name }) => name)
    statement.setReturnArrays(true)
    const before = this.#changes()
    const rows = statement.all(...((params ?? []) as SQLInputValue[])) as unknown as unknown[][]
    const after = this.#changes()
    const results = format === 'ROWS_AND_COLUMNS' ? { columns, rows } : rows.map((row) => named(columns, row))
    const changes = after.total - before.total
    const meta = {
      duration: 0,
      changes,
      last_row_id: after.last,
      changed_db: changes > 0,
      rows_read: 0,
      rows_written: 0,
    }
    return { success: true, results, meta }
  }

  close(): void {
    this.#sqlite.close()
  }

  #changes(): { readonly total: number; readonly last: number } {
    return this.#sqlite.prepare('SELECT total_changes() AS total, last_insert_rowid() AS last').get() as never
  }
}

function named(columns: readonly string[], row: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(columns.map((name, at) => [name, row[at]]))
}
