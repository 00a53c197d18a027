// JPEG-LS, lossless and near lossless, by CharLS.
#include "codec.hpp"

#include <charls/charls.h>

#include <cstring>
#include <memory>
#include <vector>

namespace {

template <class Sample> void interleave(const Job &job, const uint8_t *planes) {
  auto *from = reinterpret_cast<const Sample *>(planes);
  auto *to = reinterpret_cast<Sample *>(job.output);
  const size_t pixels = job.pixels(), samples = job.request.samples;
  for (size_t sample = 0; sample < samples; sample++)
    for (size_t pixel = 0; pixel < pixels; pixel++)
      to[pixel * samples + sample] = from[sample * pixels + pixel];
}

} // namespace

void decode_jpeg_ls(Job &job) {
  charls::jpegls_decoder decoder;
  decoder.source(job.input, size_t(job.request.input_bytes));
  decoder.read_header();
  const charls::frame_info &info = decoder.frame_info();
  expect("columns", info.width, job.request.columns);
  expect("rows", info.height, job.request.rows);
  expect("samples per pixel", size_t(info.component_count), job.request.samples);
  expect("bits per sample", size_t(info.bits_per_sample), job.request.precision);
  const size_t width = job.native_bytes(), bytes = job.samples() * width;
  if (decoder.destination_size() != bytes) throw Damaged("its codestream has another size");
  if (job.request.samples > 1 && decoder.interleave_mode() == charls::interleave_mode::none) {
    std::unique_ptr<uint8_t[]> planes(new uint8_t[bytes]);
    decoder.decode(planes.get(), bytes);
    if (width == 1)
      interleave<uint8_t>(job, planes.get());
    else
      interleave<uint16_t>(job, planes.get());
  } else {
    decoder.decode(job.output, bytes);
  }
  widen(job, width);
}
