/* libwebp's x86 intrinsics, by SIMDe, on SIMD128. */
#pragma once
#define SIMDE_ENABLE_NATIVE_ALIASES
#define SIMDE_FLOAT16_API 1 /* there is no _Float16 on this target */
#include <simde/x86/sse2.h>

/*
 * The upper halves of products. SIMDe takes both full products apart; multiply-add with a zero partner is one machine
 * instruction per four products (the inverse transform of the encoder: 6 % of a photo's rendition, now 4 %).
 */
static inline __attribute__((always_inline)) simde__m128i upper_products(simde__m128i a, simde__m128i b) {
  const v128_t zero = wasm_i16x8_const_splat(0);
  v128_t x = simde__m128i_to_wasm_v128(a), y = simde__m128i_to_wasm_v128(b);
  v128_t low = wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(x, zero, 0, 8, 1, 9, 2, 10, 3, 11),
                                    wasm_i16x8_shuffle(y, zero, 0, 8, 1, 9, 2, 10, 3, 11));
  v128_t high = wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(x, zero, 4, 12, 5, 13, 6, 14, 7, 15),
                                     wasm_i16x8_shuffle(y, zero, 4, 12, 5, 13, 6, 14, 7, 15));
  return simde__m128i_from_wasm_v128(
      wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(low, 16), wasm_i32x4_shr(high, 16)));
}
#undef _mm_mulhi_epi16
#define _mm_mulhi_epi16(a, b) upper_products(a, b)
