import type { Delivery } from '#domain/delivery/delivery.ts'
import { deliveryResponse } from '#http/delivery-response.ts'

/** An image or its stand-in; the header is what tells a program which of the two it got. */
export function respond(delivery: Delivery, download: boolean): Response {
  return deliveryResponse(delivery, {
    download: download && delivery.refusal === null,
    ...(delivery.refusal !== null && {
      headers: { 'X-FileHarbor-Fallback': delivery.refusal === 'not_found' ? 'not_found' : 'permission_denied' },
    }),
  })
}
