#pragma once
// Decompression of one frame's bytes, for the decoder process. Nothing here throws.
#include "CDecoder.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Prepares the codecs; to be called once, before the process gives up its rights.
void rr_codecs_prepare(void);

/// Decodes one frame.
/// `output` has columns * rows * samples * sample_bytes bytes and gets the samples of each pixel
/// together, in this machine's order. Fills all of `reply` but magic and sequence.
void rr_codecs_decode(
    const struct rr_decode_request *request, const uint8_t *input, uint8_t *output,
    struct rr_decode_reply *reply);

#ifdef __cplusplus
}
#endif
