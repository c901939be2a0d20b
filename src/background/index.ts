import type { Context, Services } from '#domain/context.ts'
import { maintain } from './crons/maintain.ts'
import { sweep } from './crons/sweep.ts'
import { tidy } from './crons/tidy.ts'

/** Every cron expression of wrangler.toml and what it runs. */
const CRONS: Record<string, (ctx: Context) => Promise<void>> = {
  '*/5 * * * *': maintain,
  '7,37 * * * *': sweep,
  '23 * * * *': tidy,
}

export async function runCron(
  expression: string,
  services: Services,
  defer: (work: Promise<unknown>) => void,
): Promise<void> {
  const job = CRONS[expression]
  if (job === undefined) {
    services.log('error', 'no job for this cron expression', { expression })
    return
  }
  await job({ ...services, principal: { kind: 'system' }, defer })
}
