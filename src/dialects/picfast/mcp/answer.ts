import {
  createMcpHandler,
  isJsonContentType,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import type { Context as HonoContext } from 'hono'
import { AppError } from '#domain/errors.ts'
import { readText } from '#http/body-text.ts'
import type { AppEnv } from '#http/env.ts'
import { bodyBytesFor } from '../images/base64.ts'
import { createServer } from './server.ts'

/** Largest picture in a message: it is in memory four times at once, as bytes, text, base64 and bytes again. */
const MAX_FILE_BYTES = 10 * 1024 * 1024

/** @throws AppError as `readMessage` */
export async function answer(c: HonoContext<AppEnv>): Promise<Response> {
  if (!isJsonContentType(c.req.header('Content-Type'))) return answerModern(c, undefined)
  const message = await readMessage(c.req.raw, bodyLimit(c))
  return (await isLegacyRequest(c.req.raw, message)) ? answerLegacy(c, message) : answerModern(c, message)
}

/** A fresh handler each time: it keeps nothing, and what it reports belongs to this request's log. */
function answerModern(c: HonoContext<AppEnv>, parsedBody: unknown): Promise<Response> {
  const handler = createMcpHandler(() => createServer(c), {
    legacy: 'reject',
    // Nothing here ever changes under a client: a stream would stay silent until somebody cuts it.
    maxSubscriptions: 0,
    onerror: (error) => report(c, error),
  })
  return handler.fetch(c.req.raw, { parsedBody })
}

/**
 * Revisions before 2026: the SDK's own way answers with a stream of one event, and the work would go on after the answer began.
 */
async function answerLegacy(c: HonoContext<AppEnv>, parsedBody: unknown): Promise<Response> {
  const server = createServer(c)
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  transport.onerror = (error) => report(c, error)
  try {
    await server.connect(transport)
    return await transport.handleRequest(c.req.raw, { parsedBody })
  } finally {
    await server.close()
  }
}

function report(c: HonoContext<AppEnv>, error: Error): void {
  c.var.ctx.log('info', 'mcp', { requestId: c.var.requestId, error: error.message })
}

function bodyLimit(c: HonoContext<AppEnv>): number {
  return bodyBytesFor(Math.min(c.var.services.policy.maxFileBytes, MAX_FILE_BYTES))
}

/** @throws AppError `too_large`, `invalid_input`, `unavailable` */
async function readMessage(request: Request, limit: number): Promise<unknown> {
  const text = await readText(
    request,
    limit,
    () => new AppError('too_large', `a message may have at most ${limit} bytes`),
  )
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid_input', 'Parse error: the request body is not valid JSON', { cause })
  }
}
