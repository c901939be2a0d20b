import { createRoute, z } from '@hono/zod-openapi'
import type { ApiApp } from '#http/api-app.ts'
import { BUILT_AT, COMMIT, VERSION } from '#http/version.ts'
import { envelope } from '../envelope.ts'
import { enveloped } from '../openapi.ts'

const Version = z.object({
  version: z.string(),
  commit: z.string().openapi({ description: 'Of the sources; `unknown` where they were no git checkout' }),
  build_time: z.string().openapi({ description: '`unknown` where plain wrangler deployed it' }),
  github_url: z.string(),
})

const running = { version: VERSION, commit: COMMIT, build_time: BUILT_AT, github_url: '' }
const example = {
  ...running,
  commit: '9fceb02d0ae598e95dc970b74767f19372d61af8',
  build_time: '2026-05-04T09:30:00.000Z',
}

const route = createRoute({
  operationId: 'getVersion',
  tags: ['system'],
  method: 'get',
  path: '/version',
  summary: 'Server version',
  responses: { 200: enveloped(Version, 'Version', example) },
})

export function registerVersion(app: ApiApp): void {
  app.openapi(route, (c) => c.json(envelope(running), 200))
}
