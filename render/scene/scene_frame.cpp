// The parts of a scene that change from moment to moment.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "render/scene/scene.h"
#include "sim/timeline/totals_text.h"

namespace footprint::render {
namespace {

constexpr double kGrow_s = 0.5;
constexpr double kFade_s = 0.25;

double smooth(double t) {
    const double x = std::clamp(t, 0.0, 1.0);
    return x * x * (3 - 2 * x);
}

// From nothing past the full size and back (Penner's "back out").
double pop(double t) {
    constexpr double kOvershoot = 1.70158;
    const double x = std::clamp(t, 0.0, 1.0) - 1;
    return 1 + x * x * ((kOvershoot + 1) * x + kOvershoot);
}

SymbolState state_of(const sim::RegionAt& region) {
    switch (region.state) {
        case sim::RegionState::announced:
        case sim::RegionState::absent:
            return SymbolState::announced;
        case sim::RegionState::impaired:
            return SymbolState::impaired;
        case sim::RegionState::closed:
            return SymbolState::closed;
        case sim::RegionState::open:
            break;
    }
    const bool is_fact =
        region.provenance == sim::Provenance::fact || region.provenance == sim::Provenance::undated;
    return is_fact ? SymbolState::open : SymbolState::simulated;
}

double opacity_of(SymbolState state) {
    switch (state) {
        case SymbolState::announced:
            return 0.85;
        case SymbolState::closed:
            return 0.75;
        default:
            return 1;
    }
}

}  // namespace

DisplayList Scene::frame(const Moment& moment) const {
    const Date date = date_of(moment.day);
    DisplayList out;
    out.reserve(tracks_.size() + 64);
    draw_leaders(out, date);
    draw_pulses(out, moment);
    draw_symbols(out, moment, date);
    draw_labels(out, moment);
    if (has_furniture()) {
        draw_furniture(out, moment, date);
    }
    draw_captions(out, moment);
    return out;
}

void Scene::draw_furniture(DisplayList& out, const Moment& moment, Date date) const {
    draw_date(out, date);
    draw_people(out, moment);
    draw_counts(out, date);
    strip_.add_changing(out, moment.day);
    if (!options_.still) {
        draw_progress(out, moment.day);
    }
}

double Scene::radius_at(const Track& track, const Moment& moment) const {
    double radius = track.sizes.front().radius;
    double now = radius;
    for (const Track::Size& size : track.sizes) {
        if (size.from_s > moment.second) {
            break;
        }
        now = radius + (size.radius - radius) * smooth((moment.second - size.from_s) / kGrow_s);
        radius = size.radius;
    }
    if (track.opened_s && moment.second >= *track.opened_s) {
        now *= pop((moment.second - *track.opened_s) / kGrow_s + 0.3);
    }
    return now;
}

// Thin lines from where symbols belong to where there was room for them, under the symbols.
void Scene::draw_leaders(DisplayList& out, Date date) const {
    const Color color = theme_->text.with_alpha(0.55);
    for (const Track& track : tracks_) {
        const bool is_there =
            input_.timeline->region_at(track.region, date).state != sim::RegionState::absent;
        if (track.leader && is_there) {
            out.push_back(StrokePath{track.leader, color, std::max(0.6, u(0.9)), {}, {}});
        }
    }
}

void Scene::draw_symbols(DisplayList& out, const Moment& moment, Date date) const {
    const bool is_still = std::isinf(moment.second);
    std::vector<SymbolMark> behind;
    std::vector<SymbolMark> filled;
    for (const Track& track : tracks_) {
        const sim::RegionAt region = input_.timeline->region_at(track.region, date);
        if (region.state == sim::RegionState::absent) {
            continue;
        }
        SymbolMark mark;
        mark.shape = track.style.shape;
        mark.state = state_of(region);
        mark.date_uncertain =
            region.is_open() && input_.dated->region_at(track.region, date).date_uncertain;
        mark.centre = track.place;
        mark.radius = is_still ? radius_for(region) : radius_at(track, moment);
        mark.color = theme_->hues[track.style.hue];
        mark.edge = theme_->symbol_edge;
        const auto provider = input_.timeline->catalog().region(track.region).provider;
        mark.opacity = opacity_of(mark.state) * (in_focus(provider) ? 1.0 : 0.5);
        if (track.region < options_.chance.size()) {
            mark.opacity *= chance_opacity(options_.chance[track.region]);
        }
        if (mark.state == SymbolState::announced || mark.state == SymbolState::closed) {
            out.push_back(mark);
        } else if (in_focus(provider)) {
            filled.push_back(mark);
        } else {
            behind.push_back(mark);
        }
    }
    out.insert(out.end(), behind.begin(), behind.end());
    out.insert(out.end(), filled.begin(), filled.end());
}

void Scene::draw_pulses(DisplayList& out, const Moment& moment) const {
    // Short films have many openings a second: shorter pulses keep them apart.
    const double pulse_s = std::clamp(clock_.duration_s / 20, 0.4, 1.5);
    for (const Track& track : tracks_) {
        if (!track.opened_s || moment.second < *track.opened_s ||
            moment.second > *track.opened_s + pulse_s) {
            continue;
        }
        const double t = (moment.second - *track.opened_s) / pulse_s;
        const auto provider = input_.timeline->catalog().region(track.region).provider;
        for (const double delay : {0.0, 0.22}) {
            const double own = (t - delay) / (1 - delay);
            if (own <= 0 || own >= 1) {
                continue;
            }
            Ring ring;
            ring.centre = track.place;
            ring.radius =
                track.last_radius + u(26 / layout_.crowding) * (1 - (1 - own) * (1 - own));
            ring.width = u(1.9);
            ring.color = theme_->hues[track.style.hue];
            ring.opacity = (in_focus(provider) ? 0.85 : 0.4) * (1 - own) * (1 - own);
            out.push_back(ring);
        }
    }
}

void Scene::draw_labels(DisplayList& out, const Moment& moment) const {
    constexpr double kLabelOpacity = 0.9;
    const bool is_still = std::isinf(moment.second);
    const double allowed =
        is_still ? 1.0
                 : std::min(smooth((moment.second - options_.labels_from_s) / kGrow_s),
                            smooth((options_.labels_to_s - moment.second) / kGrow_s));
    for (const Label& label : labels_) {
        // Too late before the camera leaves to be read.
        constexpr double kReadable_s = 1.5;
        const double since = std::max(label.from_s, options_.labels_from_s);
        if (options_.labels_to_s - since < kReadable_s) {
            continue;
        }
        double shown = std::min(allowed, smooth((moment.second - label.from_s) / kGrow_s));
        // A caption is read before what lies under it.
        for (const PlacedCaption& placed : captions_) {
            if (placed.area.overlaps(label.box)) {
                shown = std::min(shown, 1 - caption_opacity(placed.caption, moment));
            }
        }
        const double opacity = kLabelOpacity * std::round(shown * 8) / 8;
        if (opacity <= 0) {
            continue;
        }
        if (label.leader) {
            out.push_back(StrokePath{label.leader,
                                     theme_->background.with_alpha(0.6 * opacity),
                                     std::max(1.6, u(2.8)),
                                     {},
                                     {}});
            out.push_back(StrokePath{label.leader,
                                     theme_->text.with_alpha(0.85 * opacity),
                                     std::max(0.7, u(1.1)),
                                     {},
                                     {}});
        }
        out.push_back(label.run);
        std::get<TextRun>(out.back()).opacity = opacity;
    }
}

// In steps, so that few different boxes are ever painted.
double Scene::caption_opacity(const Caption& caption, const Moment& moment) const {
    if (moment.second < caption.from_s || moment.second >= caption.to_s) {
        return 0;
    }
    const double shown = std::min(smooth((moment.second - caption.from_s) / kFade_s),
                                  smooth((caption.to_s - moment.second) / kFade_s));
    return std::round(shown * 8) / 8;
}

void Scene::draw_captions(DisplayList& out, const Moment& moment) const {
    for (const PlacedCaption& placed : captions_) {
        const double opacity = caption_opacity(placed.caption, moment);
        if (opacity <= 0) {
            continue;
        }
        out.push_back(FillPath{placed.box, theme_->background.with_alpha(0.9 * opacity), false});
        if (placed.leader) {
            out.push_back(
                StrokePath{placed.leader, theme_->text.with_alpha(0.7 * opacity), u(1.4), {}, {}});
        }
        TextRun run = placed.text;
        run.opacity = opacity;
        out.push_back(run);
    }
}

// Digits of one width: neither edge moves from month to month.
void Scene::draw_big_date(DisplayList& out, Date date, Color color) const {
    const double size = layout_.date_size;
    const Rect& r = layout_.date;
    const double x = layout_.stacked ? r.x : r.right();
    out.push_back(text(date.year_month(), {x, r.y + u(0.816 * size)}, size, color, FontWeight::bold,
                       layout_.stacked ? Align::left : Align::right));
}

int Scene::regions_at(Date date, geo::ProviderIndex provider) const {
    if (options_.chance.empty()) {
        return input_.timeline->totals(date, provider, options_.scope).regions.mid;
    }
    const geo::Catalog& catalog = input_.timeline->catalog();
    double expected = 0;
    for (const geo::RegionIndex region : catalog.regions_of(provider)) {
        const bool counts =
            options_.scope.counted[provider].has(catalog.region(region).region_class) &&
            input_.timeline->region_at(region, date).is_open();
        expected += !counts ? 0 : region < options_.chance.size() ? options_.chance[region] : 1;
    }
    return static_cast<int>(std::lround(expected));
}

void Scene::draw_date(DisplayList& out, Date date) const {
    const Rect& r = layout_.date;
    const bool is_fact = date <= input_.timeline->as_of();
    const Color color = is_fact ? theme_->text : theme_->warning;
    const Align align = layout_.stacked ? Align::left : Align::right;
    const double x = layout_.stacked ? r.x : r.right();
    draw_big_date(out, date, color);
    int regions = 0;
    int possible = 0;
    sim::ZoneTotal zones;
    for (const geo::ProviderIndex provider : options_.providers) {
        const sim::Totals totals = input_.timeline->totals(date, provider, options_.scope);
        regions += regions_at(date, provider);
        possible += totals.regions.mid;
        zones += totals;
    }
    const char* const noun = regions == 1 ? "region" : "regions";
    const std::string sum =
        options_.chance.empty()
            ? fmt::format("{} {}", with_thousands(regions), noun)
            : fmt::format("{} of {} possible", with_thousands(regions), with_thousands(possible));
    const std::string note =
        is_fact ? fmt::format("{} {} open, {} zones", with_thousands(regions), noun,
                              zones_short_text(zones))
                : fmt::format("{}, not fact · {}", is_simulated() ? "simulated" : "announced plans",
                              sum);
    out.push_back(text(note, {x, r.y + u(0.816 * layout_.date_size + (layout_.compact ? 30 : 32))},
                       21, is_fact ? theme_->quiet_text : theme_->warning,
                       is_fact ? FontWeight::regular : FontWeight::semibold, align));
}

void Scene::draw_counts(DisplayList& out, Date date) const {
    for (std::size_t i = 0; has_legend() && i < options_.providers.size(); ++i) {
        const sim::Totals totals =
            input_.timeline->totals(date, options_.providers[i], options_.scope);
        const Rect cell = legend_cell(i);
        const double y = cell.y + cell.height / 2 + u(18 * kMiddle);
        out.push_back(text(fmt::format("{}", regions_at(date, options_.providers[i])),
                           {cell.right() - u(layout_.compact ? 0 : 60), y}, 18, theme_->text,
                           FontWeight::semibold, Align::right));
        if (layout_.compact) {
            continue;
        }
        const std::string second = options_.chance.empty() ? zones_short_text(totals)
                                                           : fmt::format("{}", totals.regions.mid);
        out.push_back(text(second, {cell.right(), y}, 18, theme_->quiet_text, FontWeight::regular,
                           Align::right));
    }
}

void Scene::draw_people(DisplayList& out, const Moment& moment) const {
    if (!moment.people || options_.shading.empty() || layout_.people.height <= 0) {
        return;
    }
    const Rect& r = layout_.people;
    const double share =
        moment.people->world > 0 ? moment.people->within / moment.people->world : 0;
    const TextRun number = text(human_count(moment.people->within) + " people", {r.x, r.y + u(30)},
                                34, theme_->accent, FontWeight::bold);
    out.push_back(number);
    const geo::Catalog& catalog = input_.timeline->catalog();
    const std::string one = options_.shading.size() == 1
                                ? catalog.provider(options_.shading.front()).short_name + " "
                                : std::string();
    const std::string whose = options_.chance.empty()
                                  ? fmt::format("of an open {}region", one)
                                  : fmt::format("of {}regions of most runs", one);
    out.push_back(text(fmt::format("{:.0f} % of the world, within {:g} ms {}", 100 * share,
                                   options_.threshold_ms, whose),
                       {r.x, r.y + u(54)}, 16, theme_->quiet_text));
}

void Scene::draw_progress(DisplayList& out, double day) const {
    const Rect& r = layout_.progress;
    const double share = (day - clock_.from.days()) / (clock_.to - clock_.from);
    out.push_back(FillRect{r, theme_->sea});
    const double as_of = input_.timeline->as_of().days();
    const double fact_share =
        std::clamp((as_of - clock_.from.days()) / (clock_.to - clock_.from), 0.0, 1.0);
    const double fact = std::min(share, fact_share);
    out.push_back(FillRect{{r.x, r.y, r.width * fact, r.height}, theme_->accent});
    if (share > fact) {
        out.push_back(FillRect{{r.x + r.width * fact, r.y, r.width * (share - fact), r.height},
                               theme_->warning});
    }
}

}  // namespace footprint::render
