import { AppError } from '#domain/errors.ts'
import { removeByToken, requireDeletable } from '#domain/images/deletion-token.ts'
import type { ApiApp } from '#http/api-app.ts'
import { limitByAddress } from '#http/rate-limit.ts'
import { escapeHtml } from '../links.ts'
import { page } from '../page.ts'

/**
 * `/d/{key}/{token}`, the deletion link an upload was answered with. Opening it deletes nothing, or link previews would: it asks, and
 * the button posts.
 */
export function registerDeletion(app: ApiApp): void {
  app.get('/d/:key/:token', (c) =>
    orGone(async () => {
      const { name } = await requireDeletable(c.var.ctx, c.req.param('key'), c.req.param('token'))
      return page('Delete this picture?', [
        `<p class="name">${escapeHtml(name)}</p>`,
        '<p>It will be gone for everybody, and cannot be brought back.</p>',
        '<form method="post"><button class="danger">Delete for good</button></form>',
      ])
    }),
  )
  app.post('/d/:key/:token', (c) =>
    orGone(async () => {
      await limitByAddress(c, 'write')
      await removeByToken(c.var.ctx, c.req.param('key'), c.req.param('token'))
      return page('Deleted', ['<p>The picture is gone.</p>'])
    }),
  )
}

/** A used link, a wrong one and a picture that expired look the same, and say so to people. */
async function orGone(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error
    return page('Nothing to delete', ['<p>This picture was deleted already, or the link is not complete.</p>'], 404)
  }
}
