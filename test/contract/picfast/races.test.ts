import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { groups } from '#db/schema/index.ts'
import { openDataCentre } from '#test/support/counting.ts'
import { fixtures, form } from '#test/support/fixtures.ts'
import { db, request } from '#test/support/harness.ts'
import { expectInvariants } from '#test/support/invariants.ts'
import { administrator, ask, type Person, person, quickPasswords, setSettings } from '#test/support/people.ts'

let ada: Person
beforeEach(async () => {
  await administrator()
  ada = await person()
})

const times = <T>(n: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => work(i)))
const png = () => form(fixtures.pixelPng, {}, 'a.png')
const count = (answers: readonly { status: number }[], status: number) =>
  answers.filter((answer) => answer.status === status).length

describe('of 50 simultaneous', () => {
  it('registrations of one address one wins', async () => {
    await setSettings({ allowRegistration: true })
    const site = openDataCentre({}, { passwords: quickPasswords })
    const body = JSON.stringify({ email: 'x@example.com', password: 'long enough', name: 'X' })
    const answers = await times(50, () =>
      site.fetch('/api/v1/auth/register', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } }),
    )
    expect([count(answers, 201), count(answers, 409)]).toEqual([1, 49])
    const rows = await env.DB.prepare("SELECT count(*) AS n FROM users WHERE email = 'x@example.com'").first('n')
    expect(rows).toBe(1)
  })

  it('refreshes one wins, and since the others showed a used token, nobody holds the family afterwards', async () => {
    const refresh = (refresh_token: string) => ask({}, 'POST', '/auth/refresh', { refresh_token })
    const other = await person()
    const answers = await times(50, () => refresh(ada.tokens.refreshToken))
    expect([count(answers, 200), count(answers, 401)]).toEqual([1, 49])
    const won = answers.find(({ status }) => status === 200)!.body.data
    expect((await refresh(won.refresh_token)).status).toBe(401)
    expect((await ask({ Authorization: `Bearer ${won.access_token}` }, 'GET', '/users/me')).status).toBe(401)
    // Somebody else's, and no other sign-in, is touched by that.
    expect((await refresh(other.tokens.refreshToken)).status).toBe(200)
  })

  it('uploads of a member as many are stored as the capacity their group gave them has room for', async () => {
    const { size_bytes } = await ada.upload()
    await db.update(groups).set({ policy: { userCapacityBytes: size_bytes * 7 } })
    await setSettings({ allowRegistration: true })
    const newcomer = { email: 'n@example.com', password: 'long enough', name: 'N' }
    const { body } = await ask({}, 'POST', '/auth/register', newcomer)
    const headers = { Authorization: `Bearer ${body.data.access_token}` }
    const answers = await times(50, () => ask(headers, 'POST', '/images', png()))
    expect([count(answers, 201), count(answers, 403)]).toEqual([7, 43])
    expect((await ask(headers, 'GET', '/users/me')).body.data.used_bytes).toBe(size_bytes * 7)
    await expectInvariants()
  })

  it('uploads of guests as many are stored as all guests together have room for', async () => {
    const { size_bytes } = await ada.upload()
    await setSettings({ allowGuestUpload: true, guestCapacityBytes: size_bytes * 5 + 1 })
    const answers = await times(50, (n) => ask({ 'CF-Connecting-IP': `192.0.2.${n}` }, 'POST', '/upload', png()))
    expect([count(answers, 201), count(answers, 403)]).toEqual([5, 45])
    await expectInvariants()
  })

  it('uploads from one address as many are stored as the guests’ group allows a minute, from another more', async () => {
    await setSettings({ allowGuestUpload: true })
    await db.update(groups).set({ policy: { uploadsPerMinute: 4 } })
    const from = (ip: string) => ask({ 'CF-Connecting-IP': ip }, 'POST', '/upload', png())
    const answers = await times(50, () => from('192.0.2.1'))
    expect([count(answers, 201), count(answers, 429)]).toEqual([4, 46])
    expect((await from('192.0.2.2')).status).toBe(201)
  })

  it('uploads from one IPv6 network as many are stored as from one address: a customer has all of a /64', async () => {
    await setSettings({ allowGuestUpload: true })
    await db.update(groups).set({ policy: { uploadsPerMinute: 4 } })
    const from = (ip: string) => ask({ 'CF-Connecting-IP': ip }, 'POST', '/upload', png())
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => from(`2001:db8:0:1::${n.toString(16)}`)))
    expect([count(answers, 201), count(answers, 429)]).toEqual([4, 6])
    expect((await from('2001:db8:0:1:ffff:2:3:4')).status).toBe(429)
    expect((await from('2001:db8:0:2::1')).status).toBe(201)
  })
})

describe('at the same time', () => {
  it('two batch deletions of the same pictures delete each once', async () => {
    const keys: string[] = []
    for (let n = 0; n < 5; n++) keys.push((await ada.upload()).key)
    const answers = await times(2, () => ada.ask('POST', '/images/batch-delete', { keys }))
    const sum = (field: string) => answers.reduce((total, { body }) => total + body.data[field], 0)
    expect([sum('deleted'), sum('failed')]).toEqual([5, 5])
    expect((await ada.ask('GET', '/users/me')).body.data).toMatchObject({ used_bytes: 0, image_num: 0 })
    await expectInvariants()
  })

  it('the last copy of some bytes may go while somebody brings the same bytes', async () => {
    const bob = await person()
    let last = await ada.upload({}, fixtures.alphaPng)
    for (let round = 0; round < 8; round++) {
      const [owner, other] = round % 2 === 0 ? [ada, bob] : [bob, ada]
      const [gone, came] = await Promise.all([
        owner.ask('DELETE', `/images/${last.key}`),
        other.upload({}, fixtures.alphaPng),
      ])
      expect(gone.status).toBe(200)
      await expectInvariants()
      const shown = await request(`/i/${came.key}.png`)
      expect([round, shown.status, (await shown.arrayBuffer()).byteLength]).toEqual([round, 200, came.size_bytes])
      last = came
    }
  })

  it('a sign-out and a refresh leave nobody signed in', async () => {
    for (let round = 0; round < 5; round++) {
      const somebody = await person()
      const { refreshToken } = somebody.tokens
      const [refreshed] = await Promise.all([
        ask({}, 'POST', '/auth/refresh', { refresh_token: refreshToken }),
        somebody.ask('POST', '/auth/logout'),
      ])
      expect((await somebody.ask('GET', '/users/me')).status).toBe(401)
      if (refreshed.status !== 200) continue
      const next = { refresh_token: refreshed.body.data.refresh_token }
      expect((await ask({}, 'POST', '/auth/refresh', next)).status).toBe(401)
    }
  })

  it('an album may be filled and deleted, and no count is wrong', async () => {
    const image = await ada.upload()
    for (let round = 0; round < 5; round++) {
      const album = (await ada.ask('POST', '/albums', { name: 'A' })).body.data.id
      const [moved, uploaded, removed] = await Promise.all([
        ada.ask('PATCH', `/images/${image.key}`, { album_id: album }),
        ada.ask('POST', '/images', form(fixtures.pixelPng, { album_id: String(album) }, 'a.png')),
        ada.ask('DELETE', `/albums/${album}`),
      ])
      expect([200, 404]).toContain(moved.status)
      expect([201, 404]).toContain(uploaded.status)
      expect(removed.status).toBe(200)
      await expectInvariants()
    }
  })

  it('an album deleted while an image is moved there is not found, and the image stays as it is', async () => {
    const [from, to] = [
      await ada.ask('POST', '/albums', { name: 'A' }),
      await ada.ask('POST', '/albums', { name: 'B' }),
    ]
    const { key } = await ada.upload({ album_id: String(from.body.data.id) })
    const centre = openDataCentre()
    const { db } = centre.services
    const late = async (statements: Parameters<typeof db.batch>[0]) => {
      await ada.ask('DELETE', `/albums/${to.body.data.id}`)
      return db.batch(statements)
    }
    Object.assign(centre.services, { db: Object.assign(Object.create(db), { batch: late }) })
    const answer = await centre.fetch(`/api/v1/images/${key}`, {
      method: 'PATCH',
      headers: { ...ada.headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ album_id: to.body.data.id, permission: 0 }),
    })
    expect([answer.status, await answer.json()]).toMatchObject([404, { status: false, message: 'album not found' }])
    const { body } = await ada.ask('GET', `/images/${key}`)
    expect(body.data).toMatchObject({ album_id: from.body.data.id, permission: 1 })
    await expectInvariants()
  })

  it('the 100th API token is made once', async () => {
    const insert = env.DB.prepare(
      "INSERT INTO api_tokens (user_id, name, hash, scopes, created_at) VALUES (?, 'x', ?, '[]', 0)",
    )
    await env.DB.batch(Array.from({ length: 99 }, (_, n) => insert.bind(ada.id, `hash ${n}`)))
    const answers = await times(10, () => ada.ask('POST', '/api-tokens', { name: 'one more' }))
    expect([count(answers, 201), count(answers, 409)]).toEqual([1, 9])
    const { id } = answers.find(({ status }) => status === 201)!.body.data
    const removed = await times(5, () => ada.ask('DELETE', `/api-tokens/${id}`))
    expect([count(removed, 200), count(removed, 404)]).toEqual([1, 4])
  })

  it('uploads, moves, deletions and refusals end in counters that are sums', async () => {
    const people = [ada, await person(), await person({ capacityBytes: 200 })]
    await setSettings({ allowGuestUpload: true })
    const files = [fixtures.pixelPng, fixtures.alphaPng, fixtures.truncatedJpg]
    const seen: { who: Person; key: string }[] = []
    await times(40, async (n) => {
      const who = people[n % 3]!
      if (n % 5 === 4 && seen.length > 0) {
        const { who: owner, key } = seen[n % seen.length]!
        await owner.ask(n % 2 ? 'DELETE' : 'PATCH', `/images/${key}`, n % 2 ? undefined : { permission: 0 })
        return
      }
      const body = form(files[n % files.length]!, {}, 'a.png')
      const answer = n % 7 === 6 ? await ask({}, 'POST', '/upload', body) : await who.ask('POST', '/images', body)
      expect([201, 403, 422]).toContain(answer.status)
      if (answer.status === 201 && n % 7 !== 6) seen.push({ who, key: answer.body.data.key })
    })
    const [first, second] = [seen.slice(0, 4), seen.slice(2, 6)].map((some) => some.map(({ key }) => key))
    await Promise.all(
      people.flatMap((who) => [first, second].map((keys) => who.ask('POST', '/images/batch-delete', { keys }))),
    )
    await expectInvariants()
  })
})
