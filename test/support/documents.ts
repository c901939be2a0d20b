import { assertConforms, type PublishedDocument } from './conformance.ts'

type Knock = (path: string) => Promise<Response>

/** Where each family publishes what it answers, and below which path; the last is what PicFast has at the root of the worker. */
const FAMILIES = [
  { prefix: '/v2', document: '/v2/openapi.json', side: 'family' },
  { prefix: '/api/v1', document: '/openapi.json', side: 'family' },
  { prefix: '', document: '/openapi.json', side: 'root' },
] as const

const published = new Map<string, PublishedDocument>()

/**
 * Holds an answer to the document of its family.
 *
 * @param knock asks a worker for the document, the first time
 * @throws Error that says what the document does not know
 */
export async function holdToDocument(
  knock: Knock,
  asked: { readonly method: string; readonly pathname: string },
  response: Response,
): Promise<void> {
  // As the worker does with a base URL that ends in a slash.
  const pathname = asked.pathname.replace(/^\/{2,}/, '/')
  const { prefix, document, side } = FAMILIES.find((family) => pathname.startsWith(`${family.prefix}/`))!
  const known = published.get(document) ?? (await (await knock(document)).json<PublishedDocument>())
  published.set(document, known)
  await assertConforms(known, { method: asked.method, path: pathname.slice(prefix.length), side }, response)
}
