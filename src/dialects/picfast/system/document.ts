import { createRoute, z } from '@hono/zod-openapi'
import { AT_ROOT, json } from '../openapi.ts'

const Health = z
  .object({
    status: z.enum(['ok', 'degraded']),
    database: z.enum(['ok', 'unavailable']),
    storage: z.enum(['ok', 'unavailable']),
    timestamp: z.string().openapi({ format: 'date-time', description: 'To the second' }),
  })
  .openapi('Health')

const well = { status: 'ok', database: 'ok', storage: 'ok', timestamp: '2026-05-04T09:30:00Z' } as const
const text = (type: string, description: string) => ({ description, content: { [type]: { schema: z.string() } } })
const common = { ...AT_ROOT, tags: ['system'], method: 'get' as const }

/** What is served at the root of the worker, for the document. */
export const systemRoutes = [
  createRoute({
    ...common,
    operationId: 'getHealth',
    path: '/health',
    summary: 'Whether database and storage answer',
    responses: {
      200: json(Health, 'All is well', well),
      503: json(Health, 'Something is not', { ...well, status: 'degraded', storage: 'unavailable' }),
    },
  }),
  createRoute({
    ...common,
    operationId: 'getMetrics',
    path: '/metrics',
    summary: 'Figures for Prometheus; behind a bearer token where the operator set one',
    responses: {
      200: text('text/plain', 'Prometheus text'),
      401: text('text/plain', 'The token is missing or wrong'),
      503: text('text/plain', 'The database does not answer'),
    },
  }),
  createRoute({
    ...common,
    operationId: 'getDocument',
    path: '/openapi.json',
    summary: 'This document',
    responses: { 200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: z.looseObject({}) } } } },
  }),
  createRoute({
    ...common,
    operationId: 'getDocumentAsYaml',
    path: '/openapi.yaml',
    summary: 'This document as YAML',
    responses: { 200: text('application/yaml', 'OpenAPI 3.1') },
  }),
  createRoute({
    ...common,
    operationId: 'getDocs',
    path: '/docs',
    summary: 'Both families’ documents, to read and try',
    responses: { 200: text('text/html', 'A page') },
  }),
]
