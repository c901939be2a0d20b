/* Input formats: each pushes every row in to the render, or fails. */
#ifndef READERS_H
#define READERS_H

#include "render.h"

void jpeg_read(struct render *render, const uint8_t *data, size_t length);
void png_read(struct render *render, const uint8_t *data, size_t length);
void webp_read(struct render *render, const uint8_t *data, size_t length);
void rgba_read(struct render *render, const uint8_t *data, size_t length);

#endif
