import type { Mailer, MailMessage } from './mailer.ts'

const TIMEOUT_MS = 10_000

/** Posts each message as JSON to a mail service or to a gateway of the operator's own: the shape most of them take. */
export class HttpMailer implements Mailer {
  readonly #url: string
  readonly #token: string
  readonly #from: string

  constructor(url: string, token: string, from: string) {
    this.#url = url
    this.#token = token
    this.#from = from
  }

  async send(message: MailMessage): Promise<void> {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(this.#token !== '' && { Authorization: `Bearer ${this.#token}` }),
      },
      body: JSON.stringify({ ...message, from: this.#from, html: asHtml(message.text) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`the mail service answered ${response.status}`)
  }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function asHtml(text: string): string {
  const escaped = text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '')
  return `<p>${escaped.replace(/https?:\/\/\S+/g, '<a href="$&">$&</a>').replaceAll('\n', '<br>')}</p>`
}
