// JPEG baseline, extended, progressive and lossless, by the IJG libraries of DCMTK.
#include "codec.hpp"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmjpeg/djcparam.h>
#include <dcmtk/dcmjpeg/djdijg12.h>
#include <dcmtk/dcmjpeg/djdijg16.h>
#include <dcmtk/dcmjpeg/djdijg8.h>
#include <dcmtk/oflog/oflog.h>

#include <cstring>
#include <new>

namespace {

/// Counts the library's warnings instead of writing them into a log.
template <class Base> class Counting : public Base {
public:
  using Base::Base;
  void emitMessage(int level) const override {
    if (level < 0 && warnings < UINT32_MAX) warnings++;
  }
  mutable uint32_t warnings = 0;
};

/// Colours stay as they are in the codestream.
const DJCodecParameter &parameter() {
  static const DJCodecParameter shared(ECC_lossyYCbCr, EDC_never, EUC_default, EPC_default);
  return shared;
}

template <class Base> void decode(Job &job) {
  Counting<Base> decoder(parameter(), OFFalse);
  if (decoder.init().bad()) throw std::bad_alloc();
  const size_t bytes = job.samples() * decoder.bytesPerSample();
  if (bytes > job.output_bytes() || bytes > UINT32_MAX) throw Damaged("its samples are too wide");
  // A codestream with a second, smaller header must not show what the last frame left here.
  std::memset(job.output, 0, job.output_bytes());
  // The library does not write to its input.
  const OFCondition result = decoder.decode(
      const_cast<uint8_t *>(job.input), Uint32(job.request.input_bytes), job.output, Uint32(bytes),
      OFFalse);
  job.reply.corrupt_places = decoder.warnings;
  job.reply.is_ycbcr = decoder.getDecompressedColorModel() == EPI_YBR_Full;
  if (result == EJ_Suspension) throw Damaged("its JPEG data ends before the image does");
  if (result.bad()) throw Damaged(std::string("JPEG: ") + result.text());
  widen(job, decoder.bytesPerSample());
}

} // namespace

void prepare_jpeg() {
  OFLog::configure(OFLogger::OFF_LOG_LEVEL);
  parameter();
}

void decode_jpeg(Job &job) {
  if (job.request.precision <= 8) return decode<DJDecompressIJG8Bit>(job);
  // Lossless streams of 9 to 16 bits go to the 16-bit library, others have 12 bits.
  if (job.request.precision <= 12 && !job.request.is_lossless)
    return decode<DJDecompressIJG12Bit>(job);
  decode<DJDecompressIJG16Bit>(job);
}
