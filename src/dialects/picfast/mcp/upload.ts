import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import type { AppEnv } from '#http/env.ts'
import type { Wire } from '#http/wire.ts'
import { bytesOfBase64 } from '../images/base64.ts'
import { tooLarge } from '../images/form.ts'
import { storeUpload } from '../images/receive.ts'
import { presentReceived } from '../images/upload.ts'
import { toBrief } from './brief.ts'

export const UploadArguments = z.object({
  file_data: z.string().describe('The image in base64, with or without a data: prefix'),
  filename: z.string().max(255).describe('File name'),
  album_id: z.int().min(1).optional(),
  permission: z.int().min(0).max(1).default(1).describe('0 private, 1 public'),
})

export async function uploadFrom(
  c: HonoContext<AppEnv>,
  wire: Wire,
  input: z.infer<typeof UploadArguments>,
): Promise<ReturnType<typeof toBrief>> {
  const received = await storeUpload(c, async (maxFileBytes) => {
    const bytes = bytesOfBase64(input.file_data, 'file_data')
    if (bytes.byteLength > maxFileBytes) throw tooLarge(maxFileBytes, undefined)
    return {
      file: { name: input.filename, bytes },
      fields: {
        albumId: input.album_id ?? null,
        permission: input.permission === 0 ? 0 : 1,
        strategyId: null,
        expiresIn: undefined,
      },
    }
  })
  return toBrief(await presentReceived(c, wire, received))
}
