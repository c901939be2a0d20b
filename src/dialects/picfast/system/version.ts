import { createRoute, z } from '@hono/zod-openapi'
import type { ApiApp } from '#http/api-app.ts'
import { VERSION } from '#http/version.ts'
import { envelope } from '../envelope.ts'
import { enveloped } from '../openapi.ts'

const Version = z.object({
  version: z.string(),
  commit: z.string(),
  build_time: z.string(),
  github_url: z.string(),
})

const running = { version: VERSION, commit: 'unknown', build_time: 'unknown', github_url: '' }

const route = createRoute({
  operationId: 'getVersion',
  tags: ['system'],
  method: 'get',
  path: '/version',
  summary: 'Server version',
  responses: { 200: enveloped(Version, 'Version', running) },
})

export function registerVersion(app: ApiApp): void {
  app.openapi(route, (c) => c.json(envelope(running), 200))
}
