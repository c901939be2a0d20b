import type { Context } from '#domain/context.ts'

/** How long one request waits for another's work before doing its own: a request that was cancelled may never finish its. */
const PATIENCE_MS = 10_000

/**
 * Equal work asked for at the same time in this isolate is done once. The work is handed to `defer`, so it goes on when the
 * client that asked first goes away.
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Promise<T>>()

  async run(ctx: Pick<Context, 'defer'>, key: string, work: () => Promise<T>): Promise<T> {
    const flying = this.#flights.get(key)
    if (flying !== undefined) {
      const shared = await withPatience(flying)
      if (shared !== null) return shared.value
    }
    const flight = work().finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key)
    })
    this.#flights.set(key, flight)
    ctx.defer(flight.catch(() => undefined))
    return flight
  }
}

/** Null when patience ran out. */
async function withPatience<T>(flight: Promise<T>): Promise<{ readonly value: T } | null> {
  const impatience = Promise.withResolvers<null>()
  const timer = setTimeout(() => impatience.resolve(null), PATIENCE_MS)
  try {
    return await Promise.race([flight.then((value) => ({ value })), impatience.promise])
  } finally {
    clearTimeout(timer)
  }
}
