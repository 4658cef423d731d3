#include "tests/render/golden/pictures.h"

#include <png.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace footprint::test {
namespace {

using render::Image;

int channel(std::uint32_t pixel, int shift) {
    return static_cast<int>(pixel >> shift & 0xFFU);
}

bool is_near(std::uint32_t a, std::uint32_t b) {
    for (const int shift : {0, 8, 16}) {
        if (std::abs(channel(a, shift) - channel(b, shift)) > kTolerance) {
            return false;
        }
    }
    return true;
}

bool has_like(const Image& image, int x, int y, std::uint32_t pixel) {
    for (int v = std::max(0, y - 1); v <= std::min(image.height - 1, y + 1); ++v) {
        for (int u = std::max(0, x - 1); u <= std::min(image.width - 1, x + 1); ++u) {
            if (is_near(image.row(v)[u], pixel)) {
                return true;
            }
        }
    }
    return false;
}

std::uint32_t faint(std::uint32_t pixel) {
    return 0xFF000000U | (pixel >> 2U & 0x3F3F3FU);
}

}  // namespace

std::optional<Image> read_png(const std::filesystem::path& file) {
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_file(&png, file.c_str()) == 0) {
        return std::nullopt;
    }
    png.format = PNG_FORMAT_BGRA;
    Image image(static_cast<int>(png.width), static_cast<int>(png.height));
    if (png_image_finish_read(&png, nullptr, image.pixels.data(), 0, nullptr) == 0) {
        return std::nullopt;
    }
    return image;
}

void write_png(const std::filesystem::path& file, const Image& image) {
    std::vector<png_byte> rgb;
    rgb.reserve(image.pixels.size() * 3);
    for (const std::uint32_t pixel : image.pixels) {
        for (const int shift : {16, 8, 0}) {
            rgb.push_back(static_cast<png_byte>(channel(pixel, shift)));
        }
    }
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    png.width = static_cast<png_uint_32>(image.width);
    png.height = static_cast<png_uint_32>(image.height);
    png.format = PNG_FORMAT_RGB;
    if (png_image_write_to_file(&png, file.c_str(), 0, rgb.data(), 0, nullptr) == 0) {
        throw std::runtime_error("cannot write " + file.string() + ": " + png.message);
    }
}

PictureDifference difference_of(const Image& expected, const Image& actual) {
    PictureDifference result{0, Image(actual.width, actual.height)};
    if (expected.width != actual.width || expected.height != actual.height) {
        result.pixels = actual.pixels.size();
        return result;
    }
    for (int y = 0; y < actual.height; ++y) {
        for (int x = 0; x < actual.width; ++x) {
            const std::uint32_t wanted = expected.row(y)[x];
            const std::uint32_t is = actual.row(y)[x];
            const bool is_same = has_like(expected, x, y, is) && has_like(actual, x, y, wanted);
            result.marked.row(y)[x] = is_same ? faint(wanted) : 0xFFFF2020U;
            result.pixels += is_same ? 0U : 1U;
        }
    }
    return result;
}

}  // namespace footprint::test
