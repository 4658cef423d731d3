#include "render/window/scene_painter.h"

#include <algorithm>
#include <utility>

#include "render/paint/raster.h"

namespace footprint::render {
namespace {

constexpr double kPanelOpacity = 0.92;
constexpr double kHiddenOpacity = 0.72;

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
    return question;
}

}  // namespace

ViewSettings view_settings(const SceneOptions& options, const FilmClock& clock, Date at) {
    ViewSettings settings;
    settings.world = view_world(options.projection, options.lon0);
    settings.look.projection = options.projection;
    settings.look.threshold_ms = options.threshold_ms;
    settings.from = clock.from;
    settings.to = clock.to;
    settings.at = at;
    settings.film_s = clock.duration_s;
    settings.providers = static_cast<int>(options.providers.size());
    return settings;
}

sim::Timeline with_outages(const sim::Timeline& timeline, const std::vector<Outage>& outages) {
    std::vector<sim::Event> events;
    for (const Outage& outage : outages) {
        sim::Event event;
        event.region = outage.region;
        event.kind = geo::EventKind::impaired;
        event.date = outage.from;
        event.when = DateInterval{outage.from, outage.from.plus_days(1)};
        event.provenance = sim::Provenance::simulated;
        events.push_back(event);
        // The next that happens to it may be an impairment of its own.
        for (const std::uint32_t i : timeline.events_of(outage.region)) {
            const sim::Event& next = timeline.events()[i];
            if (next.date <= outage.from || next.kind == geo::EventKind::zones) {
                continue;
            }
            if (next.kind == geo::EventKind::impaired) {
                event.kind = geo::EventKind::restored;
                event.date = next.date.plus_days(-1);  // events of one day have an order
                event.when = DateInterval{event.date, next.date};
                events.push_back(event);
            }
            break;
        }
    }
    return timeline.with(events);
}

struct ScenePainter::Altered {
    std::vector<Outage> outages;
    sim::Timeline shown;
    sim::Timeline dated;
};

struct ScenePainter::Layer {
    ViewQuestion question;                   // without what a moment changes
    std::shared_ptr<const Altered> altered;  // outlives the scene
    Scene scene;
    FramePainter painter;

    Layer(ViewQuestion asked, std::shared_ptr<const Altered> timelines, const SceneInput& input,
          const SceneOptions& options, const FilmClock& clock,
          const std::optional<ShadingInput>& shading, const FontSet& fonts,
          sim::CableTraffic* cables)
        : question(std::move(asked)),
          altered(std::move(timelines)),
          scene(input, options, clock, fonts),
          painter(scene, shading, fonts, cables) {}
};

ScenePainter::ScenePainter(const SceneInput& input, const SceneOptions& options,
                           const FilmClock& clock, std::function<ViewShading()> shading,
                           const FontSet& fonts, sim::CableTraffic* cables)
    : input_(input),
      options_(options),
      clock_(clock),
      load_shading_(std::move(shading)),
      fonts_(fonts),
      cables_(cables) {}

ScenePainter::~ScenePainter() = default;

FrameLayout ScenePainter::layout(int width, int height, const ViewLook& look) const {
    return lay_out(width, height, options_.providers.size(), look.is_shaded());
}

Rect ScenePainter::map_area(int width, int height, const ViewLook& look) const {
    return layout(width, height, look).map;
}

std::vector<Rect> ScenePainter::furniture(int width, int height, const ViewLook& look) const {
    const FrameLayout f = layout(width, height, look);
    const Rect legend = joined(joined(f.people, f.classes), f.providers);
    const double foot = f.key.y;
    return {f.title, f.date, legend, f.chart, {0, foot, 1.0 * width, height - foot}};
}

std::vector<Rect> ScenePainter::legend_lines(int width, int height, const ViewLook& look) const {
    const FrameLayout frame = layout(width, height, look);
    std::vector<Rect> lines;
    for (std::size_t i = 0; i < options_.providers.size(); ++i) {
        lines.push_back(legend_cell(frame, i));
    }
    return lines;
}

std::vector<geo::ProviderIndex> ScenePainter::shaded_by(Side side, const ViewLook& look) const {
    const auto provider = [&](int place) {
        return std::vector{options_.providers.at(static_cast<std::size_t>(place))};
    };
    if (look.comparing) {
        return provider(side == Side::right ? look.right : look.left);
    }
    if (look.shade == kBestShade) {
        return options_.providers;
    }
    return look.shade == kNoShade ? std::vector<geo::ProviderIndex>() : provider(look.shade);
}

// What of a question one of its pictures depends on.
ViewQuestion ScenePainter::wanted(Side side, const ViewQuestion& question) const {
    ViewQuestion wanted = without_moment(question);
    if (side == Side::furniture) {
        wanted.camera = {};
        wanted.is_whole = true;
        if (wanted.look.shade != kBestShade) {
            wanted.shown.clear();
        }
    } else {
        wanted.is_whole = true;
        wanted.look.threshold_ms = 0;  // of people, who are counted with the furniture
    }
    return wanted;
}

SceneOptions ScenePainter::options_for(Side side, const ViewQuestion& question) const {
    SceneOptions options = options_;
    const ViewLook& look = question.look;
    options.width = question.width;
    options.height = question.height;
    options.projection = look.projection;
    options.part = side == Side::furniture ? ScenePart::furniture : ScenePart::map;
    options.shading = shaded_by(side, look);
    if (look.shade == kBestShade && !look.comparing) {
        // The best of those that are shown.
        std::vector<geo::ProviderIndex> best;
        for (std::size_t i = 0; i < question.shown.size(); ++i) {
            if (question.shown[i]) {
                best.push_back(options_.providers.at(i));
            }
        }
        if (!best.empty()) {
            options.shading = best;
        }
    }
    if (look.is_shaded() && shading_) {
        options.model = shading_->model;
        options.credits = shading_->credits;
        options.threshold_ms = question.look.threshold_ms;
    }
    if (side != Side::furniture) {
        const Camera& camera = question.camera;
        options.lon0 = camera.lon0_deg;
        options.closeup = Closeup{camera.lat0_deg, {camera.x, camera.y}, camera.metres_per_pixel};
        options.hidden.clear();
        for (std::size_t i = 0; i < question.shown.size(); ++i) {
            const auto provider = options_.providers.at(i);
            const bool is_compared = !look.comparing || provider == options.shading.front();
            if (!question.shown[i] || !is_compared) {
                options.hidden.push_back(provider);
            }
        }
    } else if (look.comparing) {
        const auto& catalog = input_.timeline->catalog();
        const auto name = [&](int place) {
            return catalog.provider(options_.providers.at(static_cast<std::size_t>(place))).name;
        };
        options.title = name(look.left) + " | " + name(look.right);
        options.subtitle =
            "Modelled round-trip time to the nearest open region of each, left and "
            "right of the line";
    }
    return options;
}

const ViewShading& ScenePainter::shading() {
    if (!shading_) {
        shading_ = load_shading_();
    }
    return *shading_;
}

std::optional<ShadingInput> ScenePainter::shading_for(Side side, const ViewQuestion& question) {
    if (!question.look.is_shaded()) {
        return std::nullopt;
    }
    ShadingInput input = shading().input;
    input.timeline = input_with(question.outages).timeline;
    input.options.thresholds_ms = {question.look.threshold_ms};
    if (side != Side::furniture || question.look.comparing) {
        input.people = nullptr;  // counted with the furniture, once
    }
    return input;
}

SceneInput ScenePainter::input_with(const std::vector<Outage>& outages) {
    if (outages.empty()) {
        altered_.reset();
        return input_;
    }
    if (!altered_ || altered_->outages != outages) {
        altered_ = std::make_shared<const Altered>(Altered{outages,
                                                           with_outages(*input_.timeline, outages),
                                                           with_outages(*input_.dated, outages)});
    }
    return {&altered_->shown, &altered_->dated, input_.atlas};
}

ScenePainter::Layer& ScenePainter::layer(Side side, const ViewQuestion& question) {
    auto& kept = layers_.at(static_cast<std::size_t>(side));
    ViewQuestion asked = wanted(side, question);
    if (!kept || kept->question != asked) {
        kept.reset();  // two layers of a large window are a lot of memory
        const auto shading = shading_for(side, question);
        const SceneInput input = input_with(question.outages);
        kept = std::make_unique<Layer>(std::move(asked), altered_, input,
                                       options_for(side, question), clock_, shading, fonts_,
                                       side == Side::furniture ? nullptr : cables_);
    }
    return *kept;
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
    ViewPicture picture;
    Layer& map = layer(Side::map, question);
    picture.map = map.painter.still(moment(question));
    picture.symbols = map.scene.symbols(moment(question));
    if (question.look.comparing) {
        Layer& right = layer(Side::right, question);
        picture.right = right.painter.still(moment(question));
        picture.right_symbols = right.scene.symbols(moment(question));
    } else {
        layers_[static_cast<std::size_t>(Side::right)].reset();
    }
    picture.furniture = paint_furniture(question, picture);
    return picture;
}

Image ScenePainter::paint_furniture(const ViewQuestion& question, ViewPicture& picture) {
    Layer& made = layer(Side::furniture, question);
    const Scene& scene = made.scene;
    Image image(question.width, question.height);
    DisplayList under;
    if (!question.is_whole) {
        add_panels(under, scene.layout(), scene.theme());
    }
    render::paint(image, under, fonts_);
    Moment now = moment(question);
    made.painter.advance(now, true);
    picture.people = now.people;
    const Image furniture = made.painter.still(now);
    blit_over(image, furniture, 0, 0, 255, {0, 0, image.width, image.height});
    DisplayList over;
    add_hidden(over, question, scene);
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
        const int place = static_cast<int>(i);
        const ViewLook& look = question.look;
        const bool is_apart = look.comparing && place != look.left && place != look.right;
        if (!question.shown[i] || is_apart) {
            list.push_back(FillRect{scene.legend_cell(i),
                                    scene.theme().background.with_alpha(kHiddenOpacity)});
        }
    }
}

}  // namespace footprint::render
