#include "render/paint/frame_painter.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "render/paint/raster.h"

namespace footprint::render {
namespace {

constexpr PixelRect kAll{0, 0, 1 << 20, 1 << 20};
// Time in which a shade covers most of the way to its new border.
constexpr double kGrow_s = 0.22;

}  // namespace

FramePainter::FramePainter(const Scene& scene, const std::optional<ShadingInput>& shading,
                           const FontSet& fonts, sim::CableTraffic* cables)
    : scene_(&scene),
      shading_(shading),
      fonts_(&fonts),
      compositor_(fonts),
      sea_(scene.layout().width, scene.layout().height),
      overlay_(scene.layout().width, scene.layout().height),
      ground_(0, 0),
      changed_(scene.layout().width, scene.layout().height),
      cables_(cables) {
    paint(sea_, scene.backdrop(), fonts);
    paint(overlay_, scene.overlay(), fonts);
    if (shading_) {
        make_raster();
    }
    if (cables_ != nullptr) {
        cable_layer_ = std::make_unique<CableLayer>(scene.view(), cables_->backbone(),
                                                    scene.theme(), scene.layout().unit);
    }
    if (!raster_) {
        plain_land_ = Image(scene.layout().width, scene.layout().height);
        paint(plain_land_, {FillPath{scene.land(), scene.theme().land, false}}, fonts);
    }
    if (is_still()) {
        compose_still();
    } else {
        repaint_ground();
    }
}

// The layers go into one, and fresh memory, which costs more than painting, is saved.
void FramePainter::compose_still() {
    ground_ = std::exchange(sea_, Image(0, 0));
    blit_over(ground_, plain_land_, 0, 0, 255, kAll);
    plain_land_ = Image(0, 0);
    blit_over(ground_, overlay_, 0, 0, 255, kAll);
    overlay_ = Image(0, 0);
    changed_.mark(kAll, ++step_);
}

// Everything under what changes from frame to frame, from its layers.
void FramePainter::repaint_ground() {
    backdrop_ = sea_;
    compositor_.paint(backdrop_, cable_list_);
    ground_ = backdrop_;
    if (!raster_) {
        blit_over(ground_, plain_land_, 0, 0, 255, kAll);
    }
    blit_over(ground_, overlay_, 0, 0, 255, kAll);
    if (raster_) {
        raster_->paint(ground_, backdrop_, overlay_, true);
    }
    changed_.mark(kAll, ++step_);
}

void FramePainter::take_ground(Composition& frame) const {
    if (frame.ground_step == 0) {
        frame = is_still() ? Composition(&ground_) : Composition(ground_.width, ground_.height);
    }
    if (is_still()) {
        frame.ground_step = step_;
        return;
    }
    for (const PixelRect& rect : changed_.since(frame.ground_step)) {
        copy_rect(frame.ground, ground_, rect);
        frame.touch(rect);
    }
    frame.ground_step = step_;
}

void FramePainter::make_raster() {
    const int width = scene_->layout().width;
    const int height = scene_->layout().height;
    LandPixels land;
    land.width = width;
    land.height = height;
    land.opacity = paint_mask(*scene_->land(), width, height, false);
    land.countries = paint_indices(scene_->countries(), width, height);
    changes_ = shading_->model->changes();
    if (shading_->people != nullptr) {
        engine_ = std::make_unique<sim::CoverageEngine>(*shading_->timeline, *shading_->atlas,
                                                        *shading_->people, *shading_->model,
                                                        shading_->options);
    } else {
        audiences_ = std::make_unique<sim::Audiences>(shading_->atlas->countries().size());
    }
    raster_ = std::make_unique<CoverageRaster>(scene_->view(), std::move(land),
                                               engine_ ? engine_->audiences() : *audiences_,
                                               *shading_->model, scene_->theme());
}

// Those whom people are counted for are those whom the land is shaded by.
void FramePainter::serve(Date date) {
    const auto& shading = scene_->options().shading;
    if (engine_) {
        raster_->set_nodes(engine_->field(shading, date).nodes());
    } else {
        raster_->set_nodes(sim::serving_nodes(*shading_->timeline, date, shading, shading_->options,
                                              *shading_->model, *shading_->atlas, *audiences_));
    }
    served_ = date;
}

PeopleCount FramePainter::count_people(Date date) {
    const auto& options = scene_->options();
    const auto [within, world] =
        engine_->reached(options.shading, *served_, date, options.threshold_ms);
    return {within, world};
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
    const bool ways_changed =
        date_ && std::upper_bound(changes_.begin(), changes_.end(), std::min(*date_, date)) !=
                     std::upper_bound(changes_.begin(), changes_.end(), std::max(*date_, date));
    if (!date_ || has_news || ways_changed) {
        serve(date);
    }
    const bool new_month = !date_ || date.year() != date_->year() || date.month() != date_->month();
    if (engine_ && (has_news || ways_changed || new_month || !people_)) {
        people_ = count_people(date);
    }
    date_ = date;
}

// Cables come and go at their dates, and light up as regions open.
bool FramePainter::follow_cables(const Moment& moment, bool at_once) {
    const Date date = date_of(moment.day);
    if (cable_date_ != date) {
        const auto& timeline = cables_->timeline();
        const auto& days = cables_->changes();
        const Date from = std::min(cable_date_.value_or(date), date);
        const Date to = std::max(cable_date_.value_or(date), date);
        const bool has_news = !cable_date_ ||
                              std::upper_bound(days.begin(), days.end(), from) !=
                                  std::upper_bound(days.begin(), days.end(), to) ||
                              !timeline.between(from.plus_days(1), to.plus_days(1)).empty();
        if (has_news) {
            cable_layer_->set(cables_->at(date, scene_->whose_ways()), at_once || !cable_date_);
        }
        cable_date_ = date;
    }
    return cable_layer_->advance(at_once);
}

void FramePainter::show_cables(const sim::Backbone& backbone, const sim::CableDay& day) {
    CableLayer layer(scene_->view(), backbone, scene_->theme(), scene_->layout().unit);
    layer.set(day, true);
    layer.advance(true);
    cable_list_ = layer.list();
    repaint_ground();
}

bool FramePainter::advance(Moment& moment, bool at_once) {
    const bool cables_moved = cable_layer_ && follow_cables(moment, at_once);
    bool shades_moved = false;
    if (raster_) {
        follow(moment);
        moment.people = people_;
        const double share = 1 - std::exp(-1 / (kGrow_s * scene_->clock().fps));
        shades_moved = raster_->advance(at_once ? 1.0 : share);
    }
    if (cables_moved) {
        cable_list_ = cable_layer_->list();
        repaint_ground();
    } else if (shades_moved) {
        ++step_;
        for (const PixelRect& rect : raster_->paint(ground_, backdrop_, overlay_, false)) {
            changed_.mark(rect, step_);
        }
    }
    return cables_moved || shades_moved;
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
    list.insert(list.end(), cable_list_.begin(), cable_list_.end());
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
