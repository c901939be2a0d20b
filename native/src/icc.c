#include "icc.h"

#include <string.h>

#include "memory.h"

/* ICC.1:2022, 7.2: the header has 128 bytes, the colour space at 16 and the file signature at 36. */
#define HEADER 128
#define COLOUR_SPACE 16
#define SIGNATURE 36

void icc_keep(struct icc *icc, const void *data, size_t length) {
  const char *bytes = data;
  if (length < HEADER || length > ICC_LARGEST || memcmp(bytes + SIGNATURE, "acsp", 4) != 0) return;
  if (memcmp(bytes + COLOUR_SPACE, "RGB ", 4) != 0 && memcmp(bytes + COLOUR_SPACE, "GRAY", 4) != 0) return;
  icc_drop(icc);
  icc->data = mem_get(length);
  icc->length = length;
  memcpy(icc->data, data, length);
}

bool icc_is_gray(const struct icc *icc) {
  return icc->length && memcmp(icc->data + COLOUR_SPACE, "GRAY", 4) == 0;
}

void icc_drop(struct icc *icc) {
  mem_free(icc->data);
  icc->data = NULL;
  icc->length = 0;
}
