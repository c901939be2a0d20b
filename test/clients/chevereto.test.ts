import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { base, draw, drawFile, expectPicture, token } from './support/pictures.ts'

// Its types lie elsewhere than it says.
const imgbbUploader = createRequire(import.meta.url)('imgbb-uploader')

const upload = (options: Record<string, unknown>) => imgbbUploader({ apiKey: token, cheveretoHost: base, ...options })

describe('imgbb-uploader, for Chevereto', () => {
  it('uploads files and base64, with more fields', async () => {
    const onDisk = await drawFile('a.png')
    const sent = await upload({ imagePath: onDisk.file, customPayload: { title: 'Küste.png', format: 'json' } })
    expect(sent.image).toMatchObject({ title: 'Küste.png', width: onDisk.width })
    await expectPicture(sent.image.url, onDisk)
    const picture = await draw('webp')
    const { image } = await upload({ base64string: Buffer.from(picture.bytes).toString('base64') })
    await expectPicture(image.url, picture)
  })

  it('shows why a picture is not taken', async () => {
    const { file } = await drawFile('a.png')
    await expect(upload({ apiKey: 'wrong', imagePath: file })).rejects.toThrow('unauthorized')
  })
})
