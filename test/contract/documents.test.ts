import { describe, expect, it } from 'vitest'
import { EnvSchema } from '#config.ts'
import { ORIGIN, request } from '#test/support/harness.ts'
import { administrator } from '#test/support/people.ts'
import { type Endpoint, EXTRAS, FILEHARBOR, PICFAST, SYSTEM } from './endpoints.ts'

interface Document {
  readonly paths: Record<string, Record<string, unknown>>
}

const families = [
  { name: 'fileharbor', document: '/v2/openapi.json', endpoints: FILEHARBOR, extras: EXTRAS.fileharbor },
  { name: 'picfast', document: '/openapi.json', endpoints: PICFAST, extras: EXTRAS.picfast },
] as const

const signature = ({ method, path }: Endpoint) => `${method} ${path}`

async function read(document: string): Promise<Document> {
  return (await request(document)).json<Document>()
}

describe.each(families)('$name’s document', ({ name, document, endpoints, extras }) => {
  it('lists exactly what is built', async () => {
    const { paths } = await read(document)
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const built = [...endpoints, ...extras].filter((endpoint) => endpoint.built).map(signature)
    expect(documented.sort()).toEqual(built.sort())
  })

  it('is the one in docs/openapi', async () => {
    // Where it is reached is each installation's own affair.
    const text = `${JSON.stringify(await read(document), null, 2).replaceAll(ORIGIN, 'https://picharbor.example')}\n`
    await expect(text).toMatchFileSnapshot(`../../docs/openapi/${name}.json`)
  })
})

describe('what is not built yet', () => {
  const open = [
    ...FILEHARBOR.map((endpoint) => ({ ...endpoint, prefix: '/v2' })),
    ...PICFAST.map((endpoint) => ({ ...endpoint, prefix: '/api/v1' })),
    ...SYSTEM.map((endpoint) => ({ ...endpoint, prefix: '' })),
  ]
    .filter((endpoint) => !endpoint.built)
    .map(({ method, prefix, path }) => [method, prefix, path] as const)

  it.each(open)('%s %s%s answers a 404 in the dialect’s shape', async (method, prefix, path) => {
    // Before there is one, changes are refused for that reason.
    await administrator()
    const url = prefix + path.replaceAll(/\{\w+\}/g, '1')
    const response = await request(url, { method, headers: { Origin: ORIGIN } })
    expect(response.status).toBe(404)
    const error = await response.json<Record<string, unknown>>()
    if (prefix === '/api/v1') expect(error).toMatchObject({ status: false, data: {}, code: 'not_found' })
    else expect(error).toMatchObject({ statusCode: 404, message: `Cannot ${method} ${url}`, errors: null, path: url })
  })
})

describe('docs/configuration.md', () => {
  it('has every variable the worker reads', async () => {
    const rows = Object.entries(EnvSchema.shape).map(([name, schema]) => {
      const fallback = schema.safeParse(undefined)
      const shown = fallback.success ? (fallback.data === '' ? '' : `\`${fallback.data}\``) : 'required'
      return `| \`${name}\` | ${shown} | ${schema.description} |`
    })
    const text = [
      '# Configuration',
      '',
      'Variables of the worker: in `.dev.vars` for `npm start`, in `[vars]` of `wrangler.toml` or as secrets when deployed. A missing or',
      'malformed one answers every request with 503 and is named in the log, never with its value.',
      '',
      '| variable | default | meaning |',
      '|---|---|---|',
      ...rows,
      '',
    ].join('\n')
    await expect(text).toMatchFileSnapshot('../../docs/configuration.md')
  })
})
