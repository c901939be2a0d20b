/** The memory layout and numbers native/src/job.h and fail.h agree on with native.ts. */

export const INPUT = { jpeg: 1, png: 2, webp: 3, rgba: 4 } as const
export const OUTPUT = { rgba: 0, jpeg: 1, png: 2, webp: 3 } as const

export const FLAG = { lossless: 1, progressive: 2, fullChroma: 4, background: 8 } as const

/** `struct job` in the order of its fields, all 32-bit integers. */
export interface NativeJob {
  readonly input: number
  readonly output: number
  readonly orientation: number
  readonly cropX: number
  readonly cropY: number
  readonly cropWidth: number
  readonly cropHeight: number
  readonly width: number
  readonly height: number
  readonly fit: number
  readonly quality: number
  readonly flags: number
  readonly background: number
  readonly storedWidth: number
  readonly storedHeight: number
  readonly maxPixels: number
  readonly overlayX: number
  readonly overlayY: number
  readonly overlayWidth: number
  readonly overlayHeight: number
}

const JOB_FIELDS = [
  'input',
  'output',
  'orientation',
  'cropX',
  'cropY',
  'cropWidth',
  'cropHeight',
  'width',
  'height',
  'fit',
  'quality',
  'flags',
  'background',
  'storedWidth',
  'storedHeight',
  'maxPixels',
  'overlayX',
  'overlayY',
  'overlayWidth',
  'overlayHeight',
] as const satisfies readonly (keyof NativeJob)[]

/** `struct result`: where the output lies and what it is. */
export interface NativeResult {
  readonly data: number
  readonly length: number
  readonly width: number
  readonly height: number
  readonly icc: number
  readonly iccLength: number
  readonly alpha: number
  readonly peak: number
}

const RESULT_FIELDS = [
  'data',
  'length',
  'width',
  'height',
  'icc',
  'iccLength',
  'alpha',
  'peak',
] as const satisfies readonly (keyof NativeResult)[]

export interface NativeExports {
  readonly memory: WebAssembly.Memory
  begin(cap: number): void
  input(size: number): number
  profile(size: number): number
  overlay(size: number): number
  job(): number
  run(): void
  result(): number
}

export function writeJob(exports: NativeExports, job: NativeJob): void {
  const fields = new Int32Array(exports.memory.buffer, exports.job(), JOB_FIELDS.length)
  JOB_FIELDS.forEach((name, index) => {
    fields[index] = job[name]
  })
}

export function readResult(exports: NativeExports): NativeResult {
  const fields = new Uint32Array(exports.memory.buffer, exports.result(), RESULT_FIELDS.length)
  return Object.fromEntries(RESULT_FIELDS.map((name, index) => [name, fields[index]])) as unknown as NativeResult
}

/** `enum fail_code` */
export const FAIL = { corrupt: 1, unsupported: 2, overBudget: 3, internal: 4, exhausted: 5 } as const

/** `WHY_EXHAUSTED`, which the host finds out about as well. */
export const EXHAUSTED = 14

/** `enum fail_reason`, as what is wrong with "This JPEG". */
export const REASONS: Readonly<Record<number, string>> = {
  1: 'has a damaged header or structure',
  2: 'ends too early',
  3: 'contains damaged image data',
  4: 'fails its checksum',
  5: 'has more scans than the limit of 100',
  6: 'has more than 8 bits per sample',
  7: 'uses a lossless or hierarchical coding that is not supported',
  8: 'uses a colour model that is not supported',
  9: 'needs more memory than the limit to decode and encode',
  10: 'was asked for an impossible region or size',
  11: 'could not be encoded',
  12: 'is larger than the output format allows',
  13: 'has more pixels than the limit',
  [EXHAUSTED]: 'cannot be processed at this moment, for want of memory',
}
