import { describe, expect, it } from 'vitest'
import { refusalOf } from '#domain/refusal.ts'

describe('refusalOf', () => {
  it('answers a buffer the isolate has no room for as something that will pass', () => {
    const refusal = refusalOf(new RangeError('Array buffer allocation failed'))
    expect(refusal).toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 })
    expect(refusal.message).toBe('Memory is not available now; try again')
  })

  it('takes no other error for it', () => {
    expect(refusalOf(new RangeError('Invalid array length')).code).toBe('internal')
    expect(refusalOf(new Error('Array buffer allocation failed')).code).toBe('internal')
  })
})
