#include "render/paint/frame_painter.h"

#include <algorithm>
#include <cmath>

#include "render/paint/raster.h"

namespace footprint::render {
namespace {

constexpr PixelRect kAll{0, 0, 1 << 20, 1 << 20};
// Time in which a shade covers most of the way to its new border.
constexpr double kGrow_s = 0.22;

}  // namespace

FramePainter::FramePainter(const Scene& scene, const std::optional<ShadingInput>& shading,
                           const FontSet& fonts)
    : scene_(&scene),
      shading_(shading),
      fonts_(&fonts),
      compositor_(fonts),
      backdrop_(scene.layout().width, scene.layout().height),
      overlay_(scene.layout().width, scene.layout().height),
      ground_(0, 0) {
    paint(backdrop_, scene.backdrop(), fonts);
    paint(overlay_, scene.overlay(), fonts);
    ground_ = backdrop_;
    if (!shading_) {
        paint(ground_, {FillPath{scene.land(), scene.theme().land, false}}, fonts);
    }
    blit_over(ground_, overlay_, 0, 0, 255, kAll);
    if (shading_) {
        make_raster();
        raster_->paint(ground_, backdrop_, overlay_, true);
    }
}

void FramePainter::make_raster() {
    const int width = scene_->layout().width;
    const int height = scene_->layout().height;
    LandPixels land;
    land.width = width;
    land.height = height;
    land.opacity = paint_mask(*scene_->land(), width, height, false);
    land.countries = paint_indices(scene_->countries(), width, height);
    audiences_ = std::make_unique<sim::Audiences>(shading_->atlas->countries().size());
    raster_ = std::make_unique<CoverageRaster>(scene_->view(), std::move(land), *audiences_,
                                               scene_->theme());
    if (shading_->people != nullptr) {
        engine_ = std::make_unique<sim::CoverageEngine>(*shading_->timeline, *shading_->atlas,
                                                        *shading_->people, *shading_->model,
                                                        shading_->options);
    }
}

PeopleCount FramePainter::count_people(Date date) {
    const auto rtt_ms = engine_->field(scene_->options().shading, date).rtt_ms();
    const auto weights = engine_->weights(date);
    const double threshold_ms = scene_->options().threshold_ms;
    sim::CompensatedSum within;
    sim::CompensatedSum world;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        world.add(weights[i]);
        if (rtt_ms[i] <= threshold_ms) {
            within.add(weights[i]);
        }
    }
    return {within.value(), world.value()};
}

// Regions and people of the moment's date.
void FramePainter::follow(Moment& moment) {
    const Date date = date_of(moment.day);
    const auto& shading = scene_->options().shading;
    const auto events = date_ && *date_ <= date
                            ? shading_->timeline->between(date_->plus_days(1), date.plus_days(1))
                            : shading_->timeline->events();
    const bool has_news = std::any_of(events.begin(), events.end(), [&](const sim::Event& event) {
        const auto provider = shading_->timeline->catalog().region(event.region).provider;
        const bool serves_otherwise =
            event.kind != geo::EventKind::announced && event.kind != geo::EventKind::zones;
        return serves_otherwise &&
               std::find(shading.begin(), shading.end(), provider) != shading.end();
    });
    if (!date_ || has_news) {
        const auto nodes = sim::serving_nodes(*shading_->timeline, date, shading, shading_->options,
                                              *shading_->model, *shading_->atlas, *audiences_);
        raster_->set_nodes(nodes);
    }
    const bool new_month = !date_ || date.year() != date_->year() || date.month() != date_->month();
    if (engine_ && (has_news || new_month || !people_)) {
        people_ = count_people(date);
    }
    date_ = date;
}

bool FramePainter::advance(Moment& moment, bool at_once) {
    if (!raster_) {
        return false;
    }
    follow(moment);
    moment.people = people_;
    const double share = 1 - std::exp(-1 / (kGrow_s * scene_->clock().fps));
    if (!raster_->advance(at_once ? 1.0 : share)) {
        return false;
    }
    raster_->paint(ground_, backdrop_, overlay_, false);
    return true;
}

Image FramePainter::still(Moment moment) {
    advance(moment, true);
    Image frame = ground_;
    finish(frame, scene_->frame(moment));
    return frame;
}

DisplayList FramePainter::still_list(Moment moment) {
    advance(moment, true);
    DisplayList list = scene_->backdrop();
    if (raster_) {
        list.push_back(ImageOp{std::make_shared<const Image>(raster_->image()), {0, 0}});
    } else {
        list.push_back(FillPath{scene_->land(), scene_->theme().land, false});
    }
    list.insert(list.end(), scene_->overlay().begin(), scene_->overlay().end());
    const DisplayList changing = scene_->frame(moment);
    list.insert(list.end(), changing.begin(), changing.end());
    return list;
}

}  // namespace footprint::render
