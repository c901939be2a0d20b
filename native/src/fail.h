/* Every way a job can end badly. The numbers are the ABI: src/imaging/codecs/native-abi.ts mirrors them. */
#ifndef FAIL_H
#define FAIL_H

enum fail_code {
  FAIL_CORRUPT = 1,     /* the bytes break their format's rules */
  FAIL_UNSUPPORTED = 2, /* legal, but a kind this module does not read */
  FAIL_OVER_BUDGET = 3, /* would need more memory than the caller allows */
  FAIL_INTERNAL = 4,    /* a bug or a misuse of the module, not the image's fault */
  FAIL_EXHAUSTED = 5,   /* within its cap, but the isolate has no memory now */
};

enum fail_reason {
  WHY_NONE = 0,
  WHY_HEADER = 1,
  WHY_TRUNCATED = 2,
  WHY_DATA = 3,
  WHY_CHECKSUM = 4,
  WHY_TOO_MANY_SCANS = 5,
  WHY_PRECISION = 6,
  WHY_LOSSLESS_JPEG = 7,
  WHY_COLOUR_MODEL = 8,
  WHY_MEMORY = 9,
  WHY_JOB = 10,
  WHY_ENCODER = 11,
  WHY_TOO_LARGE = 12,
  WHY_PIXELS = 13,
  WHY_EXHAUSTED = 14,
};

/*
 * Leaves the job at once. In WebAssembly this is an import that throws, so no C frame is unwound and the host
 * must drop the instance; natively (fuzzing) it jumps back to the harness, which frees all memory of the job.
 */
_Noreturn void fail(enum fail_code code, enum fail_reason reason);

#endif
