// Pictures as files: which format, and a display list as its bytes.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cli/frame/options.h"
#include "render/paint/canvas.h"
#include "render/scene/sheet.h"

namespace footprint::cli {

enum class PictureFormat { png, svg, pdf };

// "png", "svg" or "pdf".
std::optional<PictureFormat> parse_picture_format(std::string_view name);

// The explicit format, else the suffix's. Throws Error (usage) when neither tells, or they
// disagree.
PictureFormat picture_format(const std::filesystem::path& output,
                             const std::optional<std::string>& format);

// --size, --theme and --title of verbs that draw charts.
struct ChartOptions {
    std::string size = "1080p";
    std::string theme = "dark";
    std::optional<std::string> title;

    void declare(OptionSet& options);
    // Throws Error (usage).
    render::SheetOptions sheet() const;
};

// The list painted, `sheet` telling the size.
std::string picture_bytes(const render::DisplayList& list, const render::SheetOptions& sheet,
                          PictureFormat format, const render::PictureMeta& meta,
                          const render::FontSet& fonts);

}  // namespace footprint::cli
