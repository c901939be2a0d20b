/* Our SIMD128 code on the host's processor, by SIMDe: what is fuzzed is the code that runs. */
#pragma once
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/wasm/simd128.h>

/* SIMDe 0.8.2 ends these with a semicolon. */
#undef wasm_i8x16_const_splat
#undef wasm_i16x8_const_splat
#undef wasm_i32x4_const_splat
#define wasm_i8x16_const_splat(value) simde_wasm_i8x16_splat(value)
#define wasm_i16x8_const_splat(value) simde_wasm_i16x8_splat(value)
#define wasm_i32x4_const_splat(value) simde_wasm_i32x4_splat(value)
