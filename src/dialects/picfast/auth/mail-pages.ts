import type { Context as HonoContext } from 'hono'
import { resetPassword } from '#domain/accounts/reset-password.ts'
import { verifyEmail } from '#domain/accounts/verify-email.ts'
import { AppError } from '#domain/errors.ts'
import type { ApiApp } from '#http/api-app.ts'
import type { AppEnv } from '#http/env.ts'
import { anyone, visitor } from '../auth.ts'
import { messageOf } from '../errors.ts'
import { escapeHtml } from '../links.ts'
import { page } from '../page.ts'

const CONFIRM = '<form method="post"><button>Confirm</button></form>'

const CHOOSE = `<form method="post">
<label>New password<input type="password" name="password" autocomplete="new-password" minlength="8" required></label>
<button>Set password</button>
</form>`

/**
 * `/verify-email` and `/reset-password`, where the links in mails lead unless the site's setting `app_url` names a console of one's
 * own. Opening one redeems nothing, or whatever scans mail would: the button posts.
 */
export function registerMailPages(app: ApiApp): void {
  app.get('/verify-email', anyone, (c) => orIncomplete(c, () => page('Confirm your email address', [CONFIRM])))
  app.post('/verify-email', visitor('redeem'), (c) =>
    orIncomplete(c, (token) =>
      orRefused(async () => {
        await verifyEmail(c.var.ctx, token)
        return page('Confirmed', ['<p>Your email address is confirmed. You can sign in now.</p>'])
      }),
    ),
  )
  app.get('/reset-password', anyone, (c) => orIncomplete(c, () => page('Choose a new password', [CHOOSE])))
  app.post('/reset-password', visitor('redeem'), (c) =>
    orIncomplete(c, (token) =>
      orRefused(async () => {
        await resetPassword(c.var.ctx, token, await passwordOf(c))
        return page('Password set', [
          '<p>Your password is set, and you are signed out everywhere. You can sign in now.</p>',
        ])
      }, CHOOSE),
    ),
  )
}

type Answer = Response | Promise<Response>

function orIncomplete(c: HonoContext<AppEnv>, answer: (token: string) => Answer): Answer {
  const token = c.req.query('token') ?? ''
  if (token !== '') return answer(token)
  return page('Nothing to do', ['<p>The link is not complete. Open it as it is in the mail.</p>'], 400)
}

/** @param again what lets people try once more */
async function orRefused(work: () => Promise<Response>, again = ''): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid_input') throw error
    return page('That did not work', [`<p>${escapeHtml(messageOf(error))}</p>`, again], 400)
  }
}

/** Out of a form as browsers send it, whose size the door has bounded. */
async function passwordOf(c: HonoContext<AppEnv>): Promise<string> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(c.req.header('Content-Type') ?? '')) return ''
  return new URLSearchParams(await c.req.text()).get('password') ?? ''
}
