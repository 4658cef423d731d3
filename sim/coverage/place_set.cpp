#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/parallel.h"
#include "sim/coverage/latency_field.h"

namespace footprint::sim {

namespace {

// Spreads the bits of a 16-bit number to the even positions of a 32-bit one.
std::uint32_t spread(std::uint32_t v) {
    v = (v | (v << 8)) & 0x00FF00FFU;
    v = (v | (v << 4)) & 0x0F0F0F0FU;
    v = (v | (v << 2)) & 0x33333333U;
    return (v | (v << 1)) & 0x55555555U;
}

// Longitude and the sine of the latitude on a 65,536² grid: cells of equal area, so that blocks are
// of about equal size everywhere.
std::uint32_t morton(geo::LonLat position, double z) {
    const auto cell = [](double unit) {
        return static_cast<std::uint32_t>(std::clamp(unit, 0.0, 1.0) * 65535.0);
    };
    return spread(cell((position.lon + 180) / 360)) | (spread(cell((z + 1) / 2)) << 1);
}

// Appends what there is in [begin, end), sorted, each once; where it stands in `into`.
template <typename T>
std::pair<std::uint32_t, std::uint32_t> add_distinct(const std::vector<T>& of, std::size_t begin,
                                                     std::size_t end, std::vector<T>& into) {
    const auto first = into.size();
    if (!of.empty()) {
        into.insert(into.end(), of.begin() + static_cast<std::ptrdiff_t>(begin),
                    of.begin() + static_cast<std::ptrdiff_t>(end));
        const auto added = into.begin() + static_cast<std::ptrdiff_t>(first);
        std::sort(added, into.end());
        into.erase(std::unique(added, into.end()), into.end());
    }
    return {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(into.size())};
}

}  // namespace

PlaceSet::PlaceSet(std::span<const geo::LonLat> positions,
                   std::span<const geo::CountryIndex> countries,
                   std::span<const geo::AccessAreaIndex> areas) {
    const std::size_t count = positions.size();
    const auto fits = [&](std::size_t size) { return size == 0 || size == count; };
    if (!fits(countries.size()) || !fits(areas.size())) {
        throw Error(ExitCode::failed,
                    fmt::format("{} places come with {} countries and {} areas; expected one of "
                                "each for each, or none",
                                count, countries.size(), areas.size()));
    }
    std::vector<geo::Vec3> vectors(count);
    std::vector<std::uint64_t> keys(count);
    parallel_blocks(count, 4096, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            if (!geo::is_valid(positions[i])) {
                throw Error(ExitCode::invalid,
                            fmt::format("place {} lies at lon {}, lat {}; expected lon within "
                                        "±180 and lat within ±90",
                                        i, positions[i].lon, positions[i].lat));
            }
            vectors[i] = geo::reduced_unit_vector(positions[i]);
            keys[i] = (std::uint64_t{morton(positions[i], vectors[i].z)} << 32) | i;
        }
    });
    std::sort(keys.begin(), keys.end());

    order_.resize(count);
    const std::size_t padded = (count + kBlock - 1) / kBlock * kBlock;
    x_.resize(padded, 1);
    y_.resize(padded);
    z_.resize(padded);
    countries_.resize(countries.size());
    areas_.resize(areas.size());
    for (std::size_t i = 0; i < count; ++i) {
        const auto place = static_cast<std::uint32_t>(keys[i]);
        order_[i] = place;
        x_[i] = vectors[place].x;
        y_[i] = vectors[place].y;
        z_[i] = vectors[place].z;
        if (!countries.empty()) {
            countries_[i] = countries[place];
        }
        if (!areas.empty()) {
            areas_[i] = areas[place];
        }
    }
    const auto caps = [&](std::size_t size) {
        std::vector<Cap> result((count + size - 1) / size);
        for (std::size_t i = 0; i < result.size(); ++i) {
            const std::size_t end = std::min(count, (i + 1) * size);
            result[i] = cap_of(i * size, end);
            note_groupings(i * size, end, result[i]);
        }
        return result;
    };
    blocks_ = caps(kBlock);
    groups_ = caps(kGroup);
}

void PlaceSet::note_groupings(std::size_t begin, std::size_t end, Cap& cap) {
    std::tie(cap.areas_begin, cap.areas_end) = add_distinct(areas_, begin, end, areas_of_caps_);
    std::tie(cap.countries_begin, cap.countries_end) =
        add_distinct(countries_, begin, end, countries_of_caps_);
}

PlaceSet::Cap PlaceSet::cap_of(std::size_t begin, std::size_t end) const {
    geo::Vec3 sum;
    for (std::size_t i = begin; i < end; ++i) {
        sum = sum + geo::Vec3{x_[i], y_[i], z_[i]};
    }
    const double length = geo::norm(sum);
    if (length < 1e-6) {
        return {.centre = {0, 0, 1}, .radius_rad = std::numbers::pi};  // spread all over the globe
    }
    const geo::Vec3 centre = (1 / length) * sum;
    double chord2 = 0;
    for (std::size_t i = begin; i < end; ++i) {
        const geo::Vec3 d = geo::Vec3{x_[i], y_[i], z_[i]} - centre;
        chord2 = std::max(chord2, geo::dot(d, d));
    }
    // The slack is far above the rounding of the chord, and 6 mm on the ground.
    return {.centre = centre,
            .radius_rad = 2 * std::asin(std::min(1.0, std::sqrt(chord2) / 2)) + 1e-9};
}

}  // namespace footprint::sim
