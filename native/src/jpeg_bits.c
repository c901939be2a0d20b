#include "jpeg_bits.h"

#include "fail.h"

struct bits bits_crawl(struct bits bits) {
  while (bits.left <= 56) {
    uint64_t byte = 0;
    if (bits.marker) {
      bits.borrowed += 8;
    } else {
      if (bits.next == bits.end) fail(FAIL_CORRUPT, WHY_TRUNCATED);
      byte = *bits.next++;
      if (byte == 0xff) {
        int code;
        do {
          if (bits.next == bits.end) fail(FAIL_CORRUPT, WHY_TRUNCATED);
          code = *bits.next++;
        } while (code == 0xff);
        if (code) {
          bits.marker = code;
          continue;
        }
      }
    }
    bits.top |= byte << (56 - bits.left);
    bits.left += 8;
  }
  return bits;
}
