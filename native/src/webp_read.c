#include <string.h>

#include "dec/vp8i_dec.h"
#include "dec/vp8li_dec.h"
#include "dec/webpi_dec.h"
#include "dsp/lossless.h"
#include "fail.h"
#include "memory.h"
#include "readers.h"
#include "webp/demux.h"

/* Rows libwebp hands over at once: 16, 8 delayed by the loop filter, 1 by chroma upsampling; and one unused above. */
#define BAND_ROWS 28
/* Deblocking cannot be seen once two pixels and more are averaged; upstream skips it too when it scales down. */
#define SHRINK_WITHOUT_DEBLOCKING 2.0

struct webp_reader {
  struct render *render;
  WebPIterator frame;
  bool covers;         /* the frame is the whole canvas */
  uint8_t *canvas_row; /* one RGBA row of the canvas */
  uint8_t *band;       /* RGBA rows of the frame as libwebp completes them */
  size_t band_stride;
  WebPDecBuffer buffer;
  WebPDecParams params;
  int chroma_rows;     /* pushed so far */
};

_Noreturn static void refuse(VP8StatusCode status) {
  if (mem_was_refused() || status == VP8_STATUS_OUT_OF_MEMORY) mem_fail();
  bool short_of_data = status == VP8_STATUS_NOT_ENOUGH_DATA || status == VP8_STATUS_SUSPENDED;
  fail(FAIL_CORRUPT, short_of_data ? WHY_TRUNCATED : WHY_DATA);
}

static void push_rgba(struct webp_reader *reader, const uint8_t *row) {
  if (reader->covers) return render_row(reader->render, 0, row);
  memcpy(reader->canvas_row + (size_t)reader->frame.x_offset * 4, row, (size_t)reader->frame.width * 4);
  render_row(reader->render, 0, reader->canvas_row);
}

static void push_blank(struct webp_reader *reader, int rows) {
  memset(reader->canvas_row, 0, (size_t)reader->render->stored_width * 4);
  while (rows-- > 0) render_row(reader->render, 0, reader->canvas_row);
}

static int on_planes(const VP8Io *io) {
  struct webp_reader *reader = io->opaque;
  int chroma_height = (io->height + 1) / 2;
  for (int y = 0; y < io->mb_h; y++) render_row(reader->render, 0, io->y + (ptrdiff_t)y * io->y_stride);
  for (int y = 0; y < (io->mb_h + 1) / 2 && reader->chroma_rows < chroma_height; y++, reader->chroma_rows++) {
    render_row(reader->render, 1, io->u + (ptrdiff_t)y * io->uv_stride);
    render_row(reader->render, 2, io->v + (ptrdiff_t)y * io->uv_stride);
  }
  return 1;
}

static int on_planes_setup(VP8Io *io) {
  const struct geometry *g = &((struct webp_reader *)io->opaque)->render->geometry;
  double across = (double)g->width / g->out_width, down = (double)g->height / g->out_height;
  io->bypass_filtering = (across < down ? across : down) >= SHRINK_WITHOUT_DEBLOCKING;
  return 1;
}

static void on_planes_end(const VP8Io *io) { (void)io; }

/*
 * libwebp's own conversion to RGBA writes to a whole frame. It is shown a copy of the state in which every batch of
 * rows lies at the top of our band; row 1 is the one it left unfinished in the batch before.
 */
static int on_rgba(const VP8Io *io) {
  WebPDecParams *params = io->opaque;
  struct webp_reader *reader = (struct webp_reader *)((char *)params - offsetof(struct webp_reader, params));
  VP8Io shown = *io;
  shown.mb_y = io->mb_y == 0 ? 0 : 2;
  shown.crop_bottom -= io->mb_y - shown.mb_y;
  VP8Io standard;
  WebPInitCustomIo(params, &standard);
  int before = params->last_y;
  if (!standard.put(&shown)) return 0;
  for (int y = 0; y < params->last_y - before; y++)
    push_rgba(reader, reader->band + reader->band_stride * (size_t)(shown.mb_y == 0 ? y : y + 1));
  return 1;
}

static int on_argb(const VP8Io *io, const uint32_t *pixels, int stride, int rows) {
  WebPDecParams *params = io->opaque;
  struct webp_reader *reader = (struct webp_reader *)((char *)params - offsetof(struct webp_reader, params));
  for (int y = 0; y < rows; y++) {
    VP8LConvertFromBGRA(pixels + (ptrdiff_t)y * stride, io->width, params->output->colorspace, reader->band);
    push_rgba(reader, reader->band);
  }
  return 1;
}

static void begin_planes(struct webp_reader *reader) {
  struct source source = {.model = MODEL_YCC_VIDEO, .planes = 3};
  int width = reader->render->stored_width, height = reader->render->stored_height;
  for (int p = 0; p < 3; p++) {
    source.plane[p].width = p ? (width + 1) / 2 : width;
    source.plane[p].height = p ? (height + 1) / 2 : height;
    source.plane[p].burst = p ? BAND_ROWS / 2 : BAND_ROWS;
    source.plane[p].per_pixel_x = source.plane[p].per_pixel_y = p ? 0.5 : 1;
  }
  render_begin(reader->render, &source);
}

static void begin_rgba(struct webp_reader *reader, bool alpha) {
  struct render *render = reader->render;
  struct source source = rgba_source(render, alpha || !reader->covers);
  render_begin(render, &source);
  reader->canvas_row = mem_get_zeroed((size_t)render->stored_width * 4 + ROW_SLACK);
  reader->band_stride = (size_t)reader->frame.width * 4 + ROW_SLACK;
  reader->band = mem_get(reader->band_stride * BAND_ROWS);
  reader->buffer.colorspace = render->premultiply ? MODE_rgbA : MODE_RGBA;
  reader->buffer.width = reader->frame.width;
  reader->buffer.height = reader->frame.height;
  reader->buffer.u.RGBA.rgba = reader->band;
  reader->buffer.u.RGBA.stride = (int)reader->band_stride;
  reader->buffer.u.RGBA.size = reader->band_stride * BAND_ROWS;
  reader->params.output = &reader->buffer;
  push_blank(reader, reader->frame.y_offset);
}

static void end_rgba(struct webp_reader *reader) {
  push_blank(reader, reader->render->stored_height - reader->frame.y_offset - reader->frame.height);
  mem_free(reader->canvas_row);
  mem_free(reader->band);
}

static void read_lossy(struct webp_reader *reader, const WebPHeaderStructure *headers, VP8Io *io) {
  VP8Decoder *decoder = VP8New();
  if (!decoder) mem_fail();
  decoder->alpha_data = headers->alpha_data;
  decoder->alpha_data_size = headers->alpha_data_size;
  if (!VP8GetHeaders(decoder, io)) refuse(decoder->status);
  if (io->width != reader->frame.width || io->height != reader->frame.height) fail(FAIL_CORRUPT, WHY_HEADER);
  bool planes = !headers->alpha_data && reader->covers;
  if (planes) {
    io->opaque = reader;
    io->put = on_planes;
    io->setup = on_planes_setup;
    io->teardown = on_planes_end;
    begin_planes(reader);
  } else {
    begin_rgba(reader, headers->alpha_data != NULL);
    WebPInitCustomIo(&reader->params, io);
    io->put = on_rgba;
  }
  if (!VP8Decode(decoder, io)) refuse(decoder->status);
  VP8Delete(decoder);
  if (!planes) end_rgba(reader);
}

static void read_lossless(struct webp_reader *reader, VP8Io *io) {
  VP8LDecoder *decoder = VP8LNew();
  if (!decoder) mem_fail();
  WebPInitCustomIo(&reader->params, io);
  io->put_argb = on_argb;
  if (!VP8LDecodeHeader(decoder, io)) refuse(decoder->status);
  if (io->width != reader->frame.width || io->height != reader->frame.height) fail(FAIL_CORRUPT, WHY_HEADER);
  begin_rgba(reader, true);
  if (!VP8LDecodeImage(decoder)) refuse(decoder->status);
  VP8LDelete(decoder);
  end_rgba(reader);
}

static void read_frame(struct webp_reader *reader) {
  WebPHeaderStructure headers = {
      .data = reader->frame.fragment.bytes,
      .data_size = reader->frame.fragment.size,
      .have_all_data = 1,
  };
  VP8StatusCode status = WebPParseHeaders(&headers);
  if (status != VP8_STATUS_OK) refuse(status);
  VP8Io io;
  VP8InitIo(&io);
  io.data = headers.data + headers.offset;
  io.data_size = headers.data_size - headers.offset;
  if (headers.is_lossless) read_lossless(reader, &io);
  else read_lossy(reader, &headers, &io);
}

static void keep_profile(struct render *render, const WebPDemuxer *container) {
  WebPChunkIterator chunk;
  if (!WebPDemuxGetChunk(container, "ICCP", 1, &chunk)) return;
  icc_keep(&render->icc, chunk.chunk.bytes, chunk.chunk.size);
  WebPDemuxReleaseChunkIterator(&chunk);
}

void webp_read(struct render *render, const uint8_t *data, size_t length) {
  struct webp_reader *reader = mem_get_zeroed(sizeof *reader);
  reader->render = render;
  WebPData bytes = {data, length};
  WebPDemuxState state;
  WebPDemuxer *container = WebPDemuxPartial(&bytes, &state);
  if (!container) refuse(VP8_STATUS_BITSTREAM_ERROR);
  if (state == WEBP_DEMUX_PARSING_HEADER || state == WEBP_DEMUX_PARSED_HEADER) fail(FAIL_CORRUPT, WHY_TRUNCATED);
  if (!WebPDemuxGetFrame(container, 1, &reader->frame)) fail(FAIL_CORRUPT, WHY_HEADER);
  render_size(render, (int)WebPDemuxGetI(container, WEBP_FF_CANVAS_WIDTH),
              (int)WebPDemuxGetI(container, WEBP_FF_CANVAS_HEIGHT));
  reader->covers = reader->frame.width == render->stored_width && reader->frame.height == render->stored_height;
  keep_profile(render, container);
  read_frame(reader);
  WebPDemuxReleaseIterator(&reader->frame);
  WebPDemuxDelete(container);
  mem_free(reader);
  render_end(render);
}
