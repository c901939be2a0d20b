import { strategies } from '#db/schema/index.ts'

/** A strategy as everybody but its store sees it: credentials are not even read. */
export type StrategyRow = Omit<typeof strategies.$inferSelect, 'credentials'>

export const STRATEGY_COLUMNS = {
  id: strategies.id,
  tenantId: strategies.tenantId,
  name: strategies.name,
  kind: strategies.kind,
  config: strategies.config,
  createdAt: strategies.createdAt,
  updatedAt: strategies.updatedAt,
}
