import { Validator } from '@cfworker/json-schema'

type Json = Record<string, unknown>

interface Operation {
  /** Of its own where it is not below the family's path. */
  readonly servers?: readonly { readonly url: string }[]
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: Json }> }>
}

export interface PublishedDocument {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Json }
}

/**
 * Holds an answer to the published document: its status is one of the route's, its type one the document names, and its JSON is what
 * the schema says, with no property more. Routes the document does not know must say so in the dialect's error, unless they are
 * at the root, where others are too.
 *
 * @throws Error that says what the document does not know
 */
export async function assertConforms(
  document: PublishedDocument,
  request: { readonly method: string; readonly path: string; readonly side?: 'family' | 'root' },
  response: Response,
): Promise<void> {
  const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase()
  if (method === 'options' || request.path === '/openapi.json') return
  const atRoot = request.side === 'root'
  const operation = findOperation(document, method, request.path, atRoot)
  if (operation === null && atRoot) return
  const where = `${request.method} ${request.path} → ${response.status}`
  const schema = operation === null ? { $ref: '#/components/schemas/Error' } : schemaOf(operation, response, where)
  if (schema === null || request.method === 'HEAD' || !isJson(response)) return
  const body = await response.clone().json()
  const reasons = violations(closed(schema, document.components.schemas), body)
  if (reasons.length === 0) return
  throw new Error(`${where} is not what the document says:\n${reasons.join('\n')}\n${JSON.stringify(body)}`)
}

/** What of a value is not as a schema without references has it. */
export function violations(schema: unknown, value: unknown): string[] {
  const { errors } = new Validator(schema as Json, '2020-12', false).validate(value)
  return errors.map((error) => `${error.instanceLocation}: ${error.error}`)
}

function isJson(response: Response): boolean {
  return /^application\/json/.test(response.headers.get('Content-Type') ?? '')
}

function schemaOf(operation: Operation, response: Response, where: string): Json | null {
  const documented = operation.responses[response.status]
  if (documented === undefined) throw new Error(`${where}: the document does not know this status`)
  if (!isJson(response)) {
    const type = response.headers.get('Content-Type')
    if (type !== null && !names(documented.content, type)) throw new Error(`${where}: the document knows no ${type}`)
    return null
  }
  const schema = documented.content?.['application/json']?.schema
  if (schema === undefined) throw new Error(`${where}: the document knows no JSON here`)
  return schema
}

/** Whether one of these media ranges is this type; its parameters aside. */
function names(content: Operation['responses'][string]['content'], type: string): boolean {
  const [essence = ''] = type.split(';')
  return Object.keys(content ?? {}).some((range) => range === essence || range === essence.replace(/\/.*/, '/*'))
}

/** The most literal template that fits: `/albums/shared/{token}` before `/albums/{id}/images`. */
function findOperation(document: PublishedDocument, method: string, path: string, atRoot: boolean): Operation | null {
  const fitting = Object.entries(document.paths)
    .filter(([template, methods]) => {
      const operation = methods[method]
      return operation !== undefined && (operation.servers !== undefined) === atRoot && pattern(template).test(path)
    })
    .sort(([a], [b]) => a.split('{').length - b.split('{').length)
  return fitting[0]?.[1][method] ?? null
}

function pattern(template: string): RegExp {
  return new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}

/**
 * The schema with every reference followed, every `allOf` made one object and every object closed, so that a property nobody
 * documented is found.
 */
export function closed(schema: unknown, schemas: Json): unknown {
  if (Array.isArray(schema)) return schema.map((item) => closed(item, schemas))
  if (typeof schema !== 'object' || schema === null) return schema
  const { $ref, allOf, ...own } = schema as Json
  if (typeof $ref === 'string') return closed(schemas[$ref.slice('#/components/schemas/'.length)], schemas)
  const copy = Object.fromEntries(Object.entries(own).map(([key, value]) => [key, closed(value, schemas)]))
  if (Array.isArray(allOf)) return [...allOf.map((part) => closed(part, schemas) as Json), copy].reduce(merged)
  if (copy.type === 'object' && copy.properties !== undefined) copy.additionalProperties ??= false
  return copy
}

function merged(a: Json, b: Json): Json {
  const properties = { ...(a.properties as Json), ...(b.properties as Json) }
  const required = [...((a.required as string[]) ?? []), ...((b.required as string[]) ?? [])]
  return { ...a, ...b, properties, required }
}
