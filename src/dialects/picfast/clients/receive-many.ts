import type { Context as HonoContext } from 'hono'
import { AppError } from '#domain/errors.ts'
import { removeByToken } from '#domain/images/deletion-token.ts'
import type { AppEnv } from '#http/env.ts'
import type { FormFile } from '#http/multipart.ts'
import { fieldsOf, filesOf, readUploadForm, type UploadFields } from '../images/form.ts'
import { type Received, storeUpload } from '../images/receive.ts'

const MOST_FILES = 20
/** What is held in memory at once: the isolate has 128 MB for everybody. */
const MOST_BYTES = 32 * 1024 * 1024

/**
 * An editor sends all pictures of a note at once and takes the answers by their order: all are stored, or none.
 *
 * @throws AppError as one upload
 */
export async function receiveMany(c: HonoContext<AppEnv>): Promise<Received[]> {
  const stored: Received[] = []
  const sent: { files: FormFile[]; fields?: UploadFields } = { files: [] }
  const next = async (maxFileBytes: number) => {
    if (sent.fields === undefined) {
      const form = await readUploadForm(c.req.raw, maxFileBytes, Math.max(maxFileBytes, MOST_BYTES))
      sent.files = filesOf(form)
      if (sent.files.length > MOST_FILES) throw new AppError('invalid_input', `at most ${MOST_FILES} files at once`)
      sent.fields = fieldsOf(form)
    }
    const file = sent.files[stored.length]
    if (file === undefined) throw new AppError('invalid_input', 'file is required')
    return { file, fields: sent.fields }
  }
  try {
    do stored.push(await storeUpload(c, next))
    while (stored.length < sent.files.length)
  } catch (error) {
    for (const { image, deletionToken } of stored) await removeByToken(c.var.ctx, image.key, deletionToken)
    throw error
  }
  return stored
}
