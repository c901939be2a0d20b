#define JPEG_INTERNALS
#include "jinclude.h"
#include "jpeg_progressive.h"

#include "jdhuff.h"

#include "fail.h"
#include "jpeg_bits.h"

/* Where damaged data that runs over the end of a block is put, as by upstream. */
#define LAST_COEFFICIENT (DCTSIZE2 - 1)

struct scan {
  struct bits bits;
  d_derived_tbl *tables[NUM_HUFF_TBLS];
  /* Blocks still to come whose band is zero, but for corrections. */
  unsigned ended;
  int dc[MOST_COMPONENTS];
  unsigned until_restart;
};

struct scan *scan_create(j_decompress_ptr cinfo) {
  struct scan *scan = cinfo->mem->alloc_small((j_common_ptr)cinfo, JPOOL_IMAGE, sizeof *scan);
  *scan = (struct scan){0};
  return scan;
}

static void begin_bits(j_decompress_ptr cinfo, struct scan *scan) {
  scan->bits = (struct bits){
      .next = cinfo->src->next_input_byte,
      .end = cinfo->src->next_input_byte + cinfo->src->bytes_in_buffer,
  };
  scan->ended = 0;
  for (int i = 0; i < MOST_COMPONENTS; i++) scan->dc[i] = 0;
  scan->until_restart = cinfo->restart_interval;
}

static void end_bits(j_decompress_ptr cinfo, struct bits *bits) {
  cinfo->src->next_input_byte = bits->next;
  cinfo->src->bytes_in_buffer = (size_t)(bits->end - bits->next);
  cinfo->unread_marker = bits->marker;
}

/* Orders of scans that make no sense as a progression are let through, as upstream does. */
void scan_start(j_decompress_ptr cinfo, struct scan *scan) {
  bool first = cinfo->Ah == 0, dc = cinfo->Ss == 0;
  bool band = dc ? cinfo->Se == 0 : cinfo->Ss <= cinfo->Se && cinfo->Se < DCTSIZE2 && cinfo->comps_in_scan == 1;
  if (!band || (!first && cinfo->Al != cinfo->Ah - 1) || cinfo->Al > 13) fail(FAIL_CORRUPT, WHY_HEADER);
  for (int i = 0; i < cinfo->comps_in_scan; i++) {
    const jpeg_component_info *component = cinfo->cur_comp_info[i];
    int table = dc ? component->dc_tbl_no : component->ac_tbl_no;
    if (dc && !first) continue; /* bits without a code */
    if (table < 0 || table >= NUM_HUFF_TBLS) fail(FAIL_CORRUPT, WHY_HEADER);
    jpeg_make_d_derived_tbl(cinfo, dc, table, &scan->tables[table]);
  }
  begin_bits(cinfo, scan);
}

/* Ahead of every MCU where there are restart intervals. */
static struct bits heed_restart(j_decompress_ptr cinfo, struct scan *scan, struct bits bits) {
  if (scan->until_restart == 0) {
    end_bits(cinfo, &bits);
    if (!cinfo->marker->read_restart_marker(cinfo)) fail(FAIL_CORRUPT, WHY_DATA);
    begin_bits(cinfo, scan);
    bits = scan->bits;
  }
  scan->until_restart--;
  return bits;
}

static void check_bits(const struct bits *bits) {
  if (bits->borrowed > bits->left) fail(FAIL_CORRUPT, WHY_TRUNCATED);
}

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

static inline void read_dc(j_decompress_ptr cinfo, struct scan *scan, int component, int16_t *value) {
  bits_fill(&scan->bits);
  if (cinfo->Ah) {
    *value = (int16_t)(*value | (int)bits_take(&scan->bits, 1) << cinfo->Al);
    return;
  }
  int size = next_symbol(scan->tables[cinfo->cur_comp_info[component]->dc_tbl_no], &scan->bits);
  int difference = size ? next_value(&scan->bits, size) : 0;
  if (__builtin_add_overflow(scan->dc[component], difference, &scan->dc[component])) fail(FAIL_CORRUPT, WHY_DATA);
  *value = (int16_t)((unsigned)scan->dc[component] << cinfo->Al);
}

static void read_dc_row(j_decompress_ptr cinfo, struct scan *scan, const struct scan_rows *rows) {
  for (int mcu = 0; mcu < (int)cinfo->MCUs_per_row; mcu++) {
    if (cinfo->restart_interval) scan->bits = heed_restart(cinfo, scan, scan->bits);
    for (int i = 0; i < cinfo->comps_in_scan; i++) {
      const jpeg_component_info *component = cinfo->cur_comp_info[i];
      const struct blocks *blocks = rows->blocks[i];
      for (int y = 0; y < component->MCU_height; y++) {
        size_t block = (size_t)(rows->row[i] + y) * blocks->across + (size_t)mcu * component->MCU_width;
        for (int x = 0; x < component->MCU_width; x++, block++)
          read_dc(cinfo, scan, i, blocks->values + block * blocks->kept);
      }
    }
    check_bits(&scan->bits);
  }
}

/* A row of blocks in a scan of one component, and what its band is. */
struct band {
  const d_derived_tbl *table;
  int first, last, scale;
  uint64_t *nonzero;
  int16_t *values;
};

static struct band band_of(j_decompress_ptr cinfo, struct scan *scan, const struct scan_rows *rows) {
  const struct blocks *blocks = rows->blocks[0];
  size_t block = (size_t)rows->row[0] * blocks->across;
  return (struct band){
      .table = scan->tables[cinfo->cur_comp_info[0]->ac_tbl_no],
      .first = cinfo->Ss,
      .last = cinfo->Se,
      .scale = 1 << cinfo->Al,
      .nonzero = blocks->nonzero + block,
      .values = blocks->values + block * blocks->kept,
  };
}

/* The first bits of a band's coefficients. Returns how many blocks are at their end, this one included. */
static inline __attribute__((always_inline)) unsigned read_ac(const struct blocks *blocks, const struct band *band,
                                                              struct bits *bits) {
  uint64_t met = 0;
  unsigned ends = 1;
  for (int k = band->first; k <= band->last; k++) {
    struct code code = next_code(band->table, bits);
    if (code.ends) {
      ends = code.ends;
      break;
    }
    k += code.run;
    if (code.value == 0) continue;
    if (k > LAST_COEFFICIENT) k = LAST_COEFFICIENT;
    met |= 1ull << k;
    if (blocks->wanted >> k & 1) band->values[blocks->slot[k]] = (int16_t)(code.value * band->scale);
  }
  *band->nonzero |= met;
  return ends;
}

/*
 * A bit for each of the `met` coefficients, in order: 1 enlarges it. As many as 32 are taken at a time, and none of them
 * is branched on, because they are as good as random.
 */
static inline __attribute__((always_inline)) void correct(const struct blocks *blocks, const struct band *band,
                                                          struct bits *bits, uint64_t met) {
  for (;;) {
    int count = __builtin_popcountll(met);
    uint64_t later = 0;
    if (count > 32) {
      later = met;
      for (count = 0; count < 32; count++) later &= later - 1;
      met &= ~later;
    }
    if (bits->left < count) bits_fill(bits);
    const uint32_t word = bits_peek(bits, 32);
    for (uint64_t each = met & blocks->wanted; each; each &= each - 1) {
      int16_t *value = band->values + blocks->slot[__builtin_ctzll(each)];
      int before = __builtin_popcountll(met & ((each & -each) - 1));
      int enlarge = -(int)(word << before >> 31);
      *value = (int16_t)(*value + (enlarge & (*value < 0 ? -band->scale : band->scale)));
    }
    bits_skip(bits, count);
    if (!later) return;
    met = later;
  }
}

/* `zeroes` without its lowest `run`, 0 to 15. Mostly up to three, which need no branches. */
static inline uint64_t pass_zeroes(uint64_t zeroes, int run) {
  for (; run > 3; run--) zeroes &= zeroes - 1;
  const uint64_t one = zeroes & (zeroes - 1), two = one & (one - 1), three = two & (two - 1);
  return run & 2 ? (run & 1 ? three : two) : run & 1 ? one : zeroes;
}

/*
 * One more bit of a band's coefficients: new ones, each after a run of those still zero, and corrections of those on the
 * way. `ended` and the result are as of read_ac().
 */
static inline __attribute__((always_inline)) unsigned refine_ac(const struct blocks *blocks, const struct band *band,
                                                                struct bits *bits, unsigned ended) {
  uint64_t rest = (~0ull << band->first) & (~0ull >> (63 - band->last)), fresh = 0;
  const uint64_t met = *band->nonzero & rest;
  while (ended == 0 && rest) {
    struct code code = next_code(band->table, bits);
    ended = code.ends;
    if (ended) break;
    if (code.value * code.value > 1) fail(FAIL_CORRUPT, WHY_DATA);
    const uint64_t zeroes = pass_zeroes(rest & ~met, code.run);
    uint64_t place = zeroes & -zeroes;
    const uint64_t passed = rest & (place - 1); /* all of them where no zero is left */
    correct(blocks, band, bits, passed & met);
    rest &= ~passed & ~place;
    if (code.value == 0) continue;
    if (place == 0) place = 1ull << (band->last < LAST_COEFFICIENT ? band->last + 1 : LAST_COEFFICIENT);
    fresh |= place;
    if (place & blocks->wanted) band->values[blocks->slot[__builtin_ctzll(place)]] = (int16_t)(code.value * band->scale);
  }
  *band->nonzero |= fresh;
  if (ended == 0) return 1;
  if (rest & met) correct(blocks, band, bits, rest & met);
  return ended;
}

static __attribute__((noinline)) void read_ac_row(j_decompress_ptr cinfo, struct scan *scan,
                                                  const struct scan_rows *rows) {
  const struct blocks *blocks = rows->blocks[0];
  struct band band = band_of(cinfo, scan, rows);
  const bool restarts = cinfo->restart_interval > 0;
  struct bits bits = scan->bits;
  for (int left = (int)cinfo->MCUs_per_row; left > 0; left--, band.nonzero++, band.values += blocks->kept) {
    if (restarts) bits = heed_restart(cinfo, scan, bits);
    if (scan->ended == 0) scan->ended = read_ac(blocks, &band, &bits);
    scan->ended--;
    check_bits(&bits);
  }
  scan->bits = bits;
}

static __attribute__((noinline)) void refine_ac_row(j_decompress_ptr cinfo, struct scan *scan,
                                                    const struct scan_rows *rows) {
  const struct blocks *blocks = rows->blocks[0];
  struct band band = band_of(cinfo, scan, rows);
  const bool restarts = cinfo->restart_interval > 0;
  struct bits bits = scan->bits;
  for (int left = (int)cinfo->MCUs_per_row; left > 0; left--, band.nonzero++, band.values += blocks->kept) {
    if (restarts) bits = heed_restart(cinfo, scan, bits);
    scan->ended = refine_ac(blocks, &band, &bits, scan->ended) - 1;
    check_bits(&bits);
  }
  scan->bits = bits;
}

void scan_read(j_decompress_ptr cinfo, struct scan *scan, const struct scan_rows *rows) {
  if (cinfo->Ss == 0)
    read_dc_row(cinfo, scan, rows);
  else if (cinfo->Ah == 0)
    read_ac_row(cinfo, scan, rows);
  else
    refine_ac_row(cinfo, scan, rows);
  end_bits(cinfo, &scan->bits);
}
