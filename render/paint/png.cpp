#include "render/paint/png.h"

#include <fmt/format.h>
#include <png.h>

#include <csetjmp>

#include "base/error.h"
#include "base/interrupt.h"

namespace footprint::render {
namespace {

[[noreturn]] void throw_error(png_structp, png_const_charp message) {
    throw Error(ExitCode::failed, fmt::format("cannot write a PNG: {}", message));
}

void ignore_warning(png_structp, png_const_charp) {}

void append(png_structp png, png_bytep data, std::size_t length) {
    static_cast<std::string*>(png_get_io_ptr(png))
        ->append(reinterpret_cast<const char*>(data), length);
}

void flush_nothing(png_structp) {}

class Writer {
  public:
    Writer()
        : png_(
              png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, throw_error, ignore_warning)),
          info_(png_ == nullptr ? nullptr : png_create_info_struct(png_)) {
        if (info_ == nullptr) {
            png_destroy_write_struct(&png_, nullptr);
            throw Error(ExitCode::failed, "cannot write a PNG: out of memory");
        }
    }
    ~Writer() { png_destroy_write_struct(&png_, &info_); }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    png_structp png() { return png_; }
    png_infop info() { return info_; }

  private:
    png_structp png_;
    png_infop info_;
};

void add_texts(Writer& writer, std::vector<std::pair<std::string, std::string>> texts) {
    std::vector<png_text> chunks;
    for (auto& [keyword, text] : texts) {
        png_text chunk{};
        chunk.compression = PNG_ITXT_COMPRESSION_NONE;
        chunk.key = keyword.data();
        chunk.text = text.data();
        chunk.itxt_length = text.size();
        chunks.push_back(chunk);
    }
    png_set_text(writer.png(), writer.info(), chunks.data(), static_cast<int>(chunks.size()));
}

}  // namespace

std::string encode_png(const Image& image,
                       const std::vector<std::pair<std::string, std::string>>& texts) {
    std::string bytes;
    Writer writer;
    png_set_write_fn(writer.png(), &bytes, append, flush_nothing);
    png_set_IHDR(writer.png(), writer.info(), static_cast<png_uint_32>(image.width),
                 static_cast<png_uint_32>(image.height), 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_sRGB(writer.png(), writer.info(), PNG_sRGB_INTENT_PERCEPTUAL);
    add_texts(writer, texts);
    png_set_compression_level(writer.png(), 1);
    png_set_filter(writer.png(), 0, PNG_FILTER_SUB);
    png_write_info(writer.png(), writer.info());
    std::vector<png_byte> row(static_cast<std::size_t>(image.width) * 3);
    for (int y = 0; y < image.height; ++y) {
        throw_if_interrupted();
        const std::uint32_t* pixels = image.row(y);
        for (int x = 0; x < image.width; ++x) {
            png_byte* out = row.data() + static_cast<std::ptrdiff_t>(x) * 3;
            out[0] = static_cast<png_byte>(pixels[x] >> 16);
            out[1] = static_cast<png_byte>(pixels[x] >> 8);
            out[2] = static_cast<png_byte>(pixels[x]);
        }
        png_write_row(writer.png(), row.data());
    }
    png_write_end(writer.png(), nullptr);
    return bytes;
}

}  // namespace footprint::render
