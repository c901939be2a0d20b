import { removeByToken, requireDeletable } from '#domain/images/deletion-token.ts'
import type { ApiApp } from '#http/api-app.ts'
import { limitByAddress } from '#http/rate-limit.ts'
import { escapeHtml } from '../links.ts'
import { orPlainNotFound } from './respond.ts'

const CSP = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/**
 * `/d/{key}/{token}`, the deletion link an upload was answered with. Opening it deletes nothing, or link previews would: it asks, and
 * the button posts.
 */
export function registerDeletion(app: ApiApp): void {
  app.get('/d/:key/:token', (c) =>
    orPlainNotFound(c, async () => {
      const { name } = await requireDeletable(c.var.ctx, c.req.param('key'), c.req.param('token'))
      const title = `Delete “${escapeHtml(name)}”?`
      const button = '<form method="post"><button>Delete for good</button></form>'
      return page(title, `<h1>${title}</h1><p>Nobody will be able to see this picture any more.</p>${button}`)
    }),
  )
  app.post('/d/:key/:token', (c) =>
    orPlainNotFound(c, async () => {
      await limitByAddress(c, 'write')
      await removeByToken(c.var.ctx, c.req.param('key'), c.req.param('token'))
      return page('Deleted', '<h1>Deleted</h1><p>The picture is gone.</p>')
    }),
  )
}

function page(title: string, body: string): Response {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<style>body{font:1rem/1.5 system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.5rem 1rem}</style>
</head><body>${body}</body></html>`
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': CSP,
  }
  return new Response(html, { headers })
}
