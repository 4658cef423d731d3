#include "cli/pictures/picture_file.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/pictures/picture_options.h"
#include "render/paint/png.h"

namespace footprint::cli {

std::optional<PictureFormat> parse_picture_format(std::string_view name) {
    if (name == "png") {
        return PictureFormat::png;
    }
    if (name == "svg") {
        return PictureFormat::svg;
    }
    if (name == "pdf") {
        return PictureFormat::pdf;
    }
    return std::nullopt;
}

PictureFormat picture_format(const std::filesystem::path& output,
                             const std::optional<std::string>& format) {
    std::string suffix = lower_ascii(output.extension().string());
    suffix = suffix.empty() ? suffix : suffix.substr(1);
    const std::string name = format ? lower_ascii(*format) : suffix;
    if (parse_picture_format(name) && parse_picture_format(suffix) && name != suffix) {
        throw Error(ExitCode::usage,
                    fmt::format("--format {} disagrees with the name {}", name, output.string()));
    }
    if (const auto known = parse_picture_format(name)) {
        return *known;
    }
    const std::vector<std::string> known{"png", "svg", "pdf"};
    throw Error(ExitCode::usage,
                fmt::format("cannot tell a picture format from '{}'.{} The formats are png, svg "
                            "and pdf",
                            format ? *format : output.string(), did_you_mean(name, known)));
}

void ChartOptions::declare(OptionSet& options) {
    options
        .add("--size", &size, "SIZE",
             "Of a picture: 720p, 1080p, 1440p, 4k, square, portrait, or WIDTHxHEIGHT in pixels")
        .add("--theme", &theme, "NAME", "Colours of a picture")
        .choices({"dark", "light", "contrast"})
        .add("--title", &title, "TEXT", "Title of a picture, instead of one made from the answer");
}

render::SheetOptions ChartOptions::sheet() const {
    const FrameSize frame = parse_frame_size(size);
    return {frame.width, frame.height, theme};
}

std::string picture_bytes(const render::DisplayList& list, const render::SheetOptions& sheet,
                          PictureFormat format, const render::PictureMeta& meta,
                          const render::FontSet& fonts) {
    if (format == PictureFormat::png) {
        render::Image image(sheet.width, sheet.height);
        render::paint(image, list, fonts);
        return render::encode_png(image,
                                  {{"Title", meta.title}, {"Description", meta.description}});
    }
    return render::paint_vector(
        list, sheet.width, sheet.height,
        format == PictureFormat::svg ? render::VectorFormat::svg : render::VectorFormat::pdf, meta,
        fonts);
}

}  // namespace footprint::cli
