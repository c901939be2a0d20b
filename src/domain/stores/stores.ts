import { and, eq, ne } from 'drizzle-orm'
import { type StrategyKind, strategies } from '#db/schema/index.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import { type ObjectStore, type RemoteStore, StorageError, type StoreLocation } from '#storage/object-store.ts'
import type { StrategyConfig } from './config.ts'
import { openCredentials } from './credentials.ts'
import { locationOf } from './location.ts'

/** The strategy an object is stored with, as its row was when somebody last looked. */
export interface StoreRef {
  readonly id: number
  readonly kind: StrategyKind
  /** Milliseconds since the epoch of the row's last change. */
  readonly version: number
}

type Opening = Pick<Context, 'bucket' | 'db' | 'keys' | 'policy'>

/**
 * The store of each strategy: the worker's own bucket, or a server that is opened once per isolate and again when its row has
 * changed. What is kept are addresses and keys, never promises: a request must not wait on another's I/O.
 */
export class Stores {
  readonly #open: (location: StoreLocation) => RemoteStore
  readonly #opened = new Map<number, { readonly version: number; readonly store: RemoteStore }>()

  constructor(open: (location: StoreLocation) => RemoteStore) {
    this.#open = open
  }

  /**
   * No query for the worker's own bucket, nor for one that is open already.
   *
   * @throws StorageError when the strategy is gone or cannot be opened
   */
  async of(ctx: Opening, ref: StoreRef): Promise<ObjectStore> {
    return ref.kind === 'r2' ? ctx.bucket : this.remote(ctx, ref)
  }

  /** @throws StorageError as `of`, and for the worker's own bucket */
  async remote(ctx: Opening, { id, version }: Omit<StoreRef, 'kind'>): Promise<RemoteStore> {
    const known = this.#opened.get(id)
    if (known !== undefined && known.version >= version) return known.store
    const row = await ctx.db.select().from(strategies).where(eq(strategies.id, id)).get()
    if (row === undefined) throw new StorageError(`strategy ${id} is gone`)
    if (row.kind === 'r2') throw new StorageError(`strategy ${id} is the worker's own bucket`)
    const plain = row.config as StrategyConfig['plain']
    const store = this.#at(ctx, row.kind, { plain, secret: await openCredentials(ctx, row.credentials) })
    this.#opened.set(id, { version: row.updatedAt.getTime(), store })
    return store
  }

  /** @throws StorageError for an address that is not allowed any more */
  #at(ctx: Pick<Context, 'policy'>, kind: Exclude<StrategyKind, 'r2'>, config: StrategyConfig): RemoteStore {
    try {
      return this.#open(locationOf(kind, config, ctx.policy))
    } catch (error) {
      if (error instanceof AppError) throw new StorageError(error.message, { cause: error })
      throw error
    }
  }
}

/**
 * The strategy of a row, as it is now.
 *
 * @throws StorageError when it is gone
 */
export async function storeRef({ db }: Pick<Context, 'db'>, id: number): Promise<StoreRef> {
  const row = await db.select(REF).from(strategies).where(eq(strategies.id, id)).get()
  if (row === undefined) throw new StorageError(`strategy ${id} is gone`)
  return toRef(row)
}

/** Every store that is not the worker's own bucket, of a tenant. */
export async function remoteStoreRefs({ db }: Pick<Context, 'db'>, tenantId: number): Promise<StoreRef[]> {
  const rows = await db
    .select(REF)
    .from(strategies)
    .where(and(eq(strategies.tenantId, tenantId), ne(strategies.kind, 'r2')))
  return rows.map(toRef)
}

const REF = { id: strategies.id, kind: strategies.kind, updatedAt: strategies.updatedAt }

export function toRef({ id, kind, updatedAt }: { id: number; kind: StrategyKind; updatedAt: Date }): StoreRef {
  return { id, kind, version: updatedAt.getTime() }
}
