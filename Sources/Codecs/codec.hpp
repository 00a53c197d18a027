#pragma once
#include "Codecs.h"

#include <cstddef>
#include <stdexcept>
#include <string>

/// A codestream that cannot be decoded; what() says why.
struct Damaged : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Checked by rr_codecs_decode: no product overflows.
struct Job {
  const rr_decode_request &request;
  const uint8_t *input;
  uint8_t *output;
  rr_decode_reply &reply;

  size_t pixels() const { return size_t(request.columns) * request.rows; }
  size_t samples() const { return pixels() * request.samples; }
  size_t output_bytes() const { return samples() * request.sample_bytes; }
  /// Bytes of a sample as the codecs hand it out.
  size_t native_bytes() const { return request.precision <= 8 ? 1 : request.precision <= 16 ? 2 : 4; }
};

void decode_jpeg(Job &job);
void decode_jpeg_ls(Job &job);
void decode_jpeg_2000(Job &job);

/// Widens samples in place from `from` bytes each to request.sample_bytes.
void widen(const Job &job, size_t from);

/// Refuses a codestream that is not what the request says.
void expect(const char *what, size_t found, size_t expected);
