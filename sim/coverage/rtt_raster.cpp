#include "sim/coverage/rtt_raster.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "base/parallel.h"
#include "geo/sphere/grid.h"

namespace footprint::sim {
namespace {

constexpr std::size_t kStripPixels = std::size_t{1} << 18;

std::vector<geo::LonLat> centres(const geo::Grid& grid, std::size_t first, std::size_t last) {
    std::vector<geo::LonLat> positions;
    positions.reserve((last - first) * grid.columns());
    for (std::size_t row = first; row < last; ++row) {
        for (std::size_t column = 0; column < grid.columns(); ++column) {
            positions.push_back(grid.centre(column, row));
        }
    }
    return positions;
}

// Countries of a strip's positions where somebody is limited to some, and areas where the model has
// them.
struct Labels {
    std::vector<geo::CountryIndex> countries;
    std::vector<geo::AccessAreaIndex> areas;
};

Labels labels_of(const geo::Atlas& atlas, const geo::AccessAreas* areas, bool limited,
                 std::span<const geo::LonLat> positions, std::size_t columns) {
    Labels labels;
    labels.countries.resize(limited ? positions.size() : 0);
    labels.areas.resize(areas != nullptr ? positions.size() : 0);
    parallel_blocks(positions.size(), columns, [&](std::size_t begin, std::size_t end) {
        const auto part = [&](auto& all) {
            return all.empty() ? std::span(all) : std::span(all).subspan(begin, end - begin);
        };
        if (areas != nullptr) {
            areas->row(positions[begin].lat, positions[begin].lon,
                       360 / static_cast<double>(columns), part(labels.countries),
                       part(labels.areas));
            return;
        }
        for (std::size_t i = begin; i < end && limited; ++i) {
            labels.countries[i] = atlas.country_at(positions[i]);
        }
    });
    return labels;
}

}  // namespace

std::size_t rtt_raster_rows(double step_deg) {
    const bool in_range = step_deg >= 0.004 && step_deg <= 10;
    const double rows = in_range ? 180 / step_deg : 0;
    if (!in_range || std::abs(rows - std::round(rows)) > 1e-6) {
        throw Error(ExitCode::usage,
                    fmt::format("a step of {}°: expected 0.004 to 10, dividing 180", step_deg));
    }
    return static_cast<std::size_t>(std::lround(rows));
}

void rtt_raster(const Timeline& timeline, const geo::Atlas& atlas, const LatencyModel& model,
                const CoverageOptions& options, std::span<const ProviderIndex> providers, Date date,
                double step_deg, const std::function<void(std::span<const float>)>& rows) {
    const std::size_t row_count = rtt_raster_rows(step_deg);
    const geo::Grid grid(2 * row_count, row_count);
    Audiences audiences(atlas.countries().size());
    const auto nodes = serving_nodes(timeline, date, providers, options, model, atlas, audiences);
    const bool limited =
        std::ranges::any_of(nodes, [](const FieldNode& node) { return node.audience != 0; });
    const std::size_t strip = std::max<std::size_t>(1, kStripPixels / grid.columns());
    std::vector<float> rtt_ms;
    for (std::size_t first = 0; first < grid.rows(); first += strip) {
        const auto positions = centres(grid, first, std::min(first + strip, grid.rows()));
        const auto labels = labels_of(atlas, model.areas(), limited, positions, grid.columns());
        const PlaceSet places(positions, labels.countries, labels.areas);
        LatencyField field(places, audiences);
        field.set_nodes(nodes);
        rtt_ms.assign(field.rtt_ms().begin(), field.rtt_ms().end());
        std::ranges::replace_if(
            rtt_ms, [](float rtt) { return std::isinf(rtt); }, std::nanf(""));
        rows(rtt_ms);
    }
}

}  // namespace footprint::sim
