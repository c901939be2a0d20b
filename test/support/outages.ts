import { env } from 'cloudflare:workers'
import { openDatabase } from '#db/client.ts'
import type { Services } from '#domain/context.ts'
import { R2Store } from '#storage/r2.ts'

/** A database whose every statement, or every one like this, fails with this message, as D1's binding throws it. */
export function brokenDatabase(message: string, only = /^/): Services['db'] {
  const fail = () => Promise.reject(new Error(message, { cause: new Error(message.replace('D1_ERROR: ', '')) }))
  const statement = { bind: () => statement, all: fail, run: fail, raw: fail, first: fail }
  const prepare = (sql: string) => (only.test(sql) ? statement : env.DB.prepare(sql))
  const binding = { prepare, batch: fail }
  return openDatabase(binding as unknown as D1Database)
}

/** A bucket that answers nothing but this, as R2's binding throws it. */
export function brokenBucket(message: string): Services['bucket'] {
  const fail = () => Promise.reject(new Error(message))
  return new R2Store({ get: fail, put: fail, delete: fail, list: fail } as unknown as R2Bucket)
}
