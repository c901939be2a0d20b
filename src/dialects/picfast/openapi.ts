import type { ApiApp } from '#http/api-app.ts'

/** The dialect's document; PicFast's reference has it at the root of the worker. */
export function picFastDocument(app: ApiApp): object {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Picharbor, PicFast API', version: '1', license: { name: 'MIT' } },
    servers: [{ url: '/api/v1' }],
  })
}
