import type { ApiApp } from '#http/api-app.ts'
import { mailPageRoutes } from './auth/mail-pages-document.ts'
import { deliveryRoutes } from './delivery/document.ts'
import { systemRoutes } from './system/document.ts'

/** What is served beside `/api/v1` belongs into the same document; each of these routes names the root as its server. */
export function documentAtRoot(picFast: ApiApp, clients: ApiApp): void {
  const theirs = clients.openAPIRegistry.definitions.flatMap((definition) =>
    definition.type === 'route' ? [definition.route] : [],
  )
  for (const route of [...deliveryRoutes, ...mailPageRoutes, ...theirs, ...systemRoutes])
    picFast.openAPIRegistry.registerPath(route)
}
