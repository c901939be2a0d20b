/* A small picture laid on the finished one, row by row as it is made: whatever the size, no frame is held for it. */
#ifndef OVERLAY_H
#define OVERLAY_H

#include "render.h"

/* Lays the overlay on row `y` of a plane of the picture, which must be finished, and as it will be shown. */
void overlay_row(struct render *render, int plane, int y);

/* The same for all rows of a picture that is held whole. */
void overlay_picture(struct render *render);

#endif
