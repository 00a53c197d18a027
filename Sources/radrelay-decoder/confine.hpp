#pragma once
#include "CDecoder.h"

/// Gives up, for good, what decoding does not need: files, processes, the network, core dumps.
void confine_process();

/// Bounds the memory and the processor time of one request by the size of its image.
void confine_request(const rr_decode_request &request);
