import type { Poster } from './poster.ts'

const TIMEOUT_MS = 10_000

export class FetchPoster implements Poster {
  async post(url: string, body: string, headers: Record<string, string>): Promise<number> {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers,
      // The address was checked, the one a redirect names was not.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    // Unread bodies keep the connection.
    await response.body?.cancel()
    return response.status
  }
}
