/* Huffman codes of a scan and the values behind them, out of the tables jdhuff.c makes. */
#ifndef JPEG_CODES_H
#define JPEG_CODES_H

#define JPEG_INTERNALS
#include "jinclude.h"
#include "jpeglib.h"

#include "jdhuff.h"

#include "fail.h"
#include "jpeg_bits.h"

static inline __attribute__((always_inline)) int next_symbol(const d_derived_tbl *table, struct bits *bits) {
  int entry = table->lookup[bits_peek(bits, HUFF_LOOKAHEAD)], length = entry >> HUFF_LOOKAHEAD;
  if (length > HUFF_LOOKAHEAD) {
    while ((int)bits_peek(bits, length) > table->maxcode[length]) length++;
    if (length > 16) fail(FAIL_CORRUPT, WHY_DATA);
    entry = table->pub->huffval[((int)bits_peek(bits, length) + table->valoffset[length]) & 0xff];
  }
  bits_skip(bits, length);
  return entry & 0xff;
}

/* The value of `size` bits, 1 to 15; without a leading 1 it is negative (figure F.12). */
static inline int next_value(struct bits *bits, int size) {
  int value = (int)bits_take(bits, size);
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/* What an AC code says: zeroes to pass and the value behind them, or, where that is 0, of how many blocks the band ends. */
struct code {
  int run, value;
  unsigned ends;
};

static inline __attribute__((always_inline)) struct code next_code(const d_derived_tbl *table, struct bits *bits) {
  bits_fill(bits);
  int entry = table->ac_lookup[bits_peek(bits, AC_LOOKAHEAD)];
  if ((entry & AC_LONG_VALUE) == 0 && entry >> 16) {
    bits_skip(bits, entry & 63);
    return (struct code){.run = entry >> 8 & 15, .value = entry >> 16};
  }
  int symbol = next_symbol(table, bits), run = symbol >> 4, size = symbol & 15;
  if (size) return (struct code){.run = run, .value = next_value(bits, size)};
  if (run == 15) return (struct code){.run = run};
  return (struct code){.ends = (1u << run) + (run ? bits_take(bits, run) : 0)};
}

#endif
