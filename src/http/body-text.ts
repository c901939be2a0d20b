import { bodyRoom } from './body-room.ts'

/**
 * A body as text, which takes room in the isolate and waits for it in the network as forms do; it stops at the first byte over the limit.
 *
 * @throws AppError `unavailable`, and what `tooLarge` makes
 */
export async function readText(request: Request, maxBytes: number, tooLarge: () => Error): Promise<string> {
  if (Number(request.headers.get('Content-Length') ?? 0) > maxBytes) throw tooLarge()
  const decoder = new TextDecoder()
  let size = 0
  let text = ''
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge()
    await bodyRoom.take(request, chunk.byteLength)
    text += decoder.decode(chunk, { stream: true })
  }
  bodyRoom.arrived(request)
  return text + decoder.decode()
}
