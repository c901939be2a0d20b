import { eq, type SQL, sql } from 'drizzle-orm'
import type { Database } from '#db/client.ts'
import { tenants } from '#db/schema/index.ts'

/** The row id of the built-in tenant, where accounts belong, as SQL. */
export function siteTenantId(db: Database): SQL {
  return sql`(${db.select({ id: tenants.id }).from(tenants).where(eq(tenants.kind, 'site'))})`
}
