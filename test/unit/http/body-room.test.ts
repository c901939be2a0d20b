import { describe, expect, it } from 'vitest'
import { BodyRoom } from '#http/body-room.ts'

const room = (patienceMs = 60) => new BodyRoom({ budgetBytes: 100, patienceMs })

describe('room for bodies', () => {
  it('is given until it is full; whoever came first always goes on, and others wait for room', async () => {
    const bodies = room(5_000)
    const [first, second] = [{}, {}]
    await bodies.take(first, 70)
    await bodies.take(second, 30)
    await bodies.take(first, 70)
    let waited = true
    const more = bodies.take(second, 10).then(() => {
      waited = false
    })
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(waited).toBe(true)
    bodies.release(first)
    await more
    expect(waited).toBe(false)
  })

  it('turns away who waited too long, and forgets what he held', async () => {
    const bodies = room()
    const [first, second, third] = [{}, {}, {}]
    await bodies.take(first, 60)
    await bodies.take(second, 40)
    await expect(bodies.take(second, 1)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 })
    await bodies.take(third, 40)
  })

  it('is taken from who drips while another waits, and not from who has sent all', async () => {
    const bodies = new BodyRoom({ budgetBytes: 100_000, patienceMs: 2_000, paceMs: 30 })
    const [finished, dripping, waiting] = [{}, {}, {}]
    await bodies.take(finished, 40_000)
    bodies.arrived(finished)
    await bodies.take(dripping, 50_000)
    await new Promise((resolve) => setTimeout(resolve, 40))
    // Measured from the first time somebody waits: what came in one go before is no drip.
    const served = bodies.take(waiting, 60_000)
    await new Promise((resolve) => setTimeout(resolve, 20))
    await bodies.take(dripping, 1)
    await served
    await expect(bodies.take(dripping, 1)).rejects.toMatchObject({ code: 'unavailable', message: /too slow/ })
    await bodies.take(finished, 0)
  })

  it('lets a body larger than all of it in, alone', async () => {
    const bodies = room()
    await bodies.take({}, 500)
    await expect(bodies.take({}, 1)).rejects.toMatchObject({ code: 'unavailable' })
  })
})
