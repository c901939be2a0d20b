import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { counter, createdAt, flag, id, updatedAt } from './columns.ts'
import { strategies } from './strategies.ts'
import { tenants } from './tenants.ts'

/** What a group lets its members upload; absent members take the defaults of `domain/groups`. */
export interface GroupPolicy {
  /** Largest single file in bytes. */
  maxFileBytes?: number
  /** Lower-case file extensions. */
  acceptedExtensions?: string[]
  defaultStrategyId?: number
  uploadsPerMinute?: number
  uploadsPerHour?: number
  uploadsPerDay?: number
  uploadsPerMonth?: number
  /** Capacity a new member gets in bytes: 0 takes the site's default, below 0 is unlimited. */
  userCapacityBytes?: number
  pathNamingRule?: string
  fileNamingRule?: string
}

/** Members share an upload policy and a set of storage strategies. */
export const groups = sqliteTable(
  'groups',
  {
    id: id(),
    tenantId: integer('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    isDefault: flag('is_default').notNull().default(false),
    isGuest: flag('is_guest').notNull().default(false),
    policy: text('policy', { mode: 'json' }).$type<GroupPolicy>().notNull().default({}),
    /** Stored by guests of this group, who have no row of their own to charge. */
    usedBytes: counter('used_bytes'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    // New accounts join the default group; there is one.
    uniqueIndex('groups_default').on(t.tenantId).where(sql`is_default = 1`),
    // Guest uploads use the guest group; there is one.
    uniqueIndex('groups_guest').on(t.tenantId).where(sql`is_guest = 1`),
  ],
)

/** Which strategies a group may store with. */
export const groupStrategies = sqliteTable(
  'group_strategies',
  {
    groupId: integer('group_id')
      .notNull()
      .references(() => groups.id, { onDelete: 'cascade' }),
    strategyId: integer('strategy_id')
      .notNull()
      .references(() => strategies.id, { onDelete: 'cascade' }),
  },
  (t) => [
    // Every upload: the strategies of this group.
    primaryKey({ columns: [t.groupId, t.strategyId] }),
    // Strategy deletion asks which groups use it.
    index('group_strategies_strategy').on(t.strategyId),
  ],
)
