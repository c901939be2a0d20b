import { z } from '@hono/zod-openapi'
import type { CallToolResult, McpServer } from '@modelcontextprotocol/server'
import type { Context as HonoContext } from 'hono'
import { deliverWithin } from '#domain/delivery/deliver-within.ts'
import { AppError } from '#domain/errors.ts'
import type { AppEnv } from '#http/env.ts'
import { type Format, mimeTypeOf } from '#imaging/formats.ts'
import { argumentsOf } from './arguments.ts'
import { KeyArgument, keyFrom } from './brief.ts'
import { asked, FINDING } from './call.ts'

const DEFAULT_SIDE = 1024
/** Beyond this models scale pictures down themselves. */
const MAX_SIDE = 1568
const MIN_SIDE = 64
/** In base64 a third more, in a message that a client may keep in its history. */
const MAX_BYTES = 200_000
/** What models read. */
const FORMATS: readonly Format[] = ['webp', 'jpeg', 'png', 'gif']

const Arguments = KeyArgument.extend({
  max_side: z.int().min(MIN_SIDE).max(MAX_SIDE).default(DEFAULT_SIDE).describe('Longest side in pixels'),
})

/** Without an output schema: clients that find structured content pass on nothing else, and the picture would be lost. */
export function registerViewTool(server: McpServer, c: HonoContext<AppEnv>): void {
  const config = {
    title: 'Look at an image',
    description: 'Returns the picture itself, made small enough to be looked at, never larger than it is.',
    inputSchema: argumentsOf(Arguments),
    annotations: { readOnlyHint: true, openWorldHint: false },
  }
  server.registerTool('view_image', config, (sent) =>
    asked(c, { ...FINDING, scope: 'read' }, sent, ({ key, max_side }) => show(c, keyFrom(key), max_side)),
  )
}

async function show(c: HonoContext<AppEnv>, key: string, side: number): Promise<CallToolResult> {
  const limits = { side, bytes: MAX_BYTES, formats: FORMATS }
  const fitted = await deliverWithin(c.var.ctx, { by: 'key', value: key }, limits).catch((error: unknown) => {
    // As under /i: nobody learns that there is something they may not see.
    if (error instanceof AppError && error.code === 'forbidden') throw new AppError('not_found', 'image not found')
    throw error
  })
  const { bytes, format, width, height, name, firstFrameOnly } = fitted
  const mimeType = mimeTypeOf(format)
  const facts = { key, origin_name: name, mimetype: mimeType, width, height, size_bytes: bytes.byteLength }
  const text = JSON.stringify({ ...facts, ...(firstFrameOnly && { shows: 'first frame of an animation' }) })
  return {
    content: [
      { type: 'image', data: bytes.toBase64(), mimeType },
      { type: 'text', text },
    ],
  }
}
