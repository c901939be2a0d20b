import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { type DataCentre, openDataCentre } from '#test/support/counting.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { db } from '#test/support/harness.ts'
import { administrator, person } from '#test/support/people.ts'
import { parseExposition } from '#test/support/prometheus.ts'

describe('GET /metrics', () => {
  const scrape = async (site: DataCentre) => parseExposition(await (await site.fetch('/metrics')).text())

  it('counts by route, over isolates, with as many series as there are routes', async () => {
    await administrator()
    const sites = [openDataCentre(), openDataCentre()]
    for (const site of sites) {
      for (let n = 0; n < 5; n++) await site.fetch(`/i/nothing${n}.jpg`)
      await site.fetch('/wp-admin/setup.php')
      await site.fetch('/api/v1/images/abc')
      await site.services.metrics.flush(site.services)
    }
    const response = await sites[0]!.fetch('/metrics')
    expect(response.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const text = await response.text()
    const families = parseExposition(text)
    const requests = families.get('http_requests_total')!
    expect([requests.type, requests.help]).toEqual(['counter', 'Answers by the pattern of their route.'])
    expect(Object.fromEntries(requests.samples)).toEqual({
      'http_requests_total{method="GET",path="/i/:file",status="404"}': 10,
      'http_requests_total{method="GET",path="/api/v1/images/:key",status="401"}': 2,
      'http_requests_total{method="GET",path="other",status="404"}': 2,
    })
    expect(families.get('http_request_duration_seconds')!.samples).toContainEqual([
      'http_request_duration_seconds_count{method="GET",path="/i/:file"}',
      10,
    ])
    expect(text).not.toMatch(/nothing|wp-admin|abc/)
  })

  it('knows uploads by door, result, reason, bytes and time', async () => {
    await administrator()
    const ada = await person()
    const [token, reader] = [await ada.token(), await ada.token('read')]
    const bearer = { Authorization: `Bearer ${token}` }
    const site = openDataCentre()
    const upload = (path: string, body: BodyInit, headers: Record<string, string> = bearer) =>
      site.fetch(path, { method: 'POST', body, headers })
    const photo = () => form(fixtures.photoJpg)
    await upload('/api/v1/images', photo())
    await upload('/api/v1/images', photo())
    await upload('/api/v1/images', photo(), { Authorization: `Bearer ${reader}` })
    await upload('/api/v1/images', form('text'))
    await upload('/api/v1/images', form(fixtures.photoJpg, { album_id: '999' }))
    await upload('/api/v1/upload', photo(), {})
    await upload('/api/v1/sharex/upload', photo())
    await upload('/api/v1/flat/upload', photo())
    await upload('/picgo/upload', photo())
    const json = { ...bearer, 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' }
    const call = (file_data: string) => {
      const params = { name: 'upload_image', arguments: { file_data, filename: 'a.jpg' } }
      return upload('/mcp', JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }), json)
    }
    await call(new Uint8Array(fixtures.photoJpg).toBase64())
    await call('!')
    await db.run(sql`UPDATE users SET capacity_bytes = 1`)
    await upload('/api/v1/images', photo())
    await db.run(sql`UPDATE users SET capacity_bytes = 0`)
    const { bucket, db: database } = site.services
    const [put, batch] = [bucket.put, database.batch]
    bucket.put = () => Promise.reject(new Error('R2 is away'))
    await upload('/api/v1/flat/upload', form(fixtures.plainJpg))
    bucket.put = async () => {
      database.batch = () => {
        database.batch = batch
        return Promise.reject(new Error('D1_ERROR: away'))
      }
    }
    await upload('/api/v1/flat/upload', form(fixtures.stillWebp))
    bucket.put = put
    await db.run(sql`UPDATE rate_windows SET count = 1000000`)
    await upload('/api/v1/images', photo())
    await site.services.metrics.flush(site.services)
    const families = await scrape(site)
    const counted = Object.fromEntries(
      [...families.get('picfast_uploads_total')!.samples].map(([series, value]) => [
        series.replace(/.*reason="(.*)",result="(.*)",source="(.*)".*/, '$3 $2 $1'),
        value,
      ]),
    )
    expect(counted).toEqual({
      'api success none': 2,
      'api error denied': 1,
      'api error invalid_file': 1,
      'api error unknown': 1,
      'api error quota_exceeded': 1,
      'api error rate_limited': 1,
      'web error denied': 1,
      'sharex success none': 1,
      'flat success none': 1,
      'flat error storage_failed': 1,
      'flat error db_failed': 1,
      'picgo success none': 1,
      'mcp success none': 1,
      'mcp error invalid_file': 1,
    })
    const { byteLength } = fixtures.photoJpg
    expect(Object.fromEntries(families.get('picfast_upload_bytes_total')!.samples)).toEqual({
      'picfast_upload_bytes_total{source="api"}': 2 * byteLength,
      'picfast_upload_bytes_total{source="sharex"}': byteLength,
      'picfast_upload_bytes_total{source="flat"}': byteLength,
      'picfast_upload_bytes_total{source="picgo"}': byteLength,
      'picfast_upload_bytes_total{source="mcp"}': byteLength,
    })
    const times = families.get('picfast_upload_duration_seconds')!.samples
    expect(times.get('picfast_upload_duration_seconds_count{result="error",source="api"}')).toBe(5)
  })

  it('knows what was shown, to whom not, and what had to be made for it', async () => {
    await administrator()
    const ada = await person()
    const { key, links } = await ada.upload({}, fixtures.photoJpg, 'photo.jpg')
    const hidden = await ada.upload({ permission: '0' }, fixtures.plainJpg, 'plain.jpg')
    const site = openDataCentre()
    for (const path of [
      `/i/${key}.jpg`,
      `/i/${key}.jpg@w_100`,
      `/i/${key}.jpg@w_100`,
      '/i/nothing00.jpg',
      `/i/${hidden.key}.jpg`,
    ]) {
      await site.fetch(path)
    }
    const thumbnail = new URL(links.thumbnail_url).pathname
    for (let n = 0; n < 3; n++) await site.fetch(thumbnail)
    await site.services.metrics.flush(site.services)
    const families = await scrape(site)
    const samples = (name: string) => Object.fromEntries(families.get(name)?.samples ?? [])
    expect(samples('picfast_image_serves_total')).toEqual({
      'picfast_image_serves_total{kind="image",result="success"}': 3,
      'picfast_image_serves_total{kind="image",result="not_found"}': 1,
      'picfast_image_serves_total{kind="image",result="denied"}': 1,
      'picfast_image_serves_total{kind="thumbnail",result="success"}': 3,
    })
    expect(samples('picfast_image_serve_duration_seconds')).toMatchObject({
      'picfast_image_serve_duration_seconds_count{kind="image",result="success"}': 3,
    })
    expect(samples('picfast_thumbnail_generations_total')).toEqual({
      'picfast_thumbnail_generations_total{reason="none",result="success"}': 1,
    })
    expect(samples('picfast_thumbnail_generation_duration_seconds')).toMatchObject({
      'picfast_thumbnail_generation_duration_seconds_count{result="success"}': 1,
    })
    expect(samples('picharbor_renders_total')).toEqual({
      'picharbor_renders_total{format="jpeg",result="success"}': 1,
      'picharbor_renders_total{format="png",result="success"}': 1,
    })
    expect(samples('picharbor_deliveries_total')).toMatchObject({
      'picharbor_deliveries_total{source="original"}': 1,
      'picharbor_deliveries_total{source="rendered"}': 2,
      'picharbor_deliveries_total{source="edge"}': 3,
    })
    expect(samples('picharbor_stored_bytes').picharbor_stored_bytes).toBeGreaterThan(0)
    await ada.ask('DELETE', `/images/${hidden.key}`)
    await db.run(sql`UPDATE outbox SET done_at = NULL, created_at = created_at - 60000`)
    const after = await scrape(site)
    expect(after.get('picharbor_outbox_pending')!.samples.get('picharbor_outbox_pending')).toBeGreaterThan(0)
    expect(
      after.get('picharbor_outbox_oldest_seconds')!.samples.get('picharbor_outbox_oldest_seconds'),
    ).toBeGreaterThanOrEqual(60)
    expect([...after.get('picharbor_build_info')!.samples.keys()]).toEqual([
      expect.stringMatching(/^picharbor_build_info\{version="\d+\.\d+\.\d+"\}$/),
    ])
  })

  it('writes nothing for a request, and asks for a scrape as little as for an empty one', async () => {
    const site = openDataCentre()
    await site.fetch('/api/v1/version')
    expect((await site.costOf('/api/v1/version')).cost.queries).toBe(0)
    const empty = (await site.costOf('/metrics')).cost.queries
    expect(await db.all(sql`SELECT 1 FROM metrics`)).toEqual([])
    await site.services.metrics.flush(site.services)
    expect((await site.costOf('/metrics')).cost.queries).toBe(empty)
  })

  it('never falls from one scrape to the next, whichever isolate answers', async () => {
    const sites = [openDataCentre(), openDataCentre()]
    let before = 0
    for (let n = 0; n < 8; n++) {
      const site = sites[n % 2]!
      await site.fetch('/api/v1/version')
      if (n % 3 === 0) await site.services.metrics.flush(site.services)
      const count = [...((await scrape(sites[(n + 1) % 2]!)).get('http_requests_total')?.samples.values() ?? [])]
      const now = count.reduce((a, b) => a + b, 0)
      expect(now).toBeGreaterThanOrEqual(before)
      before = now
    }
    expect(before).toBeGreaterThan(0)
  })

  it('says so while the database is away', async () => {
    const site = openDataCentre()
    site.services.db.batch = () => Promise.reject(new Error('D1_ERROR: secret'))
    const response = await site.fetch('/metrics')
    expect([response.status, await response.text()]).toEqual([503, 'metrics are not available\n'])
  })

  it('is for who has the token, where there is one', async () => {
    const site = openDataCentre({ METRICS_TOKEN: 'scrape' })
    expect((await site.fetch('/metrics')).status).toBe(401)
    expect((await site.fetch('/metrics', { headers: { Authorization: 'Bearer other' } })).status).toBe(401)
    expect((await site.fetch('/metrics', { headers: { Authorization: 'Bearer scrape' } })).status).toBe(200)
  })
})
