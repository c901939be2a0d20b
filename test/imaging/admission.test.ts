import { describe, expect, it } from 'vitest'
import { Admission } from '#imaging/admission.ts'

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('admission', () => {
  it('lets no more in than fits, in order of arrival', async () => {
    const admission = new Admission({ budgetBytes: 100, maxWaiting: 50, patienceMs: 5_000 })
    let inside = 0
    let most = 0
    const order: number[] = []
    const work = (index: number) =>
      admission.run(40, async () => {
        inside += 40
        most = Math.max(most, inside)
        order.push(index)
        await pause(5)
        inside -= 40
      })
    await Promise.all(Array.from({ length: 20 }, (_, index) => work(index)))
    expect(most).toBe(80)
    expect(order).toEqual([...order].sort((one, other) => one - other))
  })

  it('turns away at once whom the queue has no room for, and later whom patience leaves', async () => {
    const admission = new Admission({ budgetBytes: 10, maxWaiting: 1, patienceMs: 60 })
    const slow = admission.run(10, () => pause(300))
    await pause(15)
    const waiting = admission.run(10, async () => undefined)
    await expect(admission.run(10, async () => undefined)).rejects.toMatchObject({ code: 'engine_busy' })
    await expect(waiting).rejects.toMatchObject({ code: 'engine_busy' })
    await slow
    await expect(admission.run(10, async () => 'in')).resolves.toBe('in')
  })

  it('gives back what failed work held', async () => {
    const admission = new Admission({ budgetBytes: 10, maxWaiting: 1, patienceMs: 60 })
    await expect(admission.run(10, () => Promise.reject(new Error('trap')))).rejects.toThrow('trap')
    await expect(admission.run(10, async () => 'in')).resolves.toBe('in')
  })
})
