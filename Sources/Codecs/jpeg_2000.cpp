// JPEG 2000 and High-Throughput JPEG 2000, lossless and lossy, by OpenJPEG.
#include "codec.hpp"

#if __has_include(<openjpeg-2.5/openjpeg.h>)
#include <openjpeg-2.5/openjpeg.h>
#else
#include <openjpeg.h>
#endif

#include <algorithm>
#include <cstring>
#include <memory>

namespace {

/// A codestream in memory as OpenJPEG wants to read it.
struct Source {
  const uint8_t *bytes;
  size_t size;
  size_t place = 0;
};

OPJ_SIZE_T read(void *buffer, OPJ_SIZE_T count, void *data) {
  auto *source = static_cast<Source *>(data);
  const size_t left = source->size - source->place;
  if (left == 0) return OPJ_SIZE_T(-1);
  count = std::min<OPJ_SIZE_T>(count, left);
  std::memcpy(buffer, source->bytes + source->place, count);
  source->place += count;
  return count;
}

OPJ_OFF_T skip(OPJ_OFF_T count, void *data) {
  auto *source = static_cast<Source *>(data);
  if (count < 0 || size_t(count) > source->size - source->place) return -1;
  source->place += size_t(count);
  return count;
}

OPJ_BOOL seek(OPJ_OFF_T place, void *data) {
  auto *source = static_cast<Source *>(data);
  if (place < 0 || size_t(place) > source->size) return OPJ_FALSE;
  source->place = size_t(place);
  return OPJ_TRUE;
}

/// The first error and the number of warnings of one decoding.
struct Log {
  std::string error;
  uint32_t warnings = 0;
};

void on_error(const char *text, void *data) {
  auto *log = static_cast<Log *>(data);
  if (!log->error.empty()) return;
  log->error = text;
  while (!log->error.empty() && log->error.back() == '\n') log->error.pop_back();
}

void on_warning(const char *, void *data) { static_cast<Log *>(data)->warnings++; }
void on_info(const char *, void *) {}

// Codec and stream are both void in the library's header.
struct CloseCodec {
  void operator()(opj_codec_t *codec) const { opj_destroy_codec(codec); }
};
struct CloseStream {
  void operator()(opj_stream_t *stream) const { opj_stream_destroy(stream); }
};
struct CloseImage {
  void operator()(opj_image_t *image) const { opj_image_destroy(image); }
};

template <class Sample> void store(const opj_image_t &image, const Job &job) {
  auto *output = reinterpret_cast<Sample *>(job.output);
  const size_t pixels = job.pixels(), samples = job.request.samples;
  if (samples == 1) {
    const OPJ_INT32 *plane = image.comps[0].data;
    for (size_t pixel = 0; pixel < pixels; pixel++) output[pixel] = Sample(plane[pixel]);
    return;
  }
  const OPJ_INT32 *red = image.comps[0].data, *green = image.comps[1].data,
                  *blue = image.comps[2].data;
  for (size_t pixel = 0; pixel < pixels; pixel++) {
    output[3 * pixel] = Sample(red[pixel]);
    output[3 * pixel + 1] = Sample(green[pixel]);
    output[3 * pixel + 2] = Sample(blue[pixel]);
  }
}

void check(const opj_image_t &image, const Job &job) {
  expect("components", image.numcomps, job.request.samples);
  for (OPJ_UINT32 index = 0; index < image.numcomps; index++) {
    const opj_image_comp_t &component = image.comps[index];
    expect("columns", component.w, job.request.columns);
    expect("rows", component.h, job.request.rows);
    expect("bits per sample", component.prec, job.request.precision);
  }
}

[[noreturn]] void fail(const Log &log, const char *otherwise) {
  throw Damaged("JPEG 2000: " + (log.error.empty() ? std::string(otherwise) : log.error));
}

} // namespace

void decode_jpeg_2000(Job &job) {
  Source source{job.input, size_t(job.request.input_bytes)};
  Log log;
  std::unique_ptr<opj_codec_t, CloseCodec> codec(opj_create_decompress(OPJ_CODEC_J2K));
  // One block as large as the codestream: it is in memory anyhow.
  std::unique_ptr<opj_stream_t, CloseStream> stream(
      opj_stream_create(std::min<size_t>(std::max<size_t>(source.size, 1024), 1 << 20), OPJ_TRUE));
  if (!codec || !stream) throw std::bad_alloc();
  opj_set_error_handler(codec.get(), on_error, &log);
  opj_set_warning_handler(codec.get(), on_warning, &log);
  opj_set_info_handler(codec.get(), on_info, nullptr);
  opj_stream_set_user_data(stream.get(), &source, nullptr);
  opj_stream_set_user_data_length(stream.get(), source.size);
  opj_stream_set_read_function(stream.get(), read);
  opj_stream_set_skip_function(stream.get(), skip);
  opj_stream_set_seek_function(stream.get(), seek);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  if (!opj_setup_decoder(codec.get(), &parameters)) fail(log, "the decoder cannot be set up");
  // Code blocks are independent of each other. Without support for threads one does it all.
  if (job.request.threads > 1) opj_codec_set_threads(codec.get(), int(job.request.threads));
  // A codestream that breaks off is an error, not a picture with holes.
  opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE);
  opj_image_t *header = nullptr;
  const bool is_read = opj_read_header(stream.get(), codec.get(), &header);
  std::unique_ptr<opj_image_t, CloseImage> image(header);
  if (!is_read || !image) fail(log, "the header is damaged");
  check(*image, job);
  if (!opj_decode(codec.get(), stream.get(), image.get())) fail(log, "the data is damaged");
  check(*image, job);
  for (OPJ_UINT32 index = 0; index < image->numcomps; index++)
    if (!image->comps[index].data) fail(log, "a component has no data");
  job.reply.corrupt_places = log.warnings;
  switch (job.request.sample_bytes) {
  case 1: store<uint8_t>(*image, job); break;
  case 2: store<uint16_t>(*image, job); break;
  default: store<uint32_t>(*image, job);
  }
}
