import { readFile } from 'node:fs/promises'
import { Validator as DocumentValidator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { closed, type PublishedDocument, violations } from '#test/support/conformance.ts'

/** The files are held to what the worker publishes by test/contract/documents.test.ts. */
const read = async (name: string) =>
  JSON.parse(await readFile(new URL(`../../docs/openapi/${name}.json`, import.meta.url), 'utf8'))

interface Media {
  readonly schema?: Record<string, unknown>
  readonly example?: unknown
}
type Content = Record<string, Media>

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Record<string, { readonly content?: Content }>
}

const operationsOf = (document: { paths: Record<string, Record<string, Operation>> }) =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, route: `${method} ${path}`, operation })),
  )

describe.each(['fileharbor', 'picfast'])('%s’s document', (name) => {
  it('is OpenAPI 3.1 by the specification’s own schema', async () => {
    const validator = new DocumentValidator()
    const { valid, errors } = await validator.validate(await read(name))
    expect(errors).toBeUndefined()
    expect([valid, validator.version]).toEqual([true, '3.1'])
  })

  it('is refused when it is not', async () => {
    const document = await read(name)
    document.paths['/x'] = { get: { responses: { 200: { content: {} } } } }
    expect((await new DocumentValidator().validate(document)).valid).toBe(false)
  })

  it('names every operation once, and every parameter of its path', async () => {
    const operations = operationsOf(await read(name))
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(ids).toEqual([...new Set(ids)])
    for (const { path, route, operation } of operations) {
      const named = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path').map((each) => each.name)
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter)
      expect([route, named.sort()]).toEqual([route, wanted.sort()])
    }
  })
})

describe('picfast’s examples', () => {
  const MANY = /^(get \/openapi)/

  it('stand at every JSON body and every answer that succeeds, and are what the schema says', async () => {
    const document = (await read('picfast')) as PublishedDocument & Parameters<typeof operationsOf>[0]
    let seen = 0
    for (const { route, operation } of operationsOf(document)) {
      if (MANY.test(route)) continue
      const succeeding = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'))
      const contents = [operation.requestBody?.content, ...succeeding.map(([, { content }]) => content)]
      for (const content of contents) {
        const media = content?.['application/json']
        if (media === undefined) continue
        expect(media.example, route).toBeDefined()
        expect(violations(closed(media.schema, document.components.schemas), media.example), route).toEqual([])
        seen++
      }
    }
    expect(seen).toBeGreaterThan(50)
  })
})
