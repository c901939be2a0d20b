import type { Context } from '#domain/context.ts'

/** For what is best effort: failing is logged and as good as nothing. */
export async function quietly<T>(ctx: Pick<Context, 'log'>, what: string, work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    ctx.log('warn', `${what} failed`, { error: String(error) })
    return null
  }
}
