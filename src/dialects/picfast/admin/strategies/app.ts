import type { ApiApp } from '#http/api-app.ts'
import { registerCreate } from './create.ts'
import { registerHealth } from './health.ts'
import { registerList } from './list.ts'
import { registerOne } from './one.ts'

/** Behind an administrator's sign-in. */
export function registerStrategyAdministration(app: ApiApp): void {
  registerList(app)
  registerCreate(app)
  // Before `{id}`, which would take the word for a number.
  registerHealth(app)
  registerOne(app)
}
