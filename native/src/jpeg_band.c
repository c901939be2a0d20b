#include "jpeg_scan.h"

/* Where damaged data that runs over the end of a block is put, as by upstream. */
#define LAST_COEFFICIENT (DCTSIZE2 - 1)

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

/* One block of it. `ended`, and what is returned, is of how many blocks the band is over, this one included. */
typedef unsigned block_reader(const struct blocks *blocks, const struct band *band, struct bits *bits, unsigned ended);

static inline __attribute__((always_inline)) unsigned read_block(const struct blocks *blocks, const struct band *band,
                                                                 struct bits *bits, unsigned ended) {
  if (ended) return ended;
  uint64_t met = 0;
  ended = 1;
  for (int k = band->first; k <= band->last; k++) {
    struct code code = next_code(band->table, bits);
    if (code.ends) {
      ended = code.ends;
      break;
    }
    k += code.run;
    if (code.value == 0) continue;
    if (k > LAST_COEFFICIENT) k = LAST_COEFFICIENT;
    met |= 1ull << k;
    if (blocks->wanted >> k & 1) band->values[blocks->slot[k]] = (int16_t)(code.value * band->scale);
  }
  *band->nonzero |= met;
  return ended;
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

/* New coefficients, each after a run of those still zero, and corrections of those on the way. */
static inline __attribute__((always_inline)) unsigned refine_block(const struct blocks *blocks, const struct band *band,
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

/* `read` is compiled in to it: the state of the bits stays in registers. */
static inline __attribute__((always_inline)) void each_block(j_decompress_ptr cinfo, struct scan *scan,
                                                             const struct scan_rows *rows, block_reader *read) {
  const struct blocks *blocks = rows->blocks[0];
  const bool restarts = cinfo->restart_interval > 0;
  struct band band = band_of(cinfo, scan, rows);
  struct bits bits = scan->bits;
  for (int left = (int)cinfo->MCUs_per_row; left > 0; left--, band.nonzero++, band.values += blocks->kept) {
    if (restarts) bits = scan_heed_restart(cinfo, scan, bits);
    scan->ended = read(blocks, &band, &bits, scan->ended) - 1;
    scan_check(&bits);
  }
  scan->bits = bits;
}

void band_read(j_decompress_ptr cinfo, struct scan *scan, const struct scan_rows *rows) {
  each_block(cinfo, scan, rows, read_block);
}

void band_refine(j_decompress_ptr cinfo, struct scan *scan, const struct scan_rows *rows) {
  each_block(cinfo, scan, rows, refine_block);
}
