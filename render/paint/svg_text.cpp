#include "render/paint/svg_text.h"

#include <fmt/format.h>

#include <string_view>
#include <variant>

#include "base/xml.h"

namespace footprint::render {
namespace {

std::string_view svg_anchor(Align align) {
    switch (align) {
        case Align::left:
            return "start";
        case Align::centre:
            return "middle";
        case Align::right:
            return "end";
    }
    return "start";
}

std::string words_of(const DisplayList& list) {
    std::string out =
        "<g font-family=\"Inter, WenQuanYi Micro Hei, sans-serif\" fill-opacity=\"0\">\n";
    for (const Op& op : list) {
        const auto* const run = std::get_if<TextRun>(&op);
        if (run != nullptr && run->opacity > 0) {
            out += fmt::format(
                "<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{:.1f}\" text-anchor=\"{}\">{}"
                "</text>\n",
                run->anchor.x, run->anchor.y, run->font.size, svg_anchor(run->align),
                escaped_xml(run->text));
        }
    }
    return out + "</g>\n";
}

}  // namespace

std::string with_svg_text(std::string svg, const DisplayList& list, const PictureMeta& meta) {
    const auto end = svg.rfind("</svg>");
    const auto root = svg.find("<svg");
    const auto begin = root == std::string::npos ? root : svg.find('>', root);
    if (end == std::string::npos || begin == std::string::npos) {
        return svg;
    }
    svg.insert(end, words_of(list));
    svg.insert(begin + 1, fmt::format("\n<title>{}</title>\n<desc>{}</desc>",
                                      escaped_xml(meta.title), escaped_xml(meta.description)));
    return svg;
}

}  // namespace footprint::render
