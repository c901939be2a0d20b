/*
 * What the host sees. A job: begin(cap), input(size) and perhaps profile(size) and overlay(size) to get places to write
 * to, job() to fill in, run(), result(). Everything stays readable until the next begin().
 */
#include <string.h>

#include "fail.h"
#include "memory.h"
#include "readers.h"

#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(#name)))
#else
#define EXPORT(name)
#endif

static struct job job;
static struct result result;
static uint8_t *input_bytes, *profile_bytes, *overlay_bytes;
static size_t input_length, profile_length, overlay_length;

EXPORT(begin) void pixels_begin(size_t cap) {
  mem_begin(cap);
  memset(&job, 0, sizeof job);
  memset(&result, 0, sizeof result);
  input_bytes = profile_bytes = overlay_bytes = NULL;
  input_length = profile_length = overlay_length = 0;
}

EXPORT(input) uint8_t *pixels_input(size_t size) {
  input_length = size;
  return input_bytes = mem_get(size);
}

EXPORT(profile) uint8_t *pixels_profile(size_t size) {
  profile_length = size;
  return profile_bytes = mem_get(size);
}

EXPORT(overlay) uint8_t *pixels_overlay(size_t size) {
  overlay_length = size;
  return overlay_bytes = mem_get(size);
}

EXPORT(job) struct job *pixels_job(void) { return &job; }

EXPORT(result) struct result *pixels_result(void) { return &result; }

static void read_input(struct render *render) {
  switch (job.input) {
    case INPUT_JPEG:
      return jpeg_read(render, input_bytes, input_length);
    case INPUT_PNG:
      return png_read(render, input_bytes, input_length);
    case INPUT_WEBP:
      return webp_read(render, input_bytes, input_length);
    case INPUT_RGBA:
      return rgba_read(render, input_bytes, input_length);
    default:
      fail(FAIL_INTERNAL, WHY_JOB);
  }
}

/* Far enough outside nothing is seen of it, and sums of positions and sizes stay in 32 bits. */
#define FARTHEST (1 << 20)

static struct overlay overlay_of(const struct job *job) {
  int32_t x = job->overlay_x, y = job->overlay_y, width = job->overlay_width, height = job->overlay_height;
  if (!overlay_length) return (struct overlay){0};
  if (width < 1 || height < 1 || (uint64_t)width * (uint64_t)height * 4 != overlay_length) fail(FAIL_INTERNAL, WHY_JOB);
  if (x < -FARTHEST || x > FARTHEST || y < -FARTHEST || y > FARTHEST || width > FARTHEST || height > FARTHEST)
    fail(FAIL_INTERNAL, WHY_JOB);
  return (struct overlay){overlay_bytes, x, y, width, height};
}

EXPORT(run) void pixels_run(void) {
  struct render *render = mem_get_zeroed(sizeof *render);
  render->job = &job;
  render->overlay = overlay_of(&job);
  if (profile_length) icc_keep(&render->icc, profile_bytes, profile_length);
  read_input(render);
  result = (struct result){
      .data = (uint32_t)(uintptr_t)render->output.data,
      .length = (uint32_t)render->output.length,
      .width = render->picture.width,
      .height = render->picture.height,
      .icc = (uint32_t)(uintptr_t)render->icc.data,
      .icc_length = (uint32_t)render->icc.length,
      .alpha = render->picture.alpha,
      .peak = (uint32_t)mem_peak(),
  };
}
