#include "render/window/scene_painter.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "render/paint/raster.h"

namespace footprint::render {
namespace {

constexpr double kPanelOpacity = 0.92;
constexpr double kHiddenOpacity = 0.72;

struct KeyHelp {
    std::string_view keys;
    std::string_view deed;
};
constexpr std::array<KeyHelp, 12> kKeys{
    {{"wheel, + −", "closer and further"},
     {"drag", "move the map; past its edge, turn the world"},
     {"0", "the whole world again"},
     {"space", "play and pause"},
     {"← →", "a month back, a month on"},
     {"Page ↑ ↓", "a year back, a year on"},
     {"Home, End", "first and last day"},
     {"↑ ↓", "play faster and slower"},
     {"1 to 9", "show and hide a provider; with shift the tenth and on"},
     {"click", "on a line of the legend: show and hide the provider"},
     {"?", "these keys; so does H"},
     {"S, Q", "save the picture, close the window"}}};

PathPtr rounded(const Rect& rect, double radius) {
    Path path;
    path.add_rounded_rect(rect, radius);
    return std::make_shared<const Path>(std::move(path));
}

Rect joined(const Rect& a, const Rect& b) {
    if (a.width <= 0 || a.height <= 0) {
        return b;
    }
    if (b.width <= 0 || b.height <= 0) {
        return a;
    }
    const double left = std::min(a.x, b.x);
    const double top = std::min(a.y, b.y);
    return {left, top, std::max(a.right(), b.right()) - left,
            std::max(a.bottom(), b.bottom()) - top};
}

// Which of two questions can share a layer: the same but for what a moment changes.
ViewQuestion without_moment(ViewQuestion question) {
    question.day = 0;
    question.playing = false;
    question.help = false;
    return question;
}

ViewQuestion without_look(ViewQuestion question) {
    question = without_moment(std::move(question));
    question.camera = {};
    question.is_whole = true;
    question.shown.clear();
    return question;
}

}  // namespace

ViewSettings view_settings(const SceneOptions& options, const FilmClock& clock, Date at) {
    const auto projection = geo::Projection::create(options.projection, options.lon0);
    ViewSettings settings;
    settings.world = MapView::inhabited(projection);
    settings.is_globe = projection.is_disc();
    settings.lon0_deg = projection.lon0();
    settings.lat0_deg = projection.lat0();
    settings.from = clock.from;
    settings.to = clock.to;
    settings.at = at;
    settings.film_s = clock.duration_s;
    settings.providers = static_cast<int>(options.providers.size());
    return settings;
}

ScenePainter::ScenePainter(const SceneInput& input, const SceneOptions& options,
                           const FilmClock& clock, const std::optional<ShadingInput>& shading,
                           const FontSet& fonts, sim::CableTraffic* cables)
    : input_(input),
      options_(options),
      clock_(clock),
      shading_(shading),
      fonts_(fonts),
      cables_(cables) {}

ScenePainter::~ScenePainter() = default;

Rect ScenePainter::map_area(int width, int height) const {
    return lay_out(width, height, options_.providers.size(), !options_.shading.empty()).map;
}

std::optional<int> ScenePainter::provider_at(int width, int height, Point at) const {
    const std::size_t count = options_.providers.size();
    const FrameLayout layout = lay_out(width, height, count, !options_.shading.empty());
    for (std::size_t i = 0; i < count; ++i) {
        if (legend_cell(layout, i).contains(at)) {
            return static_cast<int>(i);
        }
    }
    return std::nullopt;
}

SceneOptions ScenePainter::options_for(const ViewQuestion& question, ScenePart part) const {
    SceneOptions options = options_;
    options.width = question.width;
    options.height = question.height;
    options.part = part;
    if (part == ScenePart::map) {
        const Camera& camera = question.camera;
        options.lon0 = camera.lon0_deg;
        options.closeup = Closeup{camera.lat0_deg, {camera.x, camera.y}, camera.metres_per_pixel};
        options.hidden.clear();
        for (std::size_t i = 0; i < question.shown.size(); ++i) {
            if (!question.shown[i]) {
                options.hidden.push_back(options_.providers.at(i));
            }
        }
    }
    return options;
}

const ScenePainter::Layer& ScenePainter::map_layer(const ViewQuestion& question) {
    const ViewQuestion wanted = without_moment(question);
    if (!map_ || map_->question != wanted) {
        auto shading = shading_;
        if (shading) {
            shading->people = nullptr;  // counted with the furniture, once
        }
        map_.reset();  // two layers of a large window are a lot of memory
        map_ = std::make_unique<Layer>(wanted, input_, options_for(question, ScenePart::map),
                                       clock_, shading, fonts_, cables_);
    }
    return *map_;
}

const ScenePainter::Layer& ScenePainter::furniture_layer(const ViewQuestion& question) {
    const ViewQuestion wanted = without_look(question);
    if (!furniture_ || furniture_->question != wanted) {
        furniture_.reset();
        furniture_ =
            std::make_unique<Layer>(wanted, input_, options_for(question, ScenePart::furniture),
                                    clock_, shading_, fonts_, nullptr);
    }
    return *furniture_;
}

Moment ScenePainter::moment(const ViewQuestion& question) const {
    Moment moment;
    moment.day = question.day;
    if (question.playing) {
        moment.second = clock_.second_of(question.day);
    }
    return moment;
}

ViewPicture ScenePainter::paint(const ViewQuestion& question) {
    map_layer(question);
    return {map_->painter.still(moment(question)), paint_furniture(question)};
}

Image ScenePainter::paint_furniture(const ViewQuestion& question) {
    const Scene& scene = furniture_layer(question).scene;
    Image image(question.width, question.height);
    DisplayList under;
    if (!question.is_whole) {
        add_panels(under, scene.layout(), scene.theme());
    }
    render::paint(image, under, fonts_);
    const Image furniture = furniture_->painter.still(moment(question));
    blit_over(image, furniture, 0, 0, 255, {0, 0, image.width, image.height});
    DisplayList over;
    add_hidden(over, question, scene);
    if (question.help) {
        add_help(over, scene.layout(), scene.theme());
    }
    render::paint(image, over, fonts_);
    return image;
}

// What is written over a map that fills the window needs a ground to be read on.
void ScenePainter::add_panels(DisplayList& list, const FrameLayout& layout,
                              const Theme& theme) const {
    const Color color = theme.background.with_alpha(kPanelOpacity);
    const double width = layout.width;
    const double height = layout.height;
    const double head =
        std::max({layout.map.y, layout.title.bottom(), layout.date.bottom() - 8 * layout.unit});
    list.push_back(FillRect{{0, 0, width, head}, color});
    const double pad = 14 * layout.unit;
    if (layout.stacked) {
        const double top = layout.map.bottom();
        list.push_back(FillRect{{0, top, width, height - top}, color});
        return;
    }
    const double foot = layout.key.y - pad;
    list.push_back(FillRect{{0, foot, width, height - foot}, color});
    Rect legend = joined(joined(layout.people, layout.classes), layout.providers).grown(pad);
    legend.height = foot - legend.y;
    legend.width += legend.x;
    legend.x = 0;
    list.push_back(FillRect{legend, color});
    Rect chart = layout.chart.grown(pad);
    chart.height = foot - chart.y;
    chart.width = width - chart.x;
    list.push_back(FillRect{chart, color});
}

void ScenePainter::add_hidden(DisplayList& list, const ViewQuestion& question,
                              const Scene& scene) const {
    for (std::size_t i = 0; i < question.shown.size(); ++i) {
        if (!question.shown[i]) {
            list.push_back(FillRect{scene.legend_cell(i),
                                    scene.theme().background.with_alpha(kHiddenOpacity)});
        }
    }
}

void ScenePainter::add_help(DisplayList& list, const FrameLayout& layout,
                            const Theme& theme) const {
    // Readable in a small window too.
    const double unit = std::max(layout.unit, 0.8);
    const double row = 30 * unit;
    const double width = std::min(620 * unit, layout.width - 16.0);
    const double height = row * static_cast<double>(kKeys.size()) + 40 * unit;
    const Rect box{(layout.width - width) / 2, (layout.height - height) / 2, width, height};
    list.push_back(FillPath{rounded(box, 10 * unit), theme.background.with_alpha(0.94), false});
    list.push_back(StrokePath{rounded(box, 10 * unit), theme.border, unit, {}, {}});
    double y = box.y + 20 * unit + row * 0.66;
    for (const KeyHelp& help : kKeys) {
        TextRun keys;
        keys.text = help.keys;
        keys.anchor = {box.x + 24 * unit, y};
        keys.font = {17 * unit, FontWeight::semibold, false};
        keys.color = theme.text;
        TextRun deed = keys;
        deed.text = help.deed;
        deed.anchor.x = box.x + 160 * unit;
        deed.font.weight = FontWeight::regular;
        deed.color = theme.quiet_text;
        list.push_back(keys);
        list.push_back(deed);
        y += row;
    }
}

}  // namespace footprint::render
