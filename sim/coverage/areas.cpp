#include "sim/coverage/areas.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "base/parallel.h"
#include "geo/sphere/geodesic.h"

namespace footprint::sim {

namespace {

// Where a linear function that is `from` at one end and `to` at the other meets `level`.
double crossing(double from, double to, double level) {
    if (!std::isfinite(from) || !std::isfinite(to) || from == to) {
        return 0.5;
    }
    return (level - from) / (to - from);
}

}  // namespace

std::string_view to_string(GapKind kind) {
    constexpr std::array<std::string_view, 4> kNames{"only_a", "only_b", "both", "neither"};
    return kNames[static_cast<std::size_t>(kind)];
}

GapKind gap_kind(bool in_a, bool in_b) {
    return in_a && in_b ? GapKind::both
           : in_a       ? GapKind::only_a
           : in_b       ? GapKind::only_b
                        : GapKind::neither;
}

double people_of(const Gap& gap, GapKind kind) {
    const std::array people{gap.only_a, gap.only_b, gap.both, gap.neither};
    return people[static_cast<std::size_t>(kind)];
}

struct CoverageAreas::Impl {
    const Timeline& timeline;
    const geo::Atlas& atlas;
    const LatencyModel& model;
    CoverageOptions options;
    LabelGrid grid;  // its labels are used as scratch
    Audiences audiences;
    std::vector<geo::LonLat> positions;  // of the points less the last column
    std::vector<geo::CountryIndex> countries;
    std::vector<geo::AccessAreaIndex> labels;
    std::unique_ptr<PlaceSet> for_everyone;
    std::unique_ptr<PlaceSet> by_country;
    double tolerance_km;

    Impl(const Timeline& t, const geo::Atlas& a, const LatencyModel& m, CoverageOptions o,
         std::size_t rows, double tolerance)
        : timeline(t),
          atlas(a),
          model(m),
          options(std::move(o)),
          audiences(a.countries().size()),
          tolerance_km(tolerance) {
        grid.columns = 2 * rows;
        grid.rows = rows;
        grid.labels.resize((grid.columns + 1) * (grid.rows + 1));
        for (std::size_t row = 0; row <= grid.rows; ++row) {
            for (std::size_t column = 0; column < grid.columns; ++column) {
                positions.push_back(grid.at(column, row));
            }
        }
    }

    // Countries and areas of the positions, row by row; areas where the model has some.
    void locate() {
        const auto* lands = model.areas();
        countries.resize(positions.size());
        labels.resize(lands != nullptr ? positions.size() : 0);
        const double step_deg = 360.0 / static_cast<double>(grid.columns);
        parallel_blocks(positions.size(), grid.columns, [&](std::size_t from, std::size_t to) {
            if (lands != nullptr) {
                lands->row(positions[from].lat, positions[from].lon, step_deg,
                           std::span(countries).subspan(from, to - from),
                           std::span(labels).subspan(from, to - from));
                return;
            }
            for (std::size_t i = from; i < to; ++i) {
                countries[i] = atlas.country_at(positions[i]);
            }
        });
    }

    const PlaceSet& places(bool needs_countries) {
        auto& set = needs_countries ? by_country : for_everyone;
        if (countries.empty() && (needs_countries || model.areas() != nullptr)) {
            locate();
        }
        if (!set) {
            const std::span<const geo::CountryIndex> none;
            set = std::make_unique<PlaceSet>(
                positions, needs_countries ? std::span<const geo::CountryIndex>(countries) : none,
                labels);
        }
        return *set;
    }

    LatencyField field(std::span<const ProviderIndex> providers, Date date) {
        const auto nodes =
            serving_nodes(timeline, date, providers, options, model, atlas, audiences);
        const bool limited = std::any_of(nodes.begin(), nodes.end(),
                                         [](const FieldNode& n) { return n.audience != 0; });
        LatencyField result(places(limited || model.clients() != nullptr), audiences, Keep::best,
                            model.clients());
        result.set_nodes(nodes);
        return result;
    }

    // Place of a grid point: the last column is the first.
    std::size_t place(std::size_t point) const {
        const std::size_t column = point % (grid.columns + 1);
        const std::size_t row = point / (grid.columns + 1);
        return row * grid.columns + column % grid.columns;
    }

    template <typename LabelOf>
    void label(const LabelOf& label_of) {
        for (std::size_t point = 0; point < grid.labels.size(); ++point) {
            grid.labels[point] = label_of(place(point));
        }
    }

    std::vector<LabelShape> trace(const BorderAt& border) const {
        auto shapes = trace_labels(grid, border);
        simplify_shapes(shapes, tolerance_km);
        return shapes;
    }

    geo::CountryIndex country(std::size_t at) const {
        return countries.empty() ? geo::kNoCountry : countries[at];
    }
    double rtt_ms(std::size_t at, const FieldNode& n) const {
        const bool sees =
            labels.empty() || n.node.area == geo::kAnyArea || n.node.area == labels[at];
        if (!sees || !audiences.serves(n.audience, country(at))) {
            return std::numeric_limits<double>::infinity();
        }
        const double ms =
            n.node.offset_ms +
            n.node.ms_per_km * geo::fast_distance_m(positions[at], n.node.position) / 1000;
        return model.clients() != nullptr ? model.clients()->typical_ms(country(at), ms) : ms;
    }
};

CoverageAreas::CoverageAreas(const Timeline& timeline, const geo::Atlas& atlas,
                             const LatencyModel& model, CoverageOptions options, double step_deg,
                             double tolerance_km) {
    const bool in_range = step_deg >= 0.1 && step_deg <= 10;
    const double rows = in_range ? 180 / step_deg : 0;
    if (!in_range || std::abs(rows - std::round(rows)) > 1e-6) {
        throw Error(ExitCode::usage,
                    fmt::format("a grid step of {}° is not usable; expected 0.1 to 10, and 180 a "
                                "multiple of it, such as 0.25",
                                step_deg));
    }
    if (!(tolerance_km >= 0 && tolerance_km <= 100)) {
        throw Error(ExitCode::usage,
                    fmt::format("a tolerance of {} km is not usable; expected 0 to 100, such as 1",
                                tolerance_km));
    }
    impl_ = std::make_unique<Impl>(timeline, atlas, model, std::move(options),
                                   static_cast<std::size_t>(std::lround(rows)), tolerance_km);
}

CoverageAreas::~CoverageAreas() = default;

std::vector<ThresholdArea> CoverageAreas::within(std::span<const ProviderIndex> providers,
                                                 Date date) {
    const auto field = impl_->field(providers, date);
    const auto rtt_ms = field.rtt_ms();
    const auto& thresholds_ms = impl_->options.thresholds_ms;
    std::vector<ThresholdArea> areas(thresholds_ms.size());
    parallel_blocks(thresholds_ms.size(), 1, [&](std::size_t i, std::size_t) {
        const double threshold_ms = thresholds_ms[i];
        LabelGrid grid = impl_->grid;
        for (std::size_t point = 0; point < grid.labels.size(); ++point) {
            const bool is_within = static_cast<double>(rtt_ms[impl_->place(point)]) <= threshold_ms;
            grid.labels[point] = is_within ? 0 : kNoLabel;
        }
        auto shapes = trace_labels(grid, [&](std::size_t from, std::size_t to) {
            return crossing(static_cast<double>(rtt_ms[impl_->place(from)]),
                            static_cast<double>(rtt_ms[impl_->place(to)]), threshold_ms);
        });
        simplify_shapes(shapes, impl_->tolerance_km);
        areas[i].threshold_ms = threshold_ms;
        if (!shapes.empty()) {
            areas[i].shape = std::move(shapes[0].shape);
        }
    });
    std::erase_if(areas, [](const ThresholdArea& area) { return area.shape.polygons.empty(); });
    return areas;
}

std::vector<Catchment> CoverageAreas::catchments(std::span<const ProviderIndex> providers,
                                                 Date date, std::optional<double> limit_ms) {
    const auto field = impl_->field(providers, date);
    const auto rtt_ms = field.rtt_ms();
    const auto nodes = field.nodes();
    const double limit = limit_ms.value_or(std::numeric_limits<double>::max());
    impl_->label([&](std::size_t place) {
        const bool served = static_cast<double>(rtt_ms[place]) <= limit;
        return served ? nodes[field.node(place)].node.region : kNoLabel;
    });
    const auto border = [&](std::size_t from, std::size_t to) {
        const std::size_t p = impl_->place(from);
        const std::size_t q = impl_->place(to);
        const bool edge_of_limit =
            impl_->grid.labels[from] == kNoLabel || impl_->grid.labels[to] == kNoLabel;
        if (edge_of_limit) {
            return crossing(static_cast<double>(rtt_ms[p]), static_cast<double>(rtt_ms[q]), limit);
        }
        const auto& here = nodes[field.node(p)];
        const auto& there = nodes[field.node(q)];
        return crossing(impl_->rtt_ms(p, here) - impl_->rtt_ms(p, there),
                        impl_->rtt_ms(q, here) - impl_->rtt_ms(q, there), 0);
    };
    std::vector<Catchment> result;
    for (auto& shape : impl_->trace(border)) {
        result.push_back({shape.label, std::move(shape.shape)});
    }
    return result;
}

std::vector<GapArea> CoverageAreas::gap(std::span<const ProviderIndex> a,
                                        std::span<const ProviderIndex> b, Date date,
                                        double threshold_ms) {
    const auto field_a = impl_->field(a, date);
    const auto field_b = impl_->field(b, date);
    const auto within = [threshold_ms](const LatencyField& field, std::size_t place) {
        return static_cast<double>(field.rtt_ms()[place]) <= threshold_ms;
    };
    impl_->label([&](std::size_t place) {
        const auto kind = gap_kind(within(field_a, place), within(field_b, place));
        return static_cast<std::uint32_t>(kind);
    });
    const auto border = [&](std::size_t from, std::size_t to) {
        const std::size_t p = impl_->place(from);
        const std::size_t q = impl_->place(to);
        double sum = 0;
        int count = 0;
        for (const auto* field : {&field_a, &field_b}) {
            if (within(*field, p) != within(*field, q)) {
                sum += crossing(static_cast<double>(field->rtt_ms()[p]),
                                static_cast<double>(field->rtt_ms()[q]), threshold_ms);
                ++count;
            }
        }
        return sum / std::max(1, count);
    };
    std::vector<GapArea> result;
    for (auto& shape : impl_->trace(border)) {
        result.push_back({static_cast<GapKind>(shape.label), std::move(shape.shape)});
    }
    return result;
}

}  // namespace footprint::sim
