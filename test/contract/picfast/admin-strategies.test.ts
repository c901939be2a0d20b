import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { drainOutbox } from '#domain/outbox/drain.ts'
import { contextFor } from '#test/support/harness.ts'
import { administrator, type Person, person } from '#test/support/people.ts'

let root: Person
beforeEach(async () => {
  root = await administrator()
})

const S3 = {
  endpoint: 'https://s3.example.com',
  bucket: 'pictures',
  access_key: 'AKIAVISIBLE',
  secret_key: 'top-secret-key',
  url: 'https://img.example.com',
}
const make = async (body: Record<string, unknown> = { name: 'Far', strategy_type: 's3', configs: S3 }) => {
  const { status, body: answer } = await root.ask('POST', '/admin/strategies', body)
  if (status !== 201) throw new Error(JSON.stringify(answer))
  return answer.data
}
const credentials = (id: number) =>
  env.DB.prepare('SELECT credentials FROM strategies WHERE id = ?').bind(id).first<string>('credentials')
const groupId = (column: 'is_default' | 'is_guest') =>
  env.DB.prepare(`SELECT id FROM groups WHERE ${column} = 1`).first<number>('id')
const audit = async () =>
  (
    await env.DB.prepare(
      'SELECT action, resource_id, resource_name, user_email, details, ip FROM audit_logs ORDER BY id',
    ).all()
  ).results

describe('a strategy', () => {
  it('is made, read, changed and deleted; its secrets are sealed, masked, and kept when they come back masked', async () => {
    const made = await make({ name: ' Far ', type: 's3', configs: { ...S3, type: 'local', nonsense: 1 } })
    expect(made).toMatchObject({
      name: 'Far',
      strategy_type: 's3',
      configs: { endpoint: S3.endpoint, bucket: 'pictures', url: S3.url, access_key: '***', secret_key: '***' },
    })
    expect(made.configs).not.toHaveProperty('type')
    const one = `/admin/strategies/${made.id}`
    const sealed = await credentials(made.id)
    const stored = JSON.stringify(await env.DB.prepare('SELECT * FROM strategies').all())
    for (const secret of [S3.access_key, S3.secret_key]) expect(stored).not.toContain(secret)
    expect((await root.ask('PUT', one, { name: 'Further', configs: null })).body.data).toMatchObject({
      name: 'Further',
      configs: made.configs,
    })
    expect(await credentials(made.id)).toBe(sealed)
    const { secret_key: _, ...rest } = S3
    for (const configs of [made.configs, { ...rest, access_key: '' }]) {
      expect((await root.ask('PUT', one, { configs: { ...configs, region: 'eu-x-1' } })).status).toBe(200)
    }
    // Sealed anew, but the same inside: what the store is opened with.
    const asked: Request[] = []
    const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
      asked.push(input as Request)
      return new Response(null, { status: 403 })
    })
    const { body } = await root.ask('GET', '/admin/strategies/health')
    spy.mockRestore()
    expect(body.data).toEqual([
      expect.objectContaining({ type: 'r2', healthy: true }),
      { id: made.id, name: 'Further', type: 's3', healthy: false, error: 'PUT: the server answered 403' },
    ])
    expect(asked[0]!.headers.get('Authorization')).toContain('Credential=AKIAVISIBLE/')
    expect(asked[0]!.headers.get('Authorization')).toContain('/eu-x-1/s3/')
    expect((await root.ask('DELETE', one)).body.message).toBe('deleted')
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const gone = await root.ask(method, one, method === 'PUT' ? { name: 'x' } : undefined)
      expect([gone.status, gone.body.message]).toEqual([404, 'strategy not found'])
    }
    expect((await root.ask('GET', '/admin/strategies')).body.data).toHaveLength(1)
    const told = await audit()
    expect(told.map(({ action, resource_name: name }) => [action, name])).toEqual([
      ['admin.strategy.create', 'Far'],
      ['admin.strategy.update', 'Further'],
      ['admin.strategy.update', 'Further'],
      ['admin.strategy.update', 'Further'],
      ['admin.strategy.delete', 'Further'],
    ])
    expect(told[0]).toMatchObject({ resource_id: String(made.id), user_email: root.email })
    expect(JSON.stringify(told)).not.toMatch(/top-secret|AKIAVISIBLE/)
  })

  it.each(
    [
    [{}, 'name is required'],
    [{ name: ' ' }, 'name is required'],
    [{ name: 'x' }, 'unknown strategy_type'],
    [{ name: 'x', strategy_type: 'ftp', configs: {} }, 'unknown strategy_type'],
    [{ name: 'x', strategy_type: 's3' }, 'configs is required'],
    [{ name: 'x', strategy_type: 's3', configs: null }, 'configs is required'],
    [{ name: 'x', strategy_type: 's3', configs: {} }, 'endpoint, bucket, access_key, and secret_key are required for S3 storage'],
    [{ name: 'x', strategy_type: 's3', configs: { ...S3, secret_key: '***' } }, 'endpoint, bucket, access_key, and secret_key are required for S3 storage'],
    [{ name: 'x', strategy_type: 's3', configs: { ...S3, endpoint: 'http://169.254.169.254' } }, 'endpoint must be an address of the public internet (ALLOW_PRIVATE_STORAGE=true allows others)'],
    [{ name: 'x', strategy_type: 's3', configs: [] }, expect.stringMatching(/configs/)],
    [{ name: 7, strategy_type: 's3', configs: S3 }, 'name must be a string'],
  ] /* biome-ignore format: a table */,
  )('is not made of %j: %s', async (body, message) => {
    expect(await root.ask('POST', '/admin/strategies', body)).toMatchObject({ status: 400, body: { message } })
    expect((await root.ask('GET', '/admin/strategies')).body.data).toHaveLength(1)
    expect(await audit()).toEqual([])
  })

  it('refuses ids that are none', async () => {
    for (const id of ['x', '0', '-1', '1e3']) {
      expect((await root.ask('GET', `/admin/strategies/${id}`)).body.message).toBe('invalid id')
    }
  })

  it('does not send its password to another server than the one it was for', async () => {
    const dav = { endpoint: 'https://dav.example.com/a', username: 'ann', password: 'p' }
    const { id } = await make({ name: 'Dav', strategy_type: 'webdav', configs: dav })
    const put = async (configs: object) => (await root.ask('PUT', `/admin/strategies/${id}`, { configs })).body
    const moved = { ...dav, endpoint: 'https://evil.example.net/a', password: '***' }
    expect((await put(moved)).message).toBe('password must be entered again for another server')
    expect((await put({ ...dav, endpoint: 'https://dav.example.com/b', password: '' })).status).toBe(true)
    expect((await put({ ...moved, password: 'q' })).status).toBe(true)
  })

  it('cannot become another kind without configs, nor while images are stored with it; nor be deleted then', async () => {
    const bucket = await make({ name: 'Second', strategy_type: 'local', configs: { root: '/x', url: 'https://x' } })
    expect(bucket.strategy_type).toBe('r2')
    const image = await root.upload({ strategy_id: String(bucket.id) })
    expect(image).toMatchObject({ strategy_id: bucket.id, strategy_name: 'Second', strategy_type: 'r2' })
    const one = `/admin/strategies/${bucket.id}`
    const ask = async (method: string, body?: object) => {
      const answer = await root.ask(method, one, body)
      return [answer.status, answer.body.message]
    }
    expect(await ask('PUT', { strategy_type: 's3' })).toEqual([400, 'configs is required when strategy_type changes'])
    expect(await ask('PUT', { strategy_type: 's3', configs: S3 })).toEqual([
      409,
      'strategy_type cannot change while images are stored with the strategy',
    ])
    expect(await ask('DELETE')).toEqual([409, 'cannot delete strategy: images are stored with it'])
    await root.ask('DELETE', `/images/${image.key}`)
    await drainOutbox(contextFor({ kind: 'system' }))
    expect(await ask('PUT', { strategy_type: 's3', configs: S3 })).toEqual([200, 'success'])
    expect(await ask('DELETE')).toEqual([200, 'deleted'])
    const [first] = (await root.ask('GET', '/admin/strategies')).body.data
    expect(await root.ask('DELETE', `/admin/strategies/${first.id}`)).toMatchObject({
      status: 409,
      body: { message: "cannot delete strategy: the worker's own bucket is needed" },
    })
    expect((await audit()).map(({ action }) => action)).toEqual([
      'admin.strategy.create',
      'admin.strategy.update',
      'admin.strategy.delete',
    ])
  })
})

describe('the strategies of a group', () => {
  it('are replaced as a whole, and are where its members may store', async () => {
    const [first] = (await root.ask('GET', '/admin/strategies')).body.data
    const second = await make({ name: 'Second', strategy_type: 'r2', configs: {} })
    const path = `/admin/groups/${await groupId('is_default')}/strategies`
    const ada = await person()
    const refused = async (fields: Record<string, string>) => ada.upload(fields).catch((error: Error) => error.message)
    expect(await refused({ strategy_id: String(second.id) })).toContain('strategy not available for your group')
    expect((await root.upload({ strategy_id: String(second.id) })).strategy_id).toBe(second.id)
    expect((await root.ask('PUT', path, { strategy_ids: [second.id, second.id] })).body.message).toBe(
      'strategies updated',
    )
    expect((await ada.ask('GET', '/strategies')).body.data).toMatchObject([{ id: second.id, is_default: true }])
    expect((await ada.upload()).strategy_id).toBe(second.id)
    await root.ask('PUT', path, { strategy_ids: [second.id, first.id] })
    await ada.ask('PUT', '/users/me', { settings: { default_strategy: second.id } })
    expect((await ada.upload()).strategy_id).toBe(second.id)
    expect((await ada.upload({ strategy_id: String(first.id) })).strategy_id).toBe(first.id)
    await root.ask('PUT', path, { strategy_ids: [] })
    expect(await refused({})).toContain('no storage strategy available')
    // Administrators fall back on all of them.
    expect((await root.upload()).strategy_id).toBe(first.id)
  })

  it.each([
    [{}, 400],
    [{ strategy_ids: 'all' }, 400],
    [{ strategy_ids: [1, 'x'] }, 400],
    [{ strategy_ids: [999] }, 400],
    [{ strategy_ids: Array.from({ length: 101 }, (_, i) => i + 1) }, 400],
  ])('are not %j', async (body, status) => {
    const path = `/admin/groups/${await groupId('is_guest')}/strategies`
    expect((await root.ask('PUT', path, body)).status).toBe(status)
    const kept = await env.DB.prepare('SELECT count(*) AS n FROM group_strategies').first('n')
    expect(kept).toBe(2)
    expect((await root.ask('PUT', '/admin/groups/999/strategies', { strategy_ids: [] })).body.message).toBe(
      'group not found',
    )
  })
})
