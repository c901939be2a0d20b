/* libwebp's x86 intrinsics, by SIMDe, on SIMD128. */
#pragma once
#define SIMDE_ENABLE_NATIVE_ALIASES
#define SIMDE_FLOAT16_API 1 /* there is no _Float16 on this target */
#include <simde/x86/sse4.1.h>
