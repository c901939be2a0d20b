import { request } from './harness.ts'

/** One message to `/mcp`, as a client without a session sends it; headers may be replaced. */
export function post(token: string | null, message: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return request('/mcp', {
    method: 'POST',
    headers: {
      ...(token !== null && { Authorization: `Bearer ${token}` }),
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  })
}

/** The JSON of an answer, whether it came as one or as the only event of a stream. */
// biome-ignore lint/suspicious/noExplicitAny: what each test expects of the wire is its own assertion
export async function read(response: Response): Promise<any> {
  const text = await response.text()
  return JSON.parse(/^data: ([{[].*)$/m.exec(text)?.[1] ?? text)
}

export async function rpc(token: string | null, method: string, params: object = {}) {
  const response = await post(token, { jsonrpc: '2.0', id: 1, method, params })
  return { status: response.status, headers: response.headers, body: await read(response) }
}

/** A tool's answer; `value` is the JSON of its text. */
export async function call(token: string, name: string, args: object = {}) {
  const { body } = await rpc(token, 'tools/call', { name, arguments: args })
  const { content, isError = false, structuredContent } = body.result
  const { text } = content.at(-1)
  return { isError, value: /^[{[]/.test(text) ? JSON.parse(text) : text, content, structuredContent }
}
