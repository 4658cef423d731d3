#include "render/scene/postcard.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/text.h"
#include "geo/sphere/area.h"
#include "render/scene/base_map.h"
#include "render/scene/compare_chart.h"
#include "render/scene/labels.h"
#include "render/scene/spread.h"
#include "sim/timeline/future_text.h"

namespace footprint::render {
namespace {

using sim::ChangeKind;

SymbolState state_after(ChangeKind kind, bool is_fact) {
    switch (kind) {
        case ChangeKind::closed:
        case ChangeKind::withdrawn:
            return SymbolState::closed;
        case ChangeKind::announced:
            return SymbolState::announced;
        case ChangeKind::impaired:
            return SymbolState::impaired;
        default:
            return is_fact ? SymbolState::open : SymbolState::simulated;
    }
}

// What is told first where a region changed twice.
int weight(ChangeKind kind) {
    switch (kind) {
        case ChangeKind::closed:
            return 5;
        case ChangeKind::impaired:
            return 4;
        case ChangeKind::opened:
        case ChangeKind::listed:
            return 3;
        case ChangeKind::announced:
        case ChangeKind::withdrawn:
            return 2;
        default:
            return 1;
    }
}

std::string signed_count(double value) {
    if (std::abs(value) < 0.5) {
        return "0";
    }
    return (value < 0 ? "−" : "+") + human_count(std::abs(value));
}

std::string counted(int count, std::string_view one, std::string_view many) {
    return count == 0 ? fmt::format("no {}", one)
                      : fmt::format("{} {}", count, count == 1 ? one : many);
}

bool is_month_end(Date date) {
    return date.plus_days(1).day() == 1;
}

// The whole world, in the middle of the area.
MapView whole_world(const Rect& area) {
    const auto projection = geo::Projection::create("equal-earth", kLon0);
    const MapView fitted(projection, area);
    const Rect bounds = fitted.outline().bounds();
    const double times = std::max(bounds.width / area.width, bounds.height / area.height);
    return {projection, area, geo::XY{0, 0}, fitted.metres_per_pixel() * times};
}

using LonLats = std::vector<geo::LonLat>;

// The country's largest piece, unless it is too large to be seen with its neighbours.
void add_mainland(LonLats& points, std::span<const geo::SpherePolygon> shapes, bool is_alone) {
    constexpr double kLargest_m2 = 4e12;
    const geo::SpherePolygon* largest = nullptr;
    double largest_m2 = 0;
    for (const geo::SpherePolygon& shape : shapes) {
        const double shape_m2 = geo::area_m2(shape);
        if (shape_m2 > largest_m2) {
            largest = &shape;
            largest_m2 = shape_m2;
        }
    }
    if (largest != nullptr && !largest->empty() && (is_alone || largest_m2 < kLargest_m2)) {
        points.insert(points.end(), largest->front().begin(), largest->front().end());
    }
}

// All points, in the middle of the area, the meridian through them upright.
MapView view_of(const LonLats& points, const Rect& area) {
    constexpr double kMargin = 1.14;
    constexpr double kLeast_m = 900e3;  // across; the base map is too coarse for less
    geo::Vec3 sum{0, 0, 0};
    for (const geo::LonLat point : points) {
        sum = sum + geo::unit_vector(point);
    }
    const double lon0 = geo::norm(sum) > 1e-9 ? geo::lonlat(sum).lon : kLon0;
    const auto projection = geo::Projection::create("equal-earth", lon0);
    geo::MapBounds bounds{1e9, 1e9, -1e9, -1e9};
    for (const geo::LonLat point : points) {
        if (const auto at = projection.forward(point)) {
            bounds.min_x = std::min(bounds.min_x, at->x);
            bounds.max_x = std::max(bounds.max_x, at->x);
            bounds.min_y = std::min(bounds.min_y, at->y);
            bounds.max_y = std::max(bounds.max_y, at->y);
        }
    }
    const geo::XY centre{(bounds.min_x + bounds.max_x) / 2, (bounds.min_y + bounds.max_y) / 2};
    const double scale =
        std::max({bounds.width() * kMargin / area.width, bounds.height() * kMargin / area.height,
                  kLeast_m / std::min(area.width, area.height)});
    return {projection, area, centre, scale};
}

class Maker {
  public:
    Maker(const Postcard& card, const SheetOptions& options, const TextMeasure& measure)
        : card_(card),
          sheet_(options, measure),
          measure_(measure),
          catalog_(card.timeline->catalog()),
          styles_(provider_styles(catalog_)),
          threshold_(sim::headline_threshold(card.thresholds_ms)),
          difference_(of_area()),
          totals_(postcard_totals(difference_)),
          theme_(sheet_.theme()) {}

    DisplayList make() {
        const Rect r = sheet_.frame(words());
        if (sheet_.is_tall() && sheet_.height() < 1.4 * sheet_.width()) {
            // Nearly square: numbers and bars side by side under the map.
            constexpr double kBelow = 330;
            const double half = r.width * 0.38;
            const double below = r.bottom() - kBelow;
            draw_map({r.x, r.y, r.width, below - r.y - 50});
            key({r.x, below - 46, r.width, 40});
            numbers({r.x, below, half, 236}, 3);
            gains({r.x + half + 40, below, r.width - half - 40, kBelow});
        } else if (sheet_.is_tall()) {
            const double map = r.width * 0.5;
            draw_map({r.x, r.y, r.width, map});
            key({r.x, r.y + map + 6, r.width, 40});
            const double below = r.y + map + 64;
            numbers({r.x, below, r.width, 110}, 6);
            gains({r.x, below + 140, r.width, r.bottom() - below - 140});
        } else {
            const double side = std::clamp(r.width * 0.25, 400.0, 520.0);
            const Rect left{r.x, r.y, r.width - side - 44, r.height};
            draw_map({left.x, left.y, left.width, left.height - 44});
            key({left.x, left.bottom() - 36, left.width, 36});
            numbers({r.right() - side, r.y, side, 236}, 3);
            gains({r.right() - side, r.y + 264, side, r.height - 264});
        }
        return sheet_.take();
    }

  private:
    const sim::Difference& difference() const { return difference_; }

    bool is_in_area(geo::RegionIndex region) const {
        if (card_.is_world) {
            return true;
        }
        const auto country = card_.atlas->find_country(catalog_.region(region).country);
        return country && std::find(card_.countries.begin(), card_.countries.end(), *country) !=
                              card_.countries.end();
    }

    // With the changes of the area alone.
    sim::Difference of_area() const {
        sim::Difference result = *card_.difference;
        std::erase_if(result.changes,
                      [&](const sim::RegionChange& c) { return !is_in_area(c.region); });
        return result;
    }

    bool is_counted(geo::RegionIndex region) const {
        const geo::Region& row = catalog_.region(region);
        const bool is_asked_for =
            std::any_of(difference().providers.begin(), difference().providers.end(),
                        [&](const auto& p) { return p.provider == row.provider; });
        return is_asked_for && card_.scope.counted[row.provider].has(row.region_class) &&
               is_in_area(region);
    }

    int open_in_area(Date date) const {
        int count = 0;
        for (const auto& region : card_.timeline->at(date).regions) {
            count += region.is_open() && is_counted(region.region) ? 1 : 0;
        }
        return count;
    }

    // --- words ---

    SheetText words() const {
        SheetText result;
        result.title = card_.title.empty() ? postcard_title(totals_) : card_.title;
        if (card_.title.empty() && !card_.is_world) {
            result.title += " in " + card_.area;
        }
        result.date = span_text(difference().from, difference().to);
        result.subtitle = summary();
        result.note = fmt::format(
            "Reach is modelled, not measured; {} of {} in both · facts as of {}", card_.who,
            difference().to.iso(), card_.timeline->catalog().facts_as_of().iso());
        if (difference().to > card_.timeline->as_of()) {
            result.note += " · " + sim::future_note(card_.timeline->catalog());
        }
        if (!card_.note.empty()) {
            result.note += " · " + card_.note;
        }
        result.credits = card_.credits;
        return result;
    }

    std::string summary() const {
        int before = 0;
        int after = 0;
        for (const auto& p : difference().providers) {
            before += p.before.regions.mid;
            after += p.after.regions.mid;
        }
        if (!card_.is_world) {
            before = open_in_area(difference().from);
            after = open_in_area(difference().to);
        }
        const auto count = difference().providers.size();
        const std::string who =
            count == 1 ? catalog_.provider(difference().providers.front().provider).name
                       : capitalised(number_word(count)) + " clouds";
        return fmt::format("{}: {} regions before, {} after", who, with_thousands(before),
                           with_thousands(after));
    }

    // --- map ---

    struct Mark {
        geo::RegionIndex region = 0;
        ChangeKind kind = ChangeKind::opened;
        Point place;  // pixels
        double radius = 0;
    };

    // The change that tells most of each region, in the order of regions.
    std::map<geo::RegionIndex, ChangeKind> changed() const {
        std::map<geo::RegionIndex, ChangeKind> result;
        for (const auto& change : difference().changes) {
            const auto [at, is_new] = result.emplace(change.region, change.kind);
            if (!is_new && weight(change.kind) > weight(at->second)) {
                at->second = change.kind;
            }
        }
        return result;
    }

    // As large as the most crowded changes allow, from a little over the film's size down.
    double symbol_scale(const MapView& view,
                        const std::map<geo::RegionIndex, ChangeKind>& changes) const {
        constexpr double kLargest = 1.2;
        constexpr double kSmallest = 0.72;
        constexpr double kFull = 0.66;
        constexpr double kAround_px = 45;  // units
        std::vector<CrowdItem> items;
        const double metres = view.metres_per_pixel() * sheet_.unit();
        for (const auto& [region, kind] : changes) {
            const auto now = card_.timeline->region_at(region, difference().to);
            const double radius = kLargest * zone_radius(now.is_open() ? now.zones : 1) + 1;
            items.push_back({geo::unit_vector(catalog_.region(region).position), radius * metres});
        }
        const double full = crowding(items, kAround_px * metres);
        return full > kFull ? std::max(kSmallest, kLargest * std::sqrt(kFull / full)) : kLargest;
    }

    void draw_map(const Rect& r) {
        const Rect area = sheet_.pixels(r);
        const MapView view = card_.is_world ? whole_world(area) : area_view(area);
        const std::size_t first = sheet_.list().size();
        add_base_map(sheet_.list(), view, *card_.atlas, theme_, sheet_.unit());
        for (std::size_t i = first; !card_.is_world && i < sheet_.list().size(); ++i) {
            if (auto* filled = std::get_if<FillPath>(&sheet_.list()[i])) {
                filled->clip = area;
            } else if (auto* line = std::get_if<StrokePath>(&sheet_.list()[i])) {
                line->clip = area;
            }
        }
        const auto changes = changed();
        unchanged(view, area, changes);
        const double scale = symbol_scale(view, changes);
        std::vector<Mark> marks;
        std::vector<SpreadItem> items;
        for (const auto& [region, kind] : changes) {
            const auto place = view.to_pixel(catalog_.region(region).position);
            if (!place || !area.contains(*place)) {
                continue;
            }
            const auto now = card_.timeline->region_at(region, difference().to);
            const double radius =
                scale * zone_radius(now.is_open() ? now.zones : 1) * sheet_.unit();
            marks.push_back({region, kind, *place, radius});
            items.push_back(
                {*place, radius + (kind == ChangeKind::opened ? 4 : 1) * sheet_.unit()});
        }
        const auto places = spread(items, area, 1.2 * sheet_.unit(), 90 * sheet_.unit());
        for (std::size_t i = 0; i < marks.size(); ++i) {
            marks[i].place = places[i];
            draw_mark(marks[i]);
        }
        labels(area, marks);
    }

    // Where the area's regions are, and its countries.
    MapView area_view(const Rect& area) const {
        LonLats points;
        for (geo::RegionIndex i = 0; i < catalog_.regions().size(); ++i) {
            const auto last = card_.timeline->region_at(i, difference().to);
            if (last.state != sim::RegionState::absent && is_counted(i)) {
                points.push_back(catalog_.region(i).position);
            }
        }
        for (const geo::CountryIndex country : card_.countries) {
            add_mainland(points, card_.atlas->shapes(country), card_.countries.size() == 1);
        }
        return points.empty() ? whole_world(area) : view_of(points, area);
    }

    void unchanged(const MapView& view, const Rect& area,
                   const std::map<geo::RegionIndex, ChangeKind>& changes) {
        for (const auto& now : card_.timeline->at(difference().to).regions) {
            const auto place = view.to_pixel(catalog_.region(now.region).position);
            if (now.is_open() && is_counted(now.region) && place && area.contains(*place) &&
                !changes.contains(now.region)) {
                Path dot;
                dot.add_circle(*place, 2.6 * sheet_.unit());
                sheet_.list().push_back(FillPath{std::make_shared<const Path>(std::move(dot)),
                                                 theme_.quiet_text.with_alpha(0.55)});
            }
        }
    }

    SymbolMark symbol(SymbolState state, Shape shape, Point centre, double radius,
                      Color color) const {
        SymbolMark mark;
        mark.state = state;
        mark.shape = shape;
        mark.centre = centre;
        mark.radius = radius;
        mark.color = color;
        mark.edge = theme_.symbol_edge;
        return mark;
    }

    void pulse(Point centre, double radius, Color color) {
        Ring ring;
        ring.centre = centre;
        ring.radius = radius + 3.6 * sheet_.unit();
        ring.width = std::max(0.7, 1.5 * sheet_.unit());
        ring.color = color;
        sheet_.list().push_back(ring);
    }

    void draw_mark(const Mark& mark) {
        const ProviderStyle& style = styles_[catalog_.region(mark.region).provider];
        const auto provenance = card_.timeline->region_at(mark.region, difference().to).provenance;
        const bool is_fact =
            provenance == sim::Provenance::fact || provenance == sim::Provenance::undated;
        const Color hue = theme_.hues[style.hue];
        if (mark.kind == ChangeKind::opened) {
            pulse(mark.place, mark.radius, hue);
        }
        sheet_.list().push_back(
            symbol(state_after(mark.kind, is_fact), style.shape, mark.place, mark.radius, hue));
    }

    // Names of the cities where most changed.
    void labels(const Rect& area, const std::vector<Mark>& marks) {
        struct City {
            std::string name;
            Rect box;
            int told = 0;
            int marks = 0;
            Point sum;
        };
        std::map<std::string, City> cities;
        std::vector<Rect> obstacles;
        for (const Mark& mark : marks) {
            const Rect box =
                Rect{mark.place.x, mark.place.y, 0, 0}.grown(mark.radius + 5 * sheet_.unit());
            obstacles.push_back(box);
            const geo::Region& region = catalog_.region(mark.region);
            const auto [at, is_new] = cities.try_emplace(region.city + "," + region.country,
                                                         City{region.city, box, 0, 0, {}});
            City& city = at->second;
            city.told += weight(mark.kind) > 2 ? 2 : 1;
            ++city.marks;
            city.sum = {city.sum.x + mark.place.x, city.sum.y + mark.place.y};
        }
        std::vector<City> ordered;
        for (const auto& [key, city] : cities) {
            if (!city.name.empty()) {
                ordered.push_back(city);
            }
        }
        std::stable_sort(ordered.begin(), ordered.end(),
                         [](const City& a, const City& b) { return a.told > b.told; });
        std::vector<LabelWish> wishes;
        for (const City& city : ordered) {
            LabelWish wish{city.name, city.box};
            if (city.marks >= 3) {
                wish.pointed_at = Point{city.sum.x / city.marks, city.sum.y / city.marks};
                wish.longest_leader = 110 * sheet_.unit();
            }
            wishes.push_back(wish);
        }
        TextRun style;
        style.font = {15.5 * sheet_.unit(), FontWeight::medium, false};
        style.color = theme_.text;
        style.halo = 2.2 * sheet_.unit();
        style.halo_color = theme_.background.with_alpha(0.75);
        style.opacity = 0.9;
        constexpr std::size_t kMost = 26;
        for (const auto& placed :
             place_labels(wishes, obstacles, area, 3 * sheet_.unit(), kMost, style, measure_)) {
            if (placed.leader) {
                Path line;
                line.move_to(placed.leader->first);
                line.line_to(placed.leader->second);
                const auto path = std::make_shared<const Path>(std::move(line));
                sheet_.list().push_back(StrokePath{path,
                                                   theme_.background.with_alpha(0.55),
                                                   std::max(1.6, 2.8 * sheet_.unit()),
                                                   {},
                                                   {}});
                sheet_.list().push_back(StrokePath{
                    path, theme_.text.with_alpha(0.8), std::max(0.7, 1.1 * sheet_.unit()), {}, {}});
            }
            sheet_.list().push_back(placed.run);
        }
    }

    void key(const Rect& r) {
        struct Entry {
            std::string label;
            std::optional<ChangeKind> kind;
            bool is_there = true;
            bool is_fact = true;
        };
        // Both are marks without a pulse.
        const std::string grown =
            totals_.listed > 0 ? "first listed, or more or fewer zones" : "more or fewer zones";
        const std::array<Entry, 7> entries{
            {{"opened", ChangeKind::opened, true, true},
             {to_come(totals_), ChangeKind::opened, difference().to > card_.timeline->as_of(),
              false},
             {grown, ChangeKind::grew, true, true},
             {"announced", ChangeKind::announced, totals_.announced > 0, true},
             {"impaired", ChangeKind::impaired, totals_.impaired > 0, true},
             {"closed", ChangeKind::closed, totals_.closed > 0, true},
             {"no change", std::nullopt, true, true}}};
        double x = r.x;
        const double y = r.centre().y;
        for (const Entry& entry : entries) {
            if (!entry.is_there) {
                continue;
            }
            const Point at = sheet_.pixels(Point{x + 11, y});
            if (!entry.kind) {
                Path dot;
                dot.add_circle(at, 2.6 * sheet_.unit());
                sheet_.list().push_back(FillPath{std::make_shared<const Path>(std::move(dot)),
                                                 theme_.quiet_text.with_alpha(0.55)});
            } else {
                if (*entry.kind == ChangeKind::opened) {
                    pulse(at, 6 * sheet_.unit(), theme_.quiet_text);
                }
                sheet_.list().push_back(symbol(state_after(*entry.kind, entry.is_fact),
                                               Shape::circle, at, 6 * sheet_.unit(),
                                               theme_.quiet_text));
            }
            sheet_.text_centred(entry.label, {x + 28, y}, sheet_.quiet(17));
            x += 28 + sheet_.text_width(entry.label, 17) + 26;
        }
    }

    // --- numbers ---

    void numbers(const Rect& r, std::size_t across) {
        std::vector<std::pair<std::string, std::string>> facts{
            {fmt::format("{}", totals_.opened), "opened"},
            {fmt::format("{}", totals_.closed), "closed"},
            {fmt::format("{}{}", totals_.zones_gained < 0 ? "−" : "+",
                         std::abs(totals_.zones_gained)),
             "known zones"},
            {fmt::format("{}", totals_.announced), "announced"}};
        // Two more: those that there are, before those that there are not.
        std::vector<std::pair<int, std::string>> more{{totals_.impaired, "impaired"},
                                                      {totals_.expected, to_come(totals_)},
                                                      {totals_.listed, "first listed"},
                                                      {totals_.grew, "grew"}};
        std::stable_sort(more.begin(), more.end(), [](const auto& a, const auto& b) {
            return (a.first > 0) > (b.first > 0);
        });
        for (std::size_t i = 0; i < 2; ++i) {
            facts.emplace_back(fmt::format("{}", more[i].first), more[i].second);
        }
        const double width = r.width / static_cast<double>(across);
        for (std::size_t i = 0; i < facts.size(); ++i) {
            const double x = r.x + width * static_cast<double>(i % across);
            const double y = r.y + 122 * static_cast<double>(i / across);
            sheet_.fitted(
                facts[i].first, {x, y + 50}, width - 14,
                {52, i == 0 ? theme_.accent : theme_.text, FontWeight::bold, Align::left});
            sheet_.fitted(facts[i].second, {x, y + 80}, width - 14, sheet_.quiet(19));
        }
    }

    double gained(const sim::ProviderDifference& p) const {
        return p.reach_after.people_within[threshold_] - p.reach_before.people_within[threshold_];
    }

    void gains(const Rect& r) {
        std::vector<const sim::ProviderDifference*> list;
        double most = 1;
        double name_width = 0;
        double lost = 0;
        for (const auto& p : difference().providers) {
            list.push_back(&p);
            most = std::max(most, gained(p));
            lost = std::max(lost, -gained(p));
            name_width = std::max(name_width,
                                  sheet_.text_width(catalog_.provider(p.provider).short_name, 19));
        }
        std::stable_sort(list.begin(), list.end(),
                         [&](const auto* a, const auto* b) { return gained(*a) > gained(*b); });
        sheet_.rule({r.x, r.y}, {r.right(), r.y}, theme_.quiet_text.with_alpha(0.4));
        const std::string head =
            fmt::format("{} gained{} within {:g} ms", card_.who == "people" ? "People" : "Users",
                        lost > 0.5 ? " or lost" : "", card_.thresholds_ms[threshold_]) +
            (card_.is_world ? "" : ", " + card_.area);
        sheet_.fitted(head, {r.x, r.y + 34}, r.width, sheet_.plain(21, FontWeight::semibold));
        const double top = r.y + 52;
        const double row = std::min(
            sheet_.is_tall() ? 64.0 : 46.0,
            (r.bottom() - top) / static_cast<double>(std::max<std::size_t>(1, list.size())));
        const double text_room = 96;
        const double from = r.x + 32 + name_width + 14;
        const double scale = (r.right() - from - text_room) / (most + lost);
        const double zero = from + lost * scale;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const double middle = top + row * (static_cast<double>(i) + 0.5);
            gain_row(*list[i], r.x, zero, middle, row, scale);
        }
    }

    // Losses go left of zero; every number stands right of it.
    void gain_row(const sim::ProviderDifference& p, double left, double zero, double middle,
                  double row, double scale) {
        const ProviderStyle& style = styles_[p.provider];
        sheet_.symbol(style, {left + 11, middle}, 9);
        sheet_.text_centred(catalog_.provider(p.provider).short_name, {left + 32, middle},
                            sheet_.plain(19, FontWeight::regular));
        const double value = gained(p);
        const double length = std::abs(value) * scale;
        const double half = std::min(13.0, row * 0.32);
        const Color color = sheet_.hue(style);
        const double bar = std::max(1.5, length);
        sheet_.rect({value < 0 ? zero - bar : zero, middle - half, bar, 2 * half}, color);
        sheet_.text_centred(signed_count(value), {zero + (value < 0 ? 0 : length) + 10, middle},
                            sheet_.plain(19, FontWeight::semibold));
    }

    const Postcard& card_;
    Sheet sheet_;
    const TextMeasure& measure_;
    const geo::Catalog& catalog_;
    std::vector<ProviderStyle> styles_;
    std::size_t threshold_;
    sim::Difference difference_;
    PostcardTotals totals_;
    const Theme& theme_;
};

}  // namespace

namespace {

// A region that is seen for the first time may have had its zones for long.
int zones_gained(const sim::RegionChange& change) {
    switch (change.kind) {
        case ChangeKind::opened:
        case ChangeKind::closed:
        case ChangeKind::grew:
        case ChangeKind::shrank:
            return change.zones_after.value_or(0) - change.zones_before.value_or(0);
        default:
            return 0;
    }
}

}  // namespace

PostcardTotals postcard_totals(const sim::Difference& difference) {
    PostcardTotals totals;
    for (const auto& change : difference.changes) {
        const bool opens = change.kind == ChangeKind::opened;
        const bool is_fact = change.provenance == sim::Provenance::fact;
        totals.opened += opens && is_fact ? 1 : 0;
        totals.expected += opens && !is_fact ? 1 : 0;
        totals.are_simulated =
            totals.are_simulated || (opens && change.provenance == sim::Provenance::simulated);
        totals.listed += change.kind == ChangeKind::listed ? 1 : 0;
        totals.zones_gained += zones_gained(change);
        totals.closed += change.kind == ChangeKind::closed ? 1 : 0;
        totals.grew += change.kind == ChangeKind::grew ? 1 : 0;
        totals.announced += change.kind == ChangeKind::announced ? 1 : 0;
        totals.impaired += change.kind == ChangeKind::impaired ? 1 : 0;
    }
    return totals;
}

std::string span_text(Date from, Date to) {
    const bool are_months = is_month_end(from) && is_month_end(to);
    return are_months ? from.year_month() + " → " + to.year_month() : from.iso() + " → " + to.iso();
}

std::string to_come(const PostcardTotals& totals) {
    return totals.are_simulated ? "simulated" : "expected";
}

std::string postcard_title(const PostcardTotals& totals) {
    std::string title = counted(totals.opened, "region", "regions") + " opened";
    if (totals.expected > 0) {
        title += fmt::format(", {} {}", totals.expected, to_come(totals));
    }
    if (totals.closed > 0) {
        title += fmt::format("{} {} closed", totals.expected > 0 ? "," : " and", totals.closed);
    }
    title[0] = title[0] == 'n' ? 'N' : title[0];
    return title;
}

DisplayList postcard(const Postcard& card, const SheetOptions& options,
                     const TextMeasure& measure) {
    return Maker(card, options, measure).make();
}

}  // namespace footprint::render
