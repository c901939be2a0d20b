import { createRoute, z } from '@hono/zod-openapi'
import { AT_ROOT, pageFailures } from '../openapi.ts'

/** The pages that links in mails lead to, for the document. */

const html = (description: string) => ({ description, content: { 'text/html': { schema: z.string() } } })
const token = z.string().optional().openapi({ description: 'Of the mail' })
const common = { ...AT_ROOT, tags: ['auth'], request: { query: z.object({ token }) } }
const page = { 200: html('A page for people'), 400: html('The same: why not') }

const asks = (path: '/verify-email' | '/reset-password', operationId: string, summary: string) =>
  createRoute({ ...common, operationId, method: 'get', path, summary, responses: page })

export const mailPageRoutes = [
  asks('/verify-email', 'askVerification', 'Where the link in a mail leads: asks before it verifies'),
  createRoute({
    ...common,
    operationId: 'verifyByLink',
    method: 'post',
    path: '/verify-email',
    summary: 'Verify the address this link was mailed to',
    responses: { ...page, ...pageFailures(413, 429, 503) },
  }),
  asks('/reset-password', 'askPassword', 'Where the link in a mail leads: asks for a new password'),
  createRoute({
    ...common,
    operationId: 'resetByLink',
    method: 'post',
    path: '/reset-password',
    summary: 'Set the password of the account this link was mailed to',
    request: {
      ...common.request,
      body: {
        content: {
          'application/x-www-form-urlencoded': {
            schema: z.object({ password: z.string().openapi({ description: '8 to 72 bytes' }) }),
          },
        },
      },
    },
    responses: { ...page, ...pageFailures(413, 429, 503) },
  }),
]
