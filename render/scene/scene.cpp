#include "render/scene/scene.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>

#include "base/error.h"
#include "base/text.h"
#include "render/scene/labels.h"
#include "render/scene/spread.h"
#include "sim/timeline/future_text.h"

namespace footprint::render {
namespace {

constexpr int kSmallestFrame = 320;

FilmClock checked(const FilmClock& clock, const SceneOptions& options) {
    if (std::min(options.width, options.height) < kSmallestFrame) {
        throw Error(ExitCode::usage,
                    fmt::format("a frame of {} × {} is too small for a legend; expected at least "
                                "{} × {}",
                                options.width, options.height, kSmallestFrame, kSmallestFrame));
    }
    return clock;
}

// Without a chart its room is the map's.
FrameLayout layout_for(const SceneOptions& options) {
    FrameLayout layout =
        lay_out(options.width, options.height, options.providers.size(), !options.shading.empty());
    if (options.chart.kind == StripKind::none) {
        layout.chart = {1.0 * layout.width, layout.key.y, 0, 0};
    }
    return layout;
}

MapView view_for(const SceneOptions& options, const Rect& area) {
    if (!options.closeup) {
        return {geo::Projection::create(options.projection, options.lon0), area};
    }
    const Closeup& look = *options.closeup;
    return {geo::Projection::create(options.projection, options.lon0, look.lat0_deg), area,
            look.centre, look.metres_per_pixel};
}

Rect united(const Rect& a, const Rect& b) {
    const double left = std::min(a.x, b.x);
    const double top = std::min(a.y, b.y);
    return {left, top, std::max(a.right(), b.right()) - left,
            std::max(a.bottom(), b.bottom()) - top};
}

}  // namespace

Scene::Scene(const SceneInput& input, const SceneOptions& options, const FilmClock& clock,
             const TextMeasure& measure)
    : input_(input),
      options_(options),
      clock_(checked(clock, options)),
      measure_(&measure),
      theme_(&find_theme(options.theme)),
      layout_(layout_for(options)),
      view_(view_for(options, layout_.map)),
      styles_(provider_styles(input.timeline->catalog())),
      symbol_scale_(fitting_scale()) {
    make_texts();
    make_backdrop();
    make_tracks();
    make_chart();
    make_labels();
    place_captions();
    make_overlay();
}

void Scene::make_texts() {
    const geo::Catalog& catalog = input_.timeline->catalog();
    const auto name_of = [&](const std::vector<geo::ProviderIndex>& providers) {
        return providers.size() == 1 ? catalog.provider(providers.front()).name
                                     : number_word(providers.size()) + " clouds";
    };
    // A date after the facts shows what is announced, as if all of it came true.
    const bool is_planned = clock_.to > input_.timeline->as_of();
    title_ = options_.title;
    if (title_.empty() && options_.shading.size() == 1) {
        title_ = fmt::format("Who {} {} serve?", is_planned ? "could" : "can",
                             name_of(options_.shading));
    } else if (title_.empty() && options_.still) {
        title_ = fmt::format("Where {} {}", name_of(options_.providers),
                             is_planned ? "would be" : "are");
        if (options_.providers.size() == 1) {
            const std::string name = name_of(options_.providers);
            title_ = is_planned ? fmt::format("Where would {} be?", name)
                                : fmt::format("Where is {}?", name);
        }
    } else if (title_.empty()) {
        title_ = fmt::format("How {} grew, {}–{}", name_of(options_.providers), clock_.from.year(),
                             clock_.to.year());
    }
    subtitle_ = options_.subtitle;
    if (!subtitle_.empty()) {
        return;
    }
    if (options_.shading.empty()) {
        subtitle_ = "Open and announced regions; the larger, the more availability zones";
    } else if (options_.shading.size() == 1) {
        subtitle_ = "Modelled round-trip time to its nearest open region";
    } else {
        subtitle_ = "Open regions, and modelled round-trip time to the nearest of them";
    }
    if (is_planned) {
        subtitle_ += fmt::format(" · {} {}", options_.still ? "a date to come," : "later dates",
                                 sim::future_claim(catalog));
    }
}

void Scene::make_backdrop() {
    const auto share = [](Path path) { return std::make_shared<const Path>(std::move(path)); };
    if (!has_map()) {
        land_ = share({});
        return;
    }
    const double w = layout_.width;
    const double h = layout_.height;
    backdrop_.push_back(FillRect{{0, 0, w, h}, theme_->background});
    backdrop_.push_back(FillPath{share(view_.outline()), theme_->sea});
    constexpr double kGraticule_deg = 30;
    backdrop_.push_back(StrokePath{
        share(view_.graticule(kGraticule_deg)), theme_->graticule, std::max(0.6, u(1)), {}, {}});
    Path land;
    const auto countries = input_.atlas->countries();
    for (geo::CountryIndex i = 0; i < countries.size(); ++i) {
        // Nobody is served there, and it would hide what stands below the map.
        const bool is_antarctica = countries[i].iso3 == "ATA";
        countries_.push_back(is_antarctica ? Path() : view_.polygons(input_.atlas->shapes(i)));
        land.append(countries_.back());
    }
    land_ = share(std::move(land));
}

bool Scene::is_counted(geo::RegionIndex region) const {
    const geo::Region& row = input_.timeline->catalog().region(region);
    const auto& providers = options_.providers;
    return std::find(providers.begin(), providers.end(), row.provider) != providers.end() &&
           options_.scope.counted[row.provider].has(row.region_class);
}

bool Scene::is_shown(geo::RegionIndex region) const {
    const auto provider = input_.timeline->catalog().region(region).provider;
    const auto& hidden = options_.hidden;
    return is_counted(region) && std::find(hidden.begin(), hidden.end(), provider) == hidden.end();
}

// Symbols as large as the most crowded part of the world allows. Measured on the ground, of all
// regions that are ever shown, whoever is hidden and however close the look: symbols and the key
// beside them keep one size in a film and in a window.
double Scene::fitting_scale() const {
    constexpr double kLargest = 1.2;
    // Frames whose type is larger than their map's share have less room for symbols.
    const double smallest = 0.66 / std::min(1.6, layout_.crowding);
    constexpr double kAround_m = 900e3;
    constexpr double kFull = 0.66;
    const geo::Catalog& catalog = input_.timeline->catalog();
    const geo::MapBounds world = MapView::inhabited(view_.projection());
    const double metres_per_pixel =
        std::max(world.width() / layout_.map.width, world.height() / layout_.map.height);
    std::vector<CrowdItem> items;
    for (geo::RegionIndex i = 0; i < catalog.regions().size(); ++i) {
        const sim::RegionAt last = input_.timeline->region_at(i, clock_.to);
        if (!is_counted(i) || last.state == sim::RegionState::absent) {
            continue;
        }
        const double radius = u(kLargest * zone_radius(last.is_open() ? last.zones : 1) + 0.8);
        items.push_back({geo::unit_vector(catalog.region(i).position), radius * metres_per_pixel});
    }
    const double full = crowding(items, kAround_m);
    return kLargest * (full > kFull ? std::max(smallest / kLargest, std::sqrt(kFull / full)) : 1.0);
}

double Scene::radius_for(const sim::RegionAt& region) const {
    return u(symbol_scale_ * zone_radius(region.is_open() ? region.zones : 1));
}

void Scene::add_sizes(Track& track) const {
    for (const std::uint32_t index : input_.timeline->events_of(track.region)) {
        const sim::Event& event = input_.timeline->events()[index];
        if (event.date > clock_.to) {
            break;
        }
        const sim::RegionAt now = input_.timeline->region_at(track.region, event.date);
        const double radius = radius_for(now);
        const double second = clock_.second_of(event.date.days());
        // What is seen for the first time without a date did not open then: it does not pulse.
        const bool opens =
            event.kind == geo::EventKind::opened && event.provenance != sim::Provenance::undated;
        if (opens && event.date >= clock_.from) {
            track.opened_s = second;
        }
        track.is_ever_impaired = track.is_ever_impaired || now.state == sim::RegionState::impaired;
        track.sizes.push_back({second, radius});
        track.largest_radius = std::max(track.largest_radius, radius);
        track.last_radius = radius;
    }
}

void Scene::make_tracks() {
    const geo::Catalog& catalog = input_.timeline->catalog();
    // Symbols that lie off the frame stay there.
    const Rect near =
        Rect{0, 0, static_cast<double>(layout_.width), static_cast<double>(layout_.height)}.grown(
            u(40));
    for (geo::RegionIndex i = 0; has_map() && i < catalog.regions().size(); ++i) {
        const auto place = view_.to_pixel(catalog.region(i).position);
        if (!is_shown(i) || !place || !near.contains(*place) ||
            input_.timeline->events_of(i).empty()) {
            continue;
        }
        Track track;
        track.region = i;
        track.style = styles_[catalog.region(i).provider];
        track.true_place = *place;
        track.place = *place;
        add_sizes(track);
        if (!track.sizes.empty()) {
            tracks_.push_back(std::move(track));
        }
    }
    // Who is on the map first stands where it belongs.
    std::stable_sort(tracks_.begin(), tracks_.end(), [](const Track& a, const Track& b) {
        return a.sizes.front().from_s < b.sizes.front().from_s;
    });
    spread_tracks();
}

// Where symbols stand that are packed round where they belong, by track.
std::vector<Point> Scene::packed() const {
    std::vector<SpreadItem> items;
    for (const Track& track : tracks_) {
        // Corners of shapes may come near each other: a little more than the disc is enough.
        const double radius = track.largest_radius * (0.55 + 0.45 * reach(track.style.shape));
        items.push_back({track.true_place, radius});
    }
    const Rect frame{0, 0, static_cast<double>(layout_.width), layout_.progress.y};
    return spread(items, frame, u(1.6), u(120));
}

void Scene::spread_tracks() {
    const std::vector<Point> places = options_.offsets.empty() ? packed() : std::vector<Point>();
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
        Track& track = tracks_[i];
        if (places.empty()) {
            const Point off = options_.offsets.at(track.region);
            track.place = {track.true_place.x + off.x, track.true_place.y + off.y};
        } else {
            track.place = places[i];
        }
        const double away =
            std::hypot(track.place.x - track.true_place.x, track.place.y - track.true_place.y);
        if (away > u(9) + track.largest_radius) {
            Path leader;
            leader.move_to(track.true_place);
            leader.line_to(track.place);
            track.leader = std::make_shared<const Path>(std::move(leader));
        }
    }
}

// What a symbol and its marks cover at their largest.
Rect Scene::track_box(const Track& track) const {
    const double radius = track.largest_radius * reach(track.style.shape);
    Rect box = Rect{track.place.x, track.place.y, 0, 0}.grown(radius);
    if (track.is_ever_impaired) {
        const Rect warning =
            Rect{track.place.x + track.largest_radius, track.place.y - track.largest_radius, 0, 0}
                .grown(std::max(4.0, 1.1 * track.largest_radius));
        box = united(box, warning);
    }
    return box;
}

// Where symbols stand, by city, the cities that matter most first.
std::vector<Scene::City> Scene::cities() const {
    const geo::Catalog& catalog = input_.timeline->catalog();
    std::map<std::string, City> found;
    for (const Track& track : tracks_) {
        const geo::Region& region = catalog.region(track.region);
        if (region.city.empty()) {
            continue;
        }
        City& city = found[region.city + "," + region.country];
        if (city.tracks.empty()) {
            city.name = region.city;
            city.from_s = track.sizes.front().from_s;
        }
        city.box = city.tracks.empty() ? track_box(track) : united(city.box, track_box(track));
        city.tracks.push_back(&track);
        city.weight += 1 + 0.2 * std::pow(track.largest_radius / u(symbol_scale_), 2) / 12;
    }
    std::vector<City> ordered;
    for (auto& [key, city] : found) {
        ordered.push_back(std::move(city));
    }
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const City& a, const City& b) { return a.weight > b.weight; });
    return ordered;
}

// A name beside a crowd of several cities' symbols would name the wrong one, nor may it go with
// symbols that had to move far from their city.
bool Scene::stands_alone(const City& city) const {
    const bool is_mixed = std::any_of(tracks_.begin(), tracks_.end(), [&](const Track& track) {
        const bool own =
            std::find(city.tracks.begin(), city.tracks.end(), &track) != city.tracks.end();
        return !own && city.box.contains(track.place);
    });
    const bool is_moved =
        std::any_of(city.tracks.begin(), city.tracks.end(), [&](const Track* track) {
            return std::hypot(track->place.x - track->true_place.x,
                              track->place.y - track->true_place.y) > u(22);
        });
    return !is_mixed && !is_moved;
}

void Scene::make_labels() {
    if (!options_.labels) {
        return;
    }
    std::vector<Rect> obstacles;
    for (const Track& track : tracks_) {
        obstacles.push_back(track_box(track));
    }
    for (const Rect& part : {layout_.title, layout_.date, layout_.people, layout_.classes,
                             layout_.providers, layout_.key, layout_.chart, layout_.credits}) {
        obstacles.push_back(part);
    }
    TextRun style = text("", {}, 14.5, theme_->text);
    style.font.tabular = false;
    style.halo = u(2.2);
    style.halo_color = theme_->background.with_alpha(0.75);
    Rect inside{0, layout_.map.y, static_cast<double>(layout_.width), 0};
    inside = inside.grown(-u(12));
    inside.height = (layout_.stacked ? layout_.map.bottom() : layout_.credits.y) - inside.y;
    std::vector<LabelWish> wishes;
    const auto ordered = cities();
    // Regions from which a city is named even out of a crowd; on a map of few symbols any is.
    const std::size_t hub = tracks_.size() <= 80 ? 1 : 4;
    for (const City& city : ordered) {
        LabelWish wish{city.name, city.box, std::nullopt, u(130)};
        const bool is_alone = stands_alone(city);
        if (city.tracks.size() >= hub) {
            Point middle;
            for (const Track* track : city.tracks) {
                middle.x += track->place.x / static_cast<double>(city.tracks.size());
                middle.y += track->place.y / static_cast<double>(city.tracks.size());
            }
            wish.pointed_at = middle;
        }
        wish.may_touch = is_alone;
        wishes.push_back(wish);
    }
    const double room = layout_.map.width * layout_.map.height / std::pow(layout_.unit, 2);
    const auto most = static_cast<std::size_t>(std::clamp(room / 15e3, 6.0, 44.0));
    for (const PlacedLabel& placed :
         place_labels(wishes, obstacles, inside, u(3), most, style, *measure_)) {
        Label label{placed.run, placed.box, ordered[placed.wish].from_s, nullptr};
        if (placed.leader) {
            Path leader;
            leader.move_to(placed.leader->first);
            leader.line_to(placed.leader->second);
            label.leader = std::make_shared<const Path>(std::move(leader));
        }
        labels_.push_back(std::move(label));
    }
}

// The box that hides least: free of other parts and of captions shown at the same time, then over
// few symbols, then near.
std::optional<Rect> Scene::caption_box(const Caption& caption, Point place, double width,
                                       std::span<const Rect> taken) const {
    const std::array<Rect, 8> parts{layout_.title,   layout_.date,      layout_.people,
                                    layout_.classes, layout_.providers, layout_.key,
                                    layout_.chart,   layout_.credits};
    const Rect frame =
        Rect{0, 0, static_cast<double>(layout_.width), layout_.progress.y}.grown(-u(10));
    const double height = u(32);
    std::optional<Rect> best;
    double best_cost = 0;
    for (const double away : {u(20), u(44), u(72), u(104), u(140)}) {
        for (int side = 0; side < 12; ++side) {
            const double angle = side * std::numbers::pi / 6;
            // The box's nearest point lies `away` from the place.
            const Point toward{place.x + away * std::cos(angle), place.y + away * std::sin(angle)};
            const double x = toward.x - (1 - std::cos(angle)) / 2 * width;
            const double y = toward.y - (1 - std::sin(angle)) / 2 * height;
            const Rect box{std::round(x), std::round(y), width, height};
            const auto hits = [&](const Rect& other) { return box.overlaps(other); };
            if (!frame.contains(box) || std::any_of(parts.begin(), parts.end(), hits) ||
                std::any_of(taken.begin(), taken.end(), hits)) {
                continue;
            }
            double cost = away / u(24);
            for (const Track& track : tracks_) {
                const Rect symbol =
                    Rect{track.place.x, track.place.y, 0, 0}.grown(track.largest_radius);
                const bool is_there = track.sizes.front().from_s < caption.to_s;
                cost += is_there && hits(symbol) ? 1 : 0;
            }
            for (const Label& label : labels_) {
                cost += label.from_s < caption.to_s && hits(label.box) ? 6 : 0;
            }
            if (!best || cost < best_cost) {
                best = box;
                best_cost = cost;
            }
        }
    }
    return best;
}

std::optional<Point> Scene::pointed_at(const Caption& caption) const {
    return caption.region ? place_of(*caption.region)
                          : (caption.at ? view_.to_pixel(*caption.at) : std::nullopt);
}

// A text about no place: between the legend and the chart, or at the foot of a map that stands
// above them.
void Scene::set_caption_apart(const Caption& caption, std::vector<Rect>& boxes) {
    constexpr double kSize = 23;
    const double pad = u(14);
    const bool is_on_map = layout_.stacked || layout_.compact;
    const double left = is_on_map ? layout_.map.x : layout_.providers.right();
    const double right = is_on_map ? layout_.map.right() : layout_.chart.x;
    const double most = right - left - u(24) - 2 * pad;
    const std::string words = fmt::format("{}  {}", caption.date.year_month(), caption.text);
    TextRun run = text(words, {}, fitted(words, kSize, FontWeight::medium, most), theme_->text,
                       FontWeight::medium);
    const TextExtent extent = measure_->measure(run.text, run.font);
    const double height = u(44);
    const double width = extent.width + 2 * pad;
    const double bottom = is_on_map ? layout_.map.bottom() : layout_.key.y - u(20);
    const Rect box{std::round((left + right - width) / 2), std::round(bottom - height), width,
                   height};
    Path path;
    path.add_rounded_rect(box, u(8));
    run.anchor = {box.x + pad, box.y + height / 2 + (extent.ascent - extent.descent) / 2};
    captions_.push_back(
        {caption, box, std::make_shared<const Path>(std::move(path)), nullptr, run});
    boxes.push_back(box);
}

void Scene::place_caption(const Caption& caption, std::vector<Rect>& boxes) {
    const auto place = options_.captions_apart ? std::nullopt : pointed_at(caption);
    const bool may_stand_apart = options_.captions_apart || !caption.region;
    if (!place) {
        if (may_stand_apart && has_furniture()) {
            set_caption_apart(caption, boxes);
        }
        return;
    }
    TextRun run = text(fmt::format("{}  {}", caption.date.year_month(), caption.text), {}, 19,
                       theme_->text, FontWeight::medium);
    const TextExtent extent = measure_->measure(run.text, run.font);
    const double pad = u(10);
    std::vector<Rect> taken;
    for (std::size_t i = 0; i < captions_.size(); ++i) {
        const Caption& other = captions_[i].caption;
        if (caption.from_s < other.to_s && other.from_s < caption.to_s) {
            taken.push_back(boxes[i]);
        }
    }
    const auto box = caption_box(caption, *place, extent.width + 2 * pad, taken);
    if (!box) {
        if (may_stand_apart && has_furniture()) {
            set_caption_apart(caption, boxes);
        }
        return;
    }
    Path path;
    path.add_rounded_rect(*box, u(6));
    Path leader;
    const Point near{std::clamp(place->x, box->x, box->right()),
                     std::clamp(place->y, box->y, box->bottom())};
    const double length = std::hypot(near.x - place->x, near.y - place->y);
    const double skip = std::min(1.0, u(12) / std::max(1.0, length));
    leader.move_to({place->x + (near.x - place->x) * skip, place->y + (near.y - place->y) * skip});
    leader.line_to(near);
    run.anchor = {box->x + pad, box->y + box->height / 2 + (extent.ascent - extent.descent) / 2};
    captions_.push_back({caption, *box, std::make_shared<const Path>(std::move(path)),
                         std::make_shared<const Path>(std::move(leader)), run});
    boxes.push_back(*box);
}

void Scene::place_captions() {
    if (options_.still) {
        return;
    }
    const auto& whose = options_.shading.size() == 1 ? options_.shading : options_.providers;
    const auto told = options_.captions ? *options_.captions
                                        : choose_captions(*input_.timeline, whose, options_.scope,
                                                          clock_, clock_.duration_s < 12 ? 1 : 2);
    std::vector<Rect> boxes;
    for (const Caption& caption : told) {
        place_caption(caption, boxes);
    }
}

bool Scene::in_focus(geo::ProviderIndex provider) const {
    return options_.shading.size() != 1 || options_.shading.front() == provider;
}

std::optional<Point> Scene::place_of(geo::RegionIndex region) const {
    for (const Track& track : tracks_) {
        if (track.region == region) {
            return track.place;
        }
    }
    return std::nullopt;
}

std::vector<std::optional<Point>> Scene::offsets() const {
    std::vector<std::optional<Point>> offsets(input_.timeline->catalog().regions().size());
    for (const Track& track : tracks_) {
        offsets[track.region] =
            Point{track.place.x - track.true_place.x, track.place.y - track.true_place.y};
    }
    return offsets;
}

Color Scene::hue(geo::ProviderIndex provider) const {
    return theme_->hues[styles_[provider].hue];
}

TextRun Scene::text(std::string content, Point anchor, double size, Color color, FontWeight weight,
                    Align align) const {
    TextRun run;
    run.text = std::move(content);
    run.anchor = anchor;
    run.align = align;
    run.font = {u(size), weight, true};
    run.color = color;
    return run;
}

double Scene::fitted(const std::string& content, double size, FontWeight weight,
                     double width) const {
    const double natural = measure_->measure(content, {u(size), weight, true}).width;
    return natural <= width ? size : size * width / natural;
}

std::vector<SymbolAt> Scene::symbols(const Moment& moment) const {
    const Date date = date_of(moment.day);
    const bool is_still = std::isinf(moment.second);
    std::vector<SymbolAt> result;
    for (const Track& track : tracks_) {
        const sim::RegionAt region = input_.timeline->region_at(track.region, date);
        if (region.state != sim::RegionState::absent) {
            result.push_back({track.region, track.place,
                              is_still ? radius_for(region) : radius_at(track, moment)});
        }
    }
    return result;
}

}  // namespace footprint::render
