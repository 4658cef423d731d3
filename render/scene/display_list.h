// What is to be painted, laid out in pixels, as plain data. Painters turn it into pixels or into
// SVG and PDF; none of them decides anything.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "render/scene/geometry.h"
#include "render/scene/symbols.h"

namespace footprint::render {

// Pixels, 0xAARRGGBB with premultiplied alpha in native byte order, rows without padding.
struct Image {
    int width = 0;
    int height = 0;
    std::vector<std::uint32_t> pixels;

    Image() = default;
    Image(int w, int h)
        : width(w),
          height(h),
          pixels(static_cast<std::size_t>(w) * static_cast<std::size_t>(h), 0U) {}
    std::uint32_t* row(int y) {
        return pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
    }
    const std::uint32_t* row(int y) const {
        return pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
    }
};

// Of a picture's pixels.
struct PixelRect {
    int left = 0;
    int top = 0;
    int right = 0;   // excluded
    int bottom = 0;  // excluded
};

using PathPtr = std::shared_ptr<const Path>;

struct FillPath {
    PathPtr path;
    Color color;
    bool even_odd = false;
    std::optional<Rect> clip = std::nullopt;  // paint only inside, edges on whole pixels
    bool operator==(const FillPath&) const = default;
};

struct StrokePath {
    PathPtr path;
    Color color;
    double width = 1;
    std::vector<double> dashes;  // empty: solid
    std::optional<Rect> clip;    // paint only inside, edges on whole pixels
    bool operator==(const StrokePath&) const = default;
};

// Aligned to whole pixels by the painter.
struct FillRect {
    Rect rect;
    Color color;
    bool operator==(const FillRect&) const = default;
};

struct Ring {
    Point centre;
    double radius = 0;
    double width = 1;
    Color color;
    double opacity = 1;
    std::vector<double> dashes;
    bool operator==(const Ring&) const = default;
};

struct SymbolMark {
    Shape shape = Shape::circle;
    SymbolState state = SymbolState::open;
    bool date_uncertain = false;  // drawn with a dark pupil
    Point centre;
    double radius = 1;  // of the disc of equal area
    Color color;
    Color edge;
    double opacity = 1;
    bool operator==(const SymbolMark&) const = default;
};

enum class FontWeight : std::uint8_t { regular, medium, semibold, bold };
struct Font {
    double size = 12;  // of the em, pixels
    FontWeight weight = FontWeight::regular;
    bool tabular = false;  // digits of one width, so that counters do not jitter
    bool operator==(const Font&) const = default;
};

enum class Align : std::uint8_t { left, centre, right };

// Of the em: from the baseline to half the height of digits.
inline constexpr double kMiddle = 0.36;

// One line. The anchor is on the baseline.
struct TextRun {
    std::string text;
    Point anchor;
    Align align = Align::left;
    Font font;
    Color color;
    double halo = 0;  // width of the outline under the text
    Color halo_color;
    double opacity = 1;
    bool operator==(const TextRun&) const = default;
};

struct ImageOp {
    std::shared_ptr<const Image> image;
    Point at;  // of its top left corner; whole pixels
    bool operator==(const ImageOp&) const = default;
};

using Op = std::variant<FillPath, StrokePath, FillRect, Ring, SymbolMark, TextRun, ImageOp>;
using DisplayList = std::vector<Op>;

// How wide text comes out; painters implement it, layout asks it.
struct TextExtent {
    double width = 0;   // advance
    double ascent = 0;  // of the font, above the baseline
    double descent = 0;
};
class TextMeasure {
  public:
    virtual ~TextMeasure() = default;
    virtual TextExtent measure(const std::string& text, const Font& font) const = 0;
};

// Where a text's box lies: from its advance and the font's ascent and descent.
Rect text_box(const TextRun& run, const TextMeasure& measure);

}  // namespace footprint::render
