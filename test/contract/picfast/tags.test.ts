import { beforeEach, describe, expect, it } from 'vitest'
import { fixtures, form } from '#test/support/fixtures.ts'
import { administrator, type Person, person } from '#test/support/people.ts'

let ada: Person
let bob: Person
beforeEach(async () => {
  await administrator()
  ada = await person()
  bob = await person()
})

const names = async (who: Person) => (await who.ask('GET', '/tags')).body.data.map(({ name }: { name: string }) => name)

describe('tags', () => {
  it('are made, put on one’s pictures in their order, filtered by, and taken off', async () => {
    const made = await ada.ask('POST', '/tags', { name: ' sea ' })
    expect(made).toMatchObject({ status: 201, body: { message: 'created', data: { name: 'sea', image_num: 0 } } })
    const { id } = made.body.data
    expect((await ada.ask('POST', '/tags', { name: 'sea' })).body.data.id).toBe(id)
    const image = await ada.upload()
    await ada.upload({}, fixtures.alphaPng)
    const path = `/images/${image.key}/tags`
    const added = await ada.ask('POST', path, { tag_ids: [id], names: ['holiday', 'sea'], name: '海' })
    expect(added.body.data.map(({ name }: { name: string }) => name)).toEqual(['sea', 'holiday', '海'])
    expect((await ada.ask('POST', path, { names: ['sea', 'new'] })).body.data).toHaveLength(4)
    expect((await ada.ask('GET', path)).body.data[0]).toEqual({ id, name: 'sea' })
    expect((await ada.ask('GET', '/tags')).body.data[2]).toMatchObject({ name: 'sea', image_num: 1 })
    const found = await ada.ask('GET', `/images?tag_ids=[${id}]`)
    expect(found.body.data.items.map(({ key }: { key: string }) => key)).toEqual([image.key])
    expect((await ada.ask('DELETE', `${path}/${id}`)).body).toEqual({ status: true, message: 'deleted', data: {} })
    expect(await ada.ask('DELETE', `${path}/${id}`)).toMatchObject({ status: 404, body: { message: 'tag not found' } })
    // Made to be used: still there when no picture has it.
    expect(await names(ada)).toContain('sea')
  })

  it('are one’s own: nobody learns of another’s words, by list, id or picture', async () => {
    const { id } = (await ada.ask('POST', '/tags', { name: 'secret project' })).body.data
    const image = await ada.upload()
    await ada.ask('POST', `/images/${image.key}/tags`, { tag_ids: [id] })
    const own = await bob.upload()
    expect(await names(bob)).toEqual([])
    expect(await bob.ask('POST', `/images/${own.key}/tags`, { tag_ids: [id] })).toMatchObject({
      status: 404,
      body: { message: 'tag not found' },
    })
    for (const [method, path, body] of [
      ['GET', `/images/${image.key}/tags`],
      ['POST', `/images/${image.key}/tags`, { names: ['x'] }],
      ['DELETE', `/images/${image.key}/tags/${id}`],
    ] as const) {
      expect(await bob.ask(method, path, body)).toMatchObject({ status: 403, body: { message: 'not your image' } })
    }
    // The same word is each one's own.
    expect((await bob.ask('POST', '/tags', { name: 'secret project' })).body.data.image_num).toBe(0)
    expect((await ada.ask('GET', `/images/${image.key}/tags`)).body.data).toEqual([{ id, name: 'secret project' }])
  })

  it.each([
    ['/tags', {}, 'name is required'],
    ['/tags', { name: ' ' }, 'name is required'],
    ['/tags', { name: 'x'.repeat(101) }, 'name must have 1 to 100 characters'],
    ['/tags', { name: 'a\u0001' }, 'name must have 1 to 100 characters'],
    ['IMAGE', {}, 'tag_ids or names is required'],
    ['IMAGE', { names: [''] }, 'name is required'],
    ['IMAGE', { tag_ids: ['1'] }, 'tag_ids.0 must be a number'],
    ['IMAGE', { names: Array(101).fill('x') }, 'names must have at most 100 entries'],
  ])('at %s refuse %j', async (path, body, message) => {
    const { key } = await ada.upload()
    const answer = await ada.ask('POST', path.replace('IMAGE', `/images/${key}/tags`), body)
    expect([answer.status, answer.body.message]).toEqual([400, message])
    expect(await names(ada)).toEqual([])
  })

  it('T-Q06: of simultaneous additions none is lost, and no picture has more than a hundred', async () => {
    const { key } = await ada.upload()
    const path = `/images/${key}/tags`
    const words = (from: number, n: number) => Array.from({ length: n }, (_, i) => `word ${from + i}`)
    await ada.ask('POST', path, { names: words(0, 90) })
    const answers = await Promise.all(
      [0, 1, 2, 3].map((n) => ada.ask('POST', path, { names: ['same', ...words(90 + n * 3, 3)] })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 409])
    expect((await ada.ask('GET', path)).body.data).toHaveLength(100)
    await ada.ask('DELETE', `/images/${key}`)
    expect(await ada.ask('POST', path, { names: ['x'] })).toMatchObject({ status: 404 })
    expect((await ada.ask('POST', '/images', form(fixtures.pixelPng, {}, 'a.png'))).status).toBe(201)
  })
})
