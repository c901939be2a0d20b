import type { Context } from '#domain/context.ts'
import type { ImageRecord } from './record.ts'
import { removeImage } from './remove.ts'
import { type UploadInput, uploadImage } from './upload.ts'

/**
 * Stores several images or none: when one is refused, those before it are taken back.
 *
 * @throws AppError as `uploadImage`
 */
export async function uploadImages(ctx: Context, inputs: readonly UploadInput[]): Promise<ImageRecord[]> {
  const stored: ImageRecord[] = []
  try {
    for (const input of inputs) stored.push(await uploadImage(ctx, input))
  } catch (error) {
    for (const image of stored) await removeImage(ctx, image)
    throw error
  }
  return stored
}
