import { createRoute, z } from '@hono/zod-openapi'
import { AT_ROOT, failures, pageFailures } from '../openapi.ts'

/** Files and the deletion link, for the document: their handlers read the path themselves. */

const PLAIN_404 = {
  description: 'There is no such thing, or not for you',
  content: { 'text/plain': { schema: z.string().openapi({ example: '404 page not found\n' }) } },
}

const picture = {
  200: {
    description: 'The picture',
    content: { 'image/*': { schema: z.string().openapi({ format: 'binary' }) } },
  },
  206: {
    description: 'The part of the picture named in `Range`',
    content: { 'image/*': { schema: z.string().openapi({ format: 'binary' }) } },
  },
  304: { description: 'Unchanged since the ETag in `If-None-Match`' },
  412: { description: 'Another picture than the one in `If-Match` or of `If-Unmodified-Since`' },
  404: PLAIN_404,
  416: { description: 'The range in `Range` is outside the picture' },
  ...failures(503),
}

const page = {
  200: { description: 'A page for people', content: { 'text/html': { schema: z.string() } } },
  404: { description: 'The same: nothing to delete', content: { 'text/html': { schema: z.string() } } },
}

const viewer = [{ session: [] }, { apiToken: [] }, {}]
const token = z.string().optional().openapi({ description: 'An access token, for `<img>`' })
const named = (example: string, description: string) => z.object({ file: z.string().openapi({ example, description }) })
const deletion = z.object({
  key: z.string().openapi({ example: 'k3x9ab71qz' }),
  token: z.string().openapi({ example: '0f6f3c0e6f0f4a4f8a0d3b5c7e9f1a2b3c4d5e6f70819203' }),
})
const common = { ...AT_ROOT, tags: ['files'] }

export const deliveryRoutes = [
  createRoute({
    ...common,
    operationId: 'getFile',
    method: 'get',
    path: '/i/{file}',
    summary: 'A picture by its key, resized and converted on demand',
    description:
      'After the extension `@` and `w_`, `h_`, `q_`, `f_` and more, each ignored when it makes no sense. It is never made larger.',
    security: viewer,
    request: {
      params: named('k3x9ab71qz.jpg@w_300,f_webp', '`{key}.{extension}[@parameters]`'),
      query: z.object({ token }),
    },
    responses: {
      ...picture,
      302: { description: 'The original is at a WebDAV server with direct links: read it there' },
    },
  }),
  createRoute({
    ...common,
    operationId: 'getThumbnail',
    method: 'get',
    path: '/t/{file}',
    summary: 'A picture within 400 × 400 by the MD5 of its bytes, or its key; `.png` or `.webp`',
    security: viewer,
    request: {
      params: named('9e107d9d372bb6826bd81d3542a419d6.png', '`{md5}.png`'),
      query: z.object({ token }),
    },
    responses: picture,
  }),
  createRoute({
    ...common,
    operationId: 'askDeletion',
    method: 'get',
    path: '/d/{key}/{token}',
    summary: 'The link an upload was answered with: asks before it deletes',
    request: { params: deletion },
    responses: { ...page, ...pageFailures(503) },
  }),
  createRoute({
    ...common,
    operationId: 'deleteByLink',
    method: 'post',
    path: '/d/{key}/{token}',
    summary: 'Delete the picture this link belongs to',
    request: { params: deletion },
    responses: { ...page, ...pageFailures(429, 503) },
  }),
]
