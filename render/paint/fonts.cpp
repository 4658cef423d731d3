#include "render/paint/fonts.h"

#include <fmt/format.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

#include "base/error.h"

namespace footprint::render {
namespace fs = std::filesystem;
namespace {

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using GObjectPtr = std::unique_ptr<T, Unref>;

std::vector<fs::path> font_folders() {
    std::vector<fs::path> folders;
    if (const char* given = std::getenv("FOOTPRINT_FONTS"); given != nullptr && *given != '\0') {
        folders.emplace_back(given);
    }
    for (const char* folder : {"/usr/share/fonts/opentype/inter", "/usr/share/fonts/truetype/inter",
                               "/usr/share/fonts/truetype/wqy"}) {
        folders.emplace_back(folder);
    }
    return folders;
}

std::optional<fs::path> find_font(const std::string& file) {
    for (const fs::path& folder : font_folders()) {
        std::error_code ignored;
        if (fs::is_regular_file(folder / file, ignored)) {
            return folder / file;
        }
    }
    return std::nullopt;
}

fs::path require_font(const std::string& file) {
    if (const auto path = find_font(file)) {
        return *path;
    }
    std::string looked;
    for (const fs::path& folder : font_folders()) {
        looked += "\n  " + folder.string();
    }
    throw Error(ExitCode::failed,
                fmt::format("cannot find the font {}; install the Debian package fonts-inter, or "
                            "name a folder that holds it in FOOTPRINT_FONTS. Looked in:{}",
                            file, looked));
}

PangoWeight pango_weight(FontWeight weight) {
    switch (weight) {
        case FontWeight::regular:
            return PANGO_WEIGHT_NORMAL;
        case FontWeight::medium:
            return PANGO_WEIGHT_MEDIUM;
        case FontWeight::semibold:
            return PANGO_WEIGHT_SEMIBOLD;
        case FontWeight::bold:
            return PANGO_WEIGHT_BOLD;
    }
    return PANGO_WEIGHT_NORMAL;
}

// Inter covers Latin, Greek and Cyrillic; what starts at U+2E80 (CJK radicals) is not in it.
bool needs_cjk(const std::string& utf8) {
    for (std::size_t i = 0; i + 2 < utf8.size(); ++i) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const auto next = static_cast<unsigned char>(utf8[i + 1]);
        if (lead > 0xE2 || (lead == 0xE2 && next >= 0xBA)) {
            return true;
        }
    }
    return false;
}

// One font map over a private configuration.
class Fonts {
  public:
    explicit Fonts(const std::vector<fs::path>& files) : config_(FcConfigCreate()) {
        for (const fs::path& file : files) {
            const auto* name = reinterpret_cast<const FcChar8*>(file.c_str());
            if (FcConfigAppFontAddFile(config_.get(), name) != FcTrue) {
                throw Error(ExitCode::failed,
                            fmt::format("cannot read the font {}", file.string()));
            }
        }
        map_.reset(pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT));
        pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map_.get()), config_.get());
        pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map_.get()), 72);
        context_.reset(pango_font_map_create_context(map_.get()));
        pango_context_set_language(context_.get(), pango_language_from_string("en"));
        pango_context_set_round_glyph_positions(context_.get(), FALSE);
        set_options();
    }

    PangoContext* context() const { return context_.get(); }

  private:
    void set_options() {
        const std::unique_ptr<cairo_font_options_t, decltype(&cairo_font_options_destroy)> options(
            cairo_font_options_create(), &cairo_font_options_destroy);
        cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
        cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
        cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
        pango_cairo_context_set_font_options(context_.get(), options.get());
    }

    struct DestroyConfig {
        void operator()(FcConfig* config) const { FcConfigDestroy(config); }
    };
    std::unique_ptr<FcConfig, DestroyConfig> config_;
    GObjectPtr<PangoFontMap> map_;
    GObjectPtr<PangoContext> context_;
};

}  // namespace

fs::path font_file(const std::string& name) {
    return require_font(name);
}

struct FontSet::Impl {
    std::mutex mutex;
    std::unique_ptr<Fonts> latin;
    std::unique_ptr<Fonts> wide;  // Latin and CJK; made when first needed

    PangoContext* context_for(const std::string& text) {
        if (!needs_cjk(text)) {
            return latin->context();
        }
        if (!wide) {
            auto files = latin_files();
            if (const auto cjk = find_font("wqy-microhei.ttc")) {
                files.push_back(*cjk);
            }
            wide = std::make_unique<Fonts>(files);
        }
        return wide->context();
    }

    static std::vector<fs::path> latin_files() {
        std::vector<fs::path> files;
        for (const char* file :
             {"Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf"}) {
            files.push_back(require_font(file));
        }
        return files;
    }

    GObjectPtr<PangoLayout> layout(const std::string& text, const Font& font) {
        GObjectPtr<PangoLayout> result(pango_layout_new(context_for(text)));
        const std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)>
            description(pango_font_description_new(), &pango_font_description_free);
        pango_font_description_set_family_static(description.get(), "Inter, WenQuanYi Micro Hei");
        pango_font_description_set_absolute_size(description.get(), font.size * PANGO_SCALE);
        pango_font_description_set_weight(description.get(), pango_weight(font.weight));
        pango_layout_set_font_description(result.get(), description.get());
        if (font.tabular) {
            const std::unique_ptr<PangoAttrList, decltype(&pango_attr_list_unref)> attributes(
                pango_attr_list_new(), &pango_attr_list_unref);
            pango_attr_list_insert(attributes.get(), pango_attr_font_features_new("tnum=1"));
            pango_layout_set_attributes(result.get(), attributes.get());
        }
        pango_layout_set_single_paragraph_mode(result.get(), TRUE);
        pango_layout_set_text(result.get(), text.data(), static_cast<int>(text.size()));
        return result;
    }
};

FontSet::FontSet() : impl_(std::make_unique<Impl>()) {
    impl_->latin = std::make_unique<Fonts>(Impl::latin_files());
}

FontSet::~FontSet() = default;

TextExtent FontSet::measure(const std::string& text, const Font& font) const {
    const std::lock_guard lock(impl_->mutex);
    const auto layout = impl_->layout(text, font);
    PangoRectangle logical{};
    pango_layout_get_extents(layout.get(), nullptr, &logical);
    const double baseline = pango_layout_get_baseline(layout.get());
    return {static_cast<double>(logical.width) / PANGO_SCALE, baseline / PANGO_SCALE,
            (logical.height - baseline) / PANGO_SCALE};
}

std::string FontSet::without_glyph(const std::string& text) const {
    const std::lock_guard lock(impl_->mutex);
    const auto unknown = [&](const std::string& part) {
        return pango_layout_get_unknown_glyphs_count(impl_->layout(part, Font{}).get()) > 0;
    };
    if (!unknown(text)) {
        return {};
    }
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
            ++end;
        }
        if (unknown(text.substr(i, end - i))) {
            return text.substr(i, end - i);
        }
        i = end;
    }
    return text;
}

void FontSet::draw(cairo_t* cairo, const TextRun& run, bool as_outlines) const {
    const std::lock_guard lock(impl_->mutex);
    const auto layout = impl_->layout(run.text, run.font);
    PangoRectangle logical{};
    pango_layout_get_extents(layout.get(), nullptr, &logical);
    const double width = static_cast<double>(logical.width) / PANGO_SCALE;
    const double shift =
        run.align == Align::left ? 0 : (run.align == Align::centre ? width / 2 : width);
    PangoLayoutLine* line = pango_layout_get_line_readonly(layout.get(), 0);
    const auto set_color = [&](Color c) {
        cairo_set_source_rgba(cairo, c.r / 255.0, c.g / 255.0, c.b / 255.0,
                              c.a / 255.0 * run.opacity);
    };
    const double x = run.anchor.x - shift;
    if (run.halo > 0) {
        cairo_new_path(cairo);
        cairo_move_to(cairo, x, run.anchor.y);
        pango_cairo_layout_line_path(cairo, line);
        cairo_set_line_width(cairo, 2 * run.halo);
        cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
        set_color(run.halo_color);
        cairo_stroke(cairo);
    }
    cairo_new_path(cairo);
    cairo_move_to(cairo, x, run.anchor.y);
    set_color(run.color);
    if (as_outlines) {
        pango_cairo_layout_line_path(cairo, line);
        cairo_fill(cairo);
    } else {
        pango_cairo_show_layout_line(cairo, line);
    }
    cairo_new_path(cairo);
}

}  // namespace footprint::render
