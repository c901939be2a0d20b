import { z } from 'zod'
import type { Context } from '#domain/context.ts'
import { seal, unseal } from '#domain/identity/sealed.ts'
import { StorageError } from '#storage/object-store.ts'
import type { StrategyConfig } from './config.ts'

const PURPOSE = 'storage credentials'
const Secrets = z.record(z.string(), z.string())

/** Null where there is nothing to keep secret. */
export async function sealCredentials(
  ctx: Pick<Context, 'keys'>,
  secret: StrategyConfig['secret'],
): Promise<string | null> {
  return Object.keys(secret).length === 0 ? null : seal(ctx, PURPOSE, JSON.stringify(secret))
}

/** @throws StorageError when they were sealed under another SECRET_KEY */
export async function openCredentials(
  ctx: Pick<Context, 'keys'>,
  sealed: string | null,
): Promise<StrategyConfig['secret']> {
  if (sealed === null) return {}
  try {
    return Secrets.parse(JSON.parse(await unseal(ctx, PURPOSE, sealed)))
  } catch (cause) {
    throw new StorageError('the stored credentials cannot be read: SECRET_KEY has changed; enter them again', { cause })
  }
}
