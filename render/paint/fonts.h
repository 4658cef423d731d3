// Text, shaped by Pango with the project's own fonts only: Inter, and WenQuanYi Micro Hei where a
// text holds characters that Inter lacks. What else a machine has installed changes nothing.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "render/scene/display_list.h"

using cairo_t = struct _cairo;

namespace footprint::render {

// The file of one of these fonts ("Inter-Regular.otf"), for what draws text by itself. Throws Error
// (failed) that names the package when it is missing.
std::filesystem::path font_file(const std::string& name);

// Safe to use from several threads; calls take turns.
class FontSet final : public TextMeasure {
  public:
    // Looks in FOOTPRINT_FONTS (a folder) first, then where Debian's fonts-inter and
    // fonts-wqy-microhei put them. Throws Error (failed) that names the package when Inter is
    // missing. The second font is opened only when a text needs it; without it such characters come
    // out as boxes.
    FontSet();
    ~FontSet() override;
    FontSet(const FontSet&) = delete;
    FontSet& operator=(const FontSet&) = delete;

    TextExtent measure(const std::string& text, const Font& font) const override;

    // The first character of a UTF-8 text that no font has; empty when all have a shape.
    std::string without_glyph(const std::string& text) const;

    // Draws onto a Cairo context. `as_outlines` fills the glyphs' outlines, which puts them at
    // exact fractions of a pixel (for pixels); else real text is emitted (for PDF).
    void draw(cairo_t* cairo, const TextRun& run, bool as_outlines) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace footprint::render
