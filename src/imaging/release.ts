/**
 * Gives memory back at once, however often it is told; the garbage collector takes its time with what it sees so little of. Node
 * before 22 cannot, and leaves it to the collector.
 */
export function release({ buffer }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer && 'transfer' in buffer && !buffer.detached) buffer.transfer(0)
}
