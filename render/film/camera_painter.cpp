#include "render/film/camera_painter.h"

#include <algorithm>
#include <cmath>

#include "render/paint/raster.h"

namespace footprint::render {
namespace {

// Names that would be there for a blink are not shown at all.
constexpr double kShortestRest_s = 1.5;
// Names come back no sooner after they went.
constexpr double kNamesAway_s = 1.0;
constexpr double kPanelOpacity = 0.92;

SceneOptions furniture_options(const Scene& scene) {
    SceneOptions options = scene.options();
    options.part = ScenePart::furniture;
    options.captions_apart = true;
    return options;
}

std::optional<ShadingInput> without_people(std::optional<ShadingInput> shading) {
    if (shading) {
        shading->people = nullptr;  // counted with the furniture, once
    }
    return shading;
}

Rect joined(const Rect& a, const Rect& b) {
    if (a.width <= 0 || a.height <= 0 || b.width <= 0 || b.height <= 0) {
        return a.width <= 0 || a.height <= 0 ? b : a;
    }
    const double left = std::min(a.x, b.x);
    const double top = std::min(a.y, b.y);
    return {left, top, std::max(a.right(), b.right()) - left,
            std::max(a.bottom(), b.bottom()) - top};
}

// Head and foot over the whole width, and between them what stands at the left and at the right.
struct Panels {
    Rect head;
    Rect foot;
    Rect left;
    Rect right;
};

Panels panels_of(const FrameLayout& layout) {
    const double width = layout.width;
    const double height = layout.height;
    Panels panels;
    panels.head = {
        0, 0, width,
        std::max({layout.map.y, layout.title.bottom(), layout.date.bottom() - 8 * layout.unit})};
    if (layout.stacked) {
        const double top = layout.map.bottom();
        panels.foot = {0, top, width, height - top};
        return panels;
    }
    const double pad = 14 * layout.unit;
    const double foot = layout.key.y - pad;
    panels.foot = {0, foot, width, height - foot};
    const Rect legend = joined(joined(layout.people, layout.classes), layout.providers).grown(pad);
    panels.left = {0, legend.y, legend.right(), foot - legend.y};
    const Rect chart = layout.chart.grown(pad);
    panels.right = {chart.x, chart.y, width - chart.x, foot - chart.y};
    return panels;
}

}  // namespace

Rect free_part(const FrameLayout& layout) {
    const Panels panels = panels_of(layout);
    const double top = panels.head.bottom();
    const double foot = panels.foot.y;
    if (layout.stacked) {
        return {0, top, 1.0 * layout.width, foot - top};
    }
    // Between the panels, or over them: what is larger.
    const Rect between{panels.left.right(), top, panels.right.x - panels.left.right(), foot - top};
    const Rect over{0, top, 1.0 * layout.width, std::min(panels.left.y, panels.right.y) - top};
    return between.width * between.height > over.width * over.height ? between : over;
}

CameraPainter::CameraPainter(const Scene& scene, const SceneInput& input,
                             const std::optional<ShadingInput>& shading, const FontSet& fonts,
                             CameraPath path, sim::CableTraffic* cables)
    : scene_(&scene),
      input_(input),
      shading_(without_people(shading)),
      fonts_(&fonts),
      cables_(cables),
      path_(std::move(path)),
      furniture_(input, furniture_options(scene), scene.clock(), fonts),
      furniture_painter_(furniture_, shading, fonts),
      furniture_image_(scene.layout().width, scene.layout().height),
      compositor_(fonts) {
    paint(furniture_image_, furniture_.overlay(), fonts);
    for (const CameraPath::Rest& rest : path_.rests()) {
        auto options = map_options(rest.look);
        options.labels = false;
        offsets_.push_back(Scene(input_, options, scene.clock(), fonts).offsets());
    }
}

SceneOptions CameraPainter::map_options(const CameraLook& look) const {
    SceneOptions options = scene_->options();
    options.part = ScenePart::map;
    options.captions_apart = true;
    options.lon0 = look.lon0;
    options.closeup = look.closeup;
    return options;
}

// The scene of a rest, with its painter; kept until another is asked for.
const Scene& CameraPainter::rest_scene(std::size_t rest) {
    if (rest_scene_ && rest_ == rest) {
        return *rest_scene_;
    }
    const CameraPath::Rest& stay = path_.rests()[rest];
    auto options = map_options(stay.look);
    options.offsets = offsets_at({rest, 0, false, stay.look});
    options.labels = options.labels && stay.to_s - stay.from_s >= kShortestRest_s;
    const double away =
        rest > 0 ? std::max(0.0, kNamesAway_s - (stay.from_s - path_.rests()[rest - 1].to_s)) : 0;
    options.labels_from_s = stay.from_s + away;
    options.labels_to_s = stay.to_s;
    rest_painter_.reset();
    rest_scene_ = std::make_unique<Scene>(input_, options, scene_->clock(), *fonts_);
    rest_painter_ = std::make_unique<FramePainter>(*rest_scene_, shading_, *fonts_, cables_);
    rest_ = rest;
    was_moving_ = true;
    return *rest_scene_;
}

CameraPainter::Frame CameraPainter::next(Moment moment, bool is_first) {
    Frame frame;
    frame.place = path_.at(std::isinf(moment.second) ? scene_->clock().duration_s : moment.second);
    furniture_painter_.advance(moment, is_first);
    frame.furniture = furniture_.frame(moment);
    frame.moment = moment;
    if (frame.place.is_moving) {
        was_moving_ = true;
        if (cables_ != nullptr) {
            const Date date = date_of(moment.day);
            frame.cables = cables_->at(date, scene_->whose_ways());
        }
        return frame;
    }
    const Scene& scene = rest_scene(frame.place.rest);
    Moment shaded = moment;
    const bool moved = rest_painter_->advance(shaded, was_moving_ || is_first);
    frame.changing = scene.frame(moment);
    frame.is_new = was_moving_ || is_first || moved || frame.changing != last_changing_ ||
                   frame.furniture != last_furniture_;
    was_moving_ = false;
    if (frame.is_new) {
        last_changing_ = frame.changing;
        last_furniture_ = frame.furniture;
    }
    return frame;
}

void CameraPainter::take_ground(Frame& frame) const {
    if (!frame.place.is_moving) {
        frame.ground = rest_painter_->ground();
    }
}

void CameraPainter::finish(Frame& frame, Image& image) {
    if (frame.place.is_moving) {
        paint_travel(frame, image);
    } else {
        image = std::move(frame.ground);
        compositor_.paint(image, frame.changing);
    }
    compositor_.paint(image, panels(frame.place.look.zoom));
    blit_over(image, furniture_image_, 0, 0, 255, {0, 0, image.width, image.height});
    compositor_.paint(image, frame.furniture);
}

// A symbol that is on the frame at one end of the way only keeps what it has there.
std::vector<Point> CameraPainter::offsets_at(const CameraPath::Place& place) const {
    const auto& from = offsets_[place.rest];
    const auto& to = offsets_[std::min(place.rest + 1, offsets_.size() - 1)];
    std::vector<Point> offsets(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
        const Point a = from[i].value_or(to[i].value_or(Point{}));
        const Point b = to[i].value_or(a);
        offsets[i] = {a.x + place.share * (b.x - a.x), a.y + place.share * (b.y - a.y)};
    }
    return offsets;
}

// Symbols on their way keep to the map and go from one packing to the next.
void CameraPainter::paint_travel(const Frame& frame, Image& image) const {
    auto options = map_options(frame.place.look);
    options.labels = false;
    options.offsets = offsets_at(frame.place);
    const Scene scene(input_, options, scene_->clock(), *fonts_);
    FramePainter painter(scene, shading_, *fonts_);
    if (frame.cables) {
        painter.show_cables(cables_->backbone(), *frame.cables);
    }
    Moment moment = frame.moment;
    painter.advance(moment, true);
    image = painter.ground();
    painter.finish(image, scene.frame(frame.moment));
}

// What is written over a map that fills the frame needs a ground to be read on; the whole world
// leaves room of its own.
DisplayList CameraPainter::panels(double zoom) const {
    // In steps, so that few different grounds are ever painted.
    const double shown = std::round(covered_share(zoom) * 16) / 16;
    DisplayList list;
    if (shown > 0) {
        const Color color = furniture_.theme().background.with_alpha(kPanelOpacity * shown);
        const Panels places = panels_of(furniture_.layout());
        for (const Rect& panel : {places.head, places.foot, places.left, places.right}) {
            if (panel.width > 0 && panel.height > 0) {
                list.push_back(FillRect{panel, color});
            }
        }
    }
    return list;
}

Image CameraPainter::still(Moment moment) {
    Frame frame = next(moment, true);
    Image image;
    take_ground(frame);
    finish(frame, image);
    return image;
}

}  // namespace footprint::render
