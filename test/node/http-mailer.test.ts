import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HttpMailer } from '#mail/http-mailer.ts'

interface Seen {
  readonly authorization: string | undefined
  readonly body: Record<string, string>
}

let seen: Seen[] = []
let status = 200
const server = createServer(async (request, response) => {
  let text = ''
  for await (const chunk of request) text += chunk
  seen.push({ authorization: request.headers.authorization, body: JSON.parse(text) })
  response.writeHead(status, { Location: 'http://127.0.0.1:1/' }).end()
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => void server.close())

describe('HttpMailer', () => {
  const message = { to: 'a@example.com', subject: 'Hi', text: 'Open <b>:\n\nhttps://img.example.com/x?token=1\n' }
  const send = (token = 'key') => {
    const { port } = server.address() as AddressInfo
    return new HttpMailer(`http://127.0.0.1:${port}/send`, token, 'Pictures <noreply@example.com>').send(message)
  }

  it('posts the message with its sender, as text and as escaped HTML', async () => {
    seen = []
    await send()
    expect(seen[0]?.authorization).toBe('Bearer key')
    expect(seen[0]?.body).toEqual({
      ...message,
      from: 'Pictures <noreply@example.com>',
      html: '<p>Open &lt;b&gt;:<br><br><a href="https://img.example.com/x?token=1">https://img.example.com/x?token=1</a><br></p>',
    })
    await send('')
    expect(seen[1]?.authorization).toBeUndefined()
  })

  it.each([302, 401, 500])('fails when the service answers %d, and follows nothing', async (answered) => {
    status = answered
    await expect(send()).rejects.toThrow(`the mail service answered ${answered}`)
    status = 200
  })
})
