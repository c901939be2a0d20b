import { completeMethods } from '#http/allowed-methods.ts'
import { type ApiApp, createApiApp } from '#http/api-app.ts'
import { registerMailPages } from './auth/mail-pages.ts'
import { anyone } from './auth.ts'
import { registerDeletion } from './delivery/deletion.ts'
import { errorDialect } from './errors.ts'
import { escapeHtml } from './links.ts'
import { page } from './page.ts'

/** PicFast's pages for people, at the root of the worker: what goes wrong is a page too for who asks for one. */
export function createPicFastPages(): ApiApp {
  const app = createApiApp({
    ...errorDialect,
    page: ({ message }, status) => page('That did not work', [`<p>${escapeHtml(message)}</p>`], status),
  })
  app.use('/d/*', anyone)
  registerMailPages(app)
  registerDeletion(app)
  completeMethods(app)
  return app
}
