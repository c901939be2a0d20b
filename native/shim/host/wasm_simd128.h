/* Our SIMD128 code on the host's processor, by SIMDe: what is fuzzed is the code that runs. */
#pragma once
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/wasm/simd128.h>
