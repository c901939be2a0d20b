import { expect, it } from 'vitest'
import { fixtures, form } from '#test/support/fixtures.ts'
import { mintTenant, request } from '#test/support/harness.ts'

it('a stored focal point decides what gravity=auto keeps, until it is taken away again', async () => {
  const tenant = await mintTenant()
  const headers = { 'X-API-Key': tenant.apiKey, 'X-User-Id': 'ann' }
  const body = form(fixtures.plainJpg)
  const { id } = await (await request('/v2/images', { method: 'POST', body, headers })).json<{ id: string }>()
  const crop = async () => {
    const plan = (await request(`/v2/images/${id}?w=100&h=100&fit=cover&gravity=auto`)).headers.get('X-Image-Plan')
    return Number(/c_(\d+)_/.exec(plan!)?.[1])
  }
  const patch = (focalPoint: unknown) =>
    request(`/v2/images/${id}`, {
      method: 'PATCH',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ focalPoint }),
    })
  const salient = await crop()
  for (const [x, expected] of [
    [0, 0],
    [1, 160],
    [0.5, 80],
  ] as const) {
    expect(await (await patch({ x, y: 0.5 })).json()).toMatchObject({ focalPoint: { x, y: 0.5 } })
    expect(await crop()).toBe(expected)
  }
  expect(await (await patch(null)).json()).toMatchObject({ focalPoint: null })
  expect(await crop()).toBe(salient)
  for (const wrong of [{ x: 2, y: 0 }, { x: 0.5 }, 'centre', { x: 0, y: 0, z: 0 }])
    expect((await patch(wrong)).status).toBe(400)
})
