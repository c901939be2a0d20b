/*
 * libFuzzer target: one file through a whole job. What to do with it follows from a hash of its bytes, so a seed is an
 * ordinary image file and a finding reproduces from the file alone.
 */
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include "fail.h"
#include "job.h"
#include "memory.h"

void pixels_begin(size_t cap);
uint8_t *pixels_input(size_t size);
uint8_t *pixels_overlay(size_t size);
struct job *pixels_job(void);
void pixels_run(void);

#define CAP (64u << 20)
#define MOST_PIXELS (2 << 20)

static jmp_buf job_failed;

_Noreturn void fail(enum fail_code code, enum fail_reason reason) {
  (void)reason;
  longjmp(job_failed, code);
}

static uint32_t hash_of(const uint8_t *data, size_t size) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < size; i++) hash = (hash ^ data[i]) * 16777619u;
  return hash ^ hash >> 15;
}

static int take(uint32_t *dice, int sides) {
  int rolled = (int)(*dice % (uint32_t)sides);
  *dice = *dice / (uint32_t)sides * 2654435761u + 12345u;
  return rolled;
}

static void choose_job(struct job *job, uint32_t dice) {
  static const int32_t sides[] = {1, 2, 7, 16, 33, 64, 100, 257};
  job->orientation = 1 + take(&dice, 8);
  job->output = take(&dice, 4);
  job->width = sides[take(&dice, 8)];
  job->height = sides[take(&dice, 8)];
  job->fit = take(&dice, 2);
  job->quality = 1 + take(&dice, 100);
  job->flags = take(&dice, 16);
  job->background = 0x336699;
  if (take(&dice, 3) == 0) {
    job->crop_x = take(&dice, 8);
    job->crop_y = take(&dice, 8);
    job->crop_width = 1 + take(&dice, 24);
    job->crop_height = 1 + take(&dice, 24);
  }
  job->max_pixels = MOST_PIXELS;
  if (take(&dice, 3) == 0) {
    job->overlay_x = take(&dice, 80) - 40;
    job->overlay_y = take(&dice, 80) - 40;
    job->overlay_width = 1 + take(&dice, 60);
    job->overlay_height = 1 + take(&dice, 60);
    size_t size = (size_t)job->overlay_width * (size_t)job->overlay_height * 4;
    uint8_t *pixels = pixels_overlay(size);
    for (size_t i = 0; i < size; i++) pixels[i] = (uint8_t)(i * 37);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  pixels_begin(CAP);
  if (setjmp(job_failed) == 0) {
    memcpy(pixels_input(size), data, size);
    struct job *job = pixels_job();
    choose_job(job, hash_of(data, size));
    job->input = FUZZ_FORMAT;
    pixels_run();
  }
  pixels_begin(CAP);
  return 0;
}
