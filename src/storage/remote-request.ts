import { StorageError } from './object-store.ts'

const ATTEMPTS = 3
const PAUSE_MS = 150
/** After so long nothing is tried again: whoever waits for the answer has waited enough. */
const GIVE_UP_MS = 15_000
/** For an answer that is read as text to have come: a server may begin one and never end it. */
const TEXT_MS = 20_000
/** The same for why something was refused: the status says most of it. */
const REASON_MS = 3_000
/** Of a web page; longer ones are as little believed. */
const MOST_PAGE_BYTES = 16 * 1024

/**
 * Asks a store until it answers something that is not its own trouble: 5xx, 429, silence and broken connections are tried again,
 * so what is asked must be harmless to ask twice. Redirects are not followed: the address was checked, the one it names was not.
 *
 * @param make builds, and signs, the request anew for each attempt
 * @param timeoutMs for the head of the answer; its body is watched by whoever reads it
 * @throws StorageError
 */
export async function ask(
  what: string,
  make: (init: Pick<RequestInit, 'signal' | 'redirect'>) => Promise<Request>,
  timeoutMs = 10_000,
): Promise<Response> {
  const start = Date.now()
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptOnce(what, make, timeoutMs)
    if (outcome instanceof Response && !isTheirTrouble(outcome)) return outcome
    if (attempt === ATTEMPTS || Date.now() - start > GIVE_UP_MS) {
      throw outcome instanceof Response ? await failure(what, outcome) : outcome
    }
    if (outcome instanceof Response) await outcome.body?.cancel()
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 4 ** (attempt - 1) * (0.5 + Math.random())))
  }
}

async function attemptOnce(what: string, make: Parameters<typeof ask>[1], timeoutMs: number) {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), timeoutMs)
  try {
    return await fetch(await make({ signal: abort.signal, redirect: 'manual' }))
  } catch (cause) {
    const why = abort.signal.aborted ? `no answer within ${timeoutMs / 1000} s` : 'the server cannot be reached'
    return new StorageError(`${what}: ${why}`, { cause })
  } finally {
    clearTimeout(timer)
  }
}

function isTheirTrouble({ status }: Response): boolean {
  return status >= 500 || status === 429
}

/** Why the store said no, in a line. */
export async function failure(what: string, response: Response): Promise<StorageError> {
  const { status, headers } = response
  const text = await readText(response, 16 * 1024, REASON_MS).catch(() => '')
  const code = /<Code>([\w.-]{1,64})<\/Code>/.exec(text)?.[1]
  const digest = status === 401 && /^digest\b/i.test(headers.get('WWW-Authenticate') ?? '')
  const notes = [
    code ?? '',
    digest ? '(it wants Digest authentication, which is not supported; Basic is)' : '',
    status >= 300 && status < 400 ? '(a redirect, which is not followed: check endpoint and region)' : '',
  ]
  return new StorageError([`${what}: the server answered ${status}`, ...notes].filter(Boolean).join(' '))
}

/**
 * Takes an answer that has nothing to say but its status.
 *
 * @throws StorageError for a web page, which says 200 to anything at the same address; PHP calls empty answers HTML too
 */
export async function settled(what: string, response: Response): Promise<void> {
  const isHtml = /^text\/html\b/i.test(response.headers.get('Content-Type') ?? '')
  if (!isHtml) return response.body?.cancel()
  if ((await readText(response, MOST_PAGE_BYTES)).trim() !== '') throw new StorageError(`${what}: a web page answered`)
}

/** @throws StorageError beyond `most` bytes, for a list is read into memory, and when it does not end in time */
export async function readText({ body }: Response, most: number, ms = TEXT_MS): Promise<string> {
  if (body === null) return ''
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const deadline = Date.now() + ms
  let [text, size] = ['', 0]
  try {
    for (;;) {
      const { done, value } = await within(deadline - Date.now(), reader.read(), 'the answer did not end')
      if (done) return text + decoder.decode()
      size += value.byteLength
      if (size > most) throw new StorageError(`the answer is longer than ${most} bytes`)
      text += decoder.decode(value, { stream: true })
    }
  } catch (error) {
    reader.cancel().catch(() => undefined)
    throw error
  }
}

/** @throws StorageError with this message when the work takes longer */
export async function within<T>(ms: number, work: Promise<T>, message: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StorageError(message)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer ?? null)
  }
}
