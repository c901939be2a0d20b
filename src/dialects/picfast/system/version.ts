import { createRoute, z } from '@hono/zod-openapi'
import type { ApiApp } from '#http/api-app.ts'
import { VERSION } from '#http/version.ts'
import { envelope, envelopeOf } from '../envelope.ts'

const Version = z.object({
  version: z.string(),
  commit: z.string(),
  build_time: z.string(),
  github_url: z.string(),
})

const route = createRoute({
  operationId: 'getVersion',
  tags: ['system'],
  method: 'get',
  path: '/version',
  summary: 'Server version',
  responses: { 200: { description: 'Version', content: { 'application/json': { schema: envelopeOf(Version) } } } },
})

export function registerVersion(app: ApiApp): void {
  app.openapi(route, (c) =>
    c.json(envelope({ version: VERSION, commit: 'unknown', build_time: 'unknown', github_url: '' })),
  )
}
