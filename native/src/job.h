/* The job and its result as they lie in linear memory. src/imaging/codecs/native-abi.ts mirrors both, field by field. */
#ifndef JOB_H
#define JOB_H

#include <stdint.h>

enum input_format { INPUT_JPEG = 1, INPUT_PNG = 2, INPUT_WEBP = 3, INPUT_RGBA = 4 };
enum output_format { OUTPUT_RGBA = 0, OUTPUT_JPEG = 1, OUTPUT_PNG = 2, OUTPUT_WEBP = 3 };

enum job_flag {
  FLAG_LOSSLESS = 1,
  FLAG_PROGRESSIVE = 2,  /* JPEG */
  FLAG_FULL_CHROMA = 4,  /* JPEG: 4:4:4 */
  FLAG_BACKGROUND = 8,   /* flatten on `background` */
};

struct job {
  int32_t input, output;
  int32_t orientation;                              /* 1..8, as EXIF says */
  int32_t crop_x, crop_y, crop_width, crop_height;  /* of the upright image; width 0: all of it */
  int32_t width, height;                            /* of the upright result; with `fit`: the box to fit in */
  int32_t fit;                                      /* 1: shrink to fit in the box, keeping the shape; never enlarge */
  int32_t quality;
  int32_t flags;
  int32_t background;                               /* 0xRRGGBB */
  int32_t stored_width, stored_height;              /* INPUT_RGBA: of the frame; else what the header must say, 0: anything */
  int32_t max_pixels;                               /* a header that declares more is refused before any allocation */
  int32_t overlay_x, overlay_y;                     /* of the upright result; may lie outside */
  int32_t overlay_width, overlay_height;            /* 0: none */
};

struct result {
  uint32_t data, length;
  int32_t width, height;
  uint32_t icc, icc_length; /* OUTPUT_RGBA only: the profile its values are in */
  int32_t alpha;            /* OUTPUT_RGBA: some pixel is not opaque */
  uint32_t peak;            /* bytes allocated at most */
};

#endif
