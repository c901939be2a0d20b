import { z } from '@hono/zod-openapi'
import type { McpServer } from '@modelcontextprotocol/server'
import type { Context as HonoContext } from 'hono'
import { wasProcessed } from '#domain/images/process.ts'
import type { AppEnv } from '#http/env.ts'
import { bytesOfBase64 } from '../images/base64.ts'
import { tooLarge } from '../images/form.ts'
import { storeUpload } from '../images/receive.ts'
import { presentReceived } from '../images/upload.ts'
import { countUpload } from '../metrics.ts'
import { argumentsOf } from './arguments.ts'
import { toBrief } from './brief.ts'
import { asked, type Manner, success } from './call.ts'

const Arguments = z.object({
  file_data: z.string().describe('The picture’s bytes in base64, with or without a `data:` prefix'),
  filename: z.string().max(1000).default('image').describe('File name, such as `chart.png`'),
  album_id: z.int().min(1).optional().describe('One of your albums'),
  permission: z.int().min(0).max(1).default(1).describe('0 private, 1 public: anybody with the URL'),
  expires_in: z.string().max(100).optional().describe('`24h`, `7d`, `1y`, `never`; absent leaves it to the site'),
  strategy_id: z.int().min(1).optional().describe('Where it is stored; absent leaves it to the site'),
})

/** What PicFast's two servers answer, in one. */
const Uploaded = z.object({
  key: z.string(),
  origin_name: z.string(),
  url: z.string(),
  thumbnail: z.string(),
  markdown: z.string(),
  html: z.string(),
  bbcode: z.string(),
  mimetype: z.string(),
  original_size: z.int().describe('Bytes that were sent'),
  stored_size: z.int().describe('Bytes that are kept and counted'),
  processed: z.boolean().describe('Encoded anew, as your processing settings want; metadata is always taken out'),
  width: z.int(),
  height: z.int(),
  permission: z.int(),
  moderation_status: z.string().describe('Others see it only when this is `approved`'),
  expires_at: z.string().nullable(),
  created_at: z.string(),
})

const MANNER: Manner = {
  scope: 'write',
  limit: 'upload',
  codes: {
    unsupported_format: 'INVALID_IMAGE_DATA',
    undecodable_image: 'INVALID_IMAGE_DATA',
    too_many_pixels: 'INVALID_IMAGE_DATA',
    invalid_input: 'INVALID_IMAGE_DATA',
  },
  otherwise: 'UPLOAD_FAILED',
}

export function registerUploadTool(server: McpServer, c: HonoContext<AppEnv>): void {
  const config = {
    title: 'Upload an image',
    description: 'Stores a picture and returns its links: URL, Markdown, HTML and BBCode.',
    inputSchema: argumentsOf(Arguments),
    outputSchema: Uploaded,
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  }
  server.registerTool('upload_image', config, (sent) =>
    asked(c, MANNER, sent, async (input) => success(await counted(c, () => uploadFrom(c, input)))),
  )
}

/** As at the other doors, whose uploads are requests of their own. */
async function counted<T extends { readonly original_size: number }>(
  c: HonoContext<AppEnv>,
  work: () => Promise<T>,
): Promise<T> {
  const startedAt = Date.now()
  try {
    const stored = await work()
    countUpload(c, 'mcp', stored.original_size, startedAt)
    return stored
  } catch (error) {
    countUpload(c, 'mcp', error instanceof Error ? error : new Error(String(error)), startedAt)
    throw error
  }
}

async function uploadFrom(c: HonoContext<AppEnv>, input: z.infer<typeof Arguments>): Promise<z.infer<typeof Uploaded>> {
  const received = await storeUpload(c, async (maxFileBytes) => {
    const bytes = bytesOfBase64(input.file_data, 'file_data')
    if (bytes.byteLength > maxFileBytes) throw tooLarge(maxFileBytes, undefined)
    return {
      file: { name: input.filename, bytes },
      fields: {
        albumId: input.album_id ?? null,
        permission: input.permission === 0 ? 0 : 1,
        strategyId: input.strategy_id ?? null,
        expiresIn: input.expires_in,
      },
    }
  })
  const { size_bytes: stored_size, ...facts } = toBrief(await presentReceived(c, received))
  const { receivedBytes } = received.image
  return { ...facts, original_size: receivedBytes ?? stored_size, stored_size, processed: wasProcessed(received.image) }
}
