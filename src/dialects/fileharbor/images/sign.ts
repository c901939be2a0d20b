import { createRoute, z } from '@hono/zod-openapi'
import { signUrls } from '#domain/delivery/signing-keys.ts'
import type { ApiApp } from '#http/api-app.ts'
import { requireApiKey } from '../auth.ts'
import { errorResponses } from '../openapi.ts'

const YEAR_SECONDS = 31_536_000

const route = createRoute({
  operationId: 'signImageUrls',
  tags: ['images'],
  method: 'post',
  path: '/images/sign',
  summary: 'Sign many image URLs at once',
  security: [{ apiKey: [] }],
  middleware: requireApiKey,
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            urls: z
              .array(z.string().min(1).max(4096).startsWith('/', 'must be a path such as /v2/images/<id>?w=400'))
              .min(1)
              .max(500),
            expiresIn: z
              .int()
              .min(1)
              .max(YEAR_SECONDS)
              .optional()
              .openapi({ description: 'Seconds; never when absent' }),
          }),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The same URLs in the same order, signed',
      content: { 'application/json': { schema: z.object({ urls: z.array(z.string()) }) } },
    },
    ...errorResponses(400, 401, 409),
  },
})

export function registerSign(app: ApiApp): void {
  app.openapi(route, async (c) => {
    const { urls, expiresIn } = c.req.valid('json')
    const unsigned = urls.map((url) => ({ url, expiresInSeconds: expiresIn ?? null }))
    return c.json({ urls: await signUrls(c.var.ctx, unsigned) }, 200)
  })
}
