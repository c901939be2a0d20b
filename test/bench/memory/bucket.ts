import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

const METADATA_SIZE = 'cf-r2-metadata-size'

interface Asked {
  readonly method: string
  readonly object: string
  readonly objects?: readonly string[]
  readonly httpFields?: Record<string, string>
}

interface Stored {
  readonly bytes: Buffer
  readonly httpFields: Record<string, string>
}

/** A bucket in memory, answering as R2's service answers its binding: metadata as JSON before the bytes. Whole objects only; nothing is listed. */
export class Bucket {
  readonly #objects = new Map<string, Stored>()

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    const metadataSize = Number(request.headers[METADATA_SIZE] ?? 0)
    const header = request.headers['cf-r2-request']
    const asked = JSON.parse(header === undefined ? body.toString('utf8', 0, metadataSize) : String(header)) as Asked
    switch (asked.method) {
      case 'put':
        this.#objects.set(asked.object, { bytes: body.subarray(metadataSize), httpFields: asked.httpFields ?? {} })
        return this.#describe(asked.object, response, false)
      case 'get':
      case 'head':
        return this.#describe(asked.object, response, asked.method === 'get')
      case 'delete':
        for (const key of asked.objects ?? [asked.object]) this.#objects.delete(key)
        response.end()
        return
      case 'list':
        return send(response, { objects: [], truncated: false, delimitedPrefixes: [] })
      default:
        throw new Error(`The bench's bucket does not know ${asked.method}`)
    }
  }

  #describe(key: string, response: ServerResponse, withBytes: boolean): void {
    const stored = this.#objects.get(key)
    if (stored === undefined) {
      const error = { version: 1, v4code: 10007, message: 'The specified key does not exist.' }
      response.writeHead(404, { 'cf-r2-error': JSON.stringify(error) }).end()
      return
    }
    const { bytes, httpFields } = stored
    const described = {
      name: key,
      version: key,
      size: bytes.length,
      etag: 'bench',
      uploaded: Date.now(),
      httpFields,
      customFields: [],
      checksums: {},
    }
    send(response, described, withBytes ? bytes : Buffer.alloc(0))
  }
}

function send(response: ServerResponse, described: object, bytes = Buffer.alloc(0)): void {
  const metadata = Buffer.from(JSON.stringify(described))
  const sizes = { [METADATA_SIZE]: metadata.length, 'Content-Length': metadata.length + bytes.length }
  response.writeHead(200, sizes).write(metadata)
  response.end(bytes)
}
