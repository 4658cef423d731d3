#include "sim/coverage/people_raster.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "base/error.h"
#include "base/parallel.h"
#include "geo/io/raster_reader.h"
#include "geo/sphere/geodesic.h"
#include "sim/coverage/coverage.h"

namespace footprint::sim {
namespace {

constexpr double kBin_deg = 0.1;
constexpr double kMostOffLand = 0.02;
// Ten times those that there are: scenarios may have more people than the world has, units in the
// place of people have far more.
constexpr double kMostPeople = 1e11;
constexpr double kMostInCell = 1e9;
// A cell at sea belongs to land within these distances, looked for in this order.
constexpr std::array<double, 4> kShore_m{3'000, 8'000, 16'000, 30'000};

// People of a country within a tenth of a degree.
struct Bin {
    double people = 0;
    double lon = 0;  // times people
    double lat = 0;
};

std::uint64_t key_of(geo::LonLat at, geo::CountryIndex country) {
    const auto row = static_cast<std::uint64_t>(std::floor((at.lat + 90) / kBin_deg));
    const auto column = static_cast<std::uint64_t>(std::floor((at.lon + 180) / kBin_deg));
    return row << 40 | column << 16 | country;
}

geo::CountryIndex nearest_country(const geo::Atlas& atlas, geo::LonLat at) {
    for (const double distance_m : kShore_m) {
        for (int azimuth_deg = 0; azimuth_deg < 360; azimuth_deg += 45) {
            const auto country = atlas.country_at(geo::direct(at, azimuth_deg, distance_m));
            if (country != geo::kNoCountry) {
                return country;
            }
        }
    }
    return geo::kNoCountry;
}

// The countries of a row's cells with people.
void locate(const geo::Atlas& atlas, const geo::RasterRow& row,
            std::span<geo::CountryIndex> countries) {
    const auto is_peopled = [&](std::size_t i) { return row.value[i] > 0; };
    const std::size_t count = row.value.size();
    std::size_t first = 0;
    while (first < count && !is_peopled(first)) {
        ++first;
    }
    if (first == count) {
        return;
    }
    const bool one_run =
        row.step_deg && row.centre[0].lon + *row.step_deg * static_cast<double>(count - 1) < 180;
    if (one_run) {
        atlas.country_row(row.centre[0].lat, row.centre[0].lon, *row.step_deg, countries);
    }
    for (std::size_t i = first; i < count; ++i) {
        if (!is_peopled(i) || std::isnan(row.centre[i].lon)) {
            continue;
        }
        if (!one_run) {
            countries[i] = atlas.country_at(row.centre[i]);
        }
        if (countries[i] == geo::kNoCountry) {
            countries[i] = nearest_country(atlas, row.centre[i]);
        }
    }
}

class Gatherer {
  public:
    Gatherer(const geo::Atlas& atlas, std::string name) : atlas_(atlas), name_(std::move(name)) {}

    void take(std::span<const geo::RasterRow> rows) {
        std::vector<std::vector<geo::CountryIndex>> countries(rows.size());
        parallel_blocks(rows.size(), 1, [&](std::size_t at, std::size_t) {
            countries[at].assign(rows[at].value.size(), geo::kNoCountry);
            locate(atlas_, rows[at], countries[at]);
        });
        for (std::size_t at = 0; at < rows.size(); ++at) {
            add(rows[at], countries[at]);
        }
    }

    PeopleRaster finish() const {
        PeopleRaster result;
        result.people = people_.value();
        result.on_no_land = on_no_land_.value();
        std::vector<std::uint64_t> keys;
        for (const auto& [key, bin] : bins_) {
            keys.push_back(key);
        }
        std::ranges::sort(keys);
        geo::DemandPoints& points = result.points;
        points.as_given = true;
        for (const std::uint64_t key : keys) {
            const Bin& bin = bins_.at(key);
            points.position.push_back({bin.lon / bin.people, bin.lat / bin.people});
            points.country.push_back(static_cast<geo::CountryIndex>(key & 0xFFFF));
            points.people_2025.push_back(static_cast<float>(bin.people));
            points.rural_2025.push_back(0);
        }
        return result;
    }

  private:
    void add(const geo::RasterRow& row, std::span<const geo::CountryIndex> countries) {
        for (std::size_t i = 0; i < countries.size(); ++i) {
            const double people = row.value[i];
            if (!(people > 0)) {
                continue;
            }
            if (people > kMostInCell) {
                throw Error(ExitCode::invalid,
                            fmt::format("{}: {:g} people in the cell at {:.4f}, {:.4f}; expected "
                                        "the people of each cell, a billion at most",
                                        name_, people, row.centre[i].lon, row.centre[i].lat));
            }
            people_.add(people);
            if (countries[i] == geo::kNoCountry) {
                on_no_land_.add(people);
                continue;
            }
            const geo::LonLat at = row.centre[i];
            const std::uint64_t key = key_of(at, countries[i]);
            if (!last_ || key != last_key_) {
                last_ = &bins_[key];  // elements of a node-based map stay where they are
                last_key_ = key;
            }
            last_->people += people;
            last_->lon += people * at.lon;
            last_->lat += people * at.lat;
        }
    }

    const geo::Atlas& atlas_;
    std::string name_;
    std::unordered_map<std::uint64_t, Bin> bins_;
    Bin* last_ = nullptr;
    std::uint64_t last_key_ = 0;
    CompensatedSum people_, on_no_land_;
};

}  // namespace

PeopleRaster read_people_raster(const std::filesystem::path& file, const geo::Atlas& atlas) {
    geo::RasterReader reader(file);
    const std::string name = file.string();
    Gatherer gatherer(atlas, name);
    reader.read([&](std::span<const geo::RasterRow> rows) { gatherer.take(rows); });
    PeopleRaster result = gatherer.finish();
    if (reader.infinite_cells() > 0) {
        throw Error(ExitCode::invalid,
                    fmt::format("{}: {} cell{} infinite; expected people in each cell, NaN or "
                                "the no-data value where there is nothing",
                                name, reader.infinite_cells(),
                                reader.infinite_cells() == 1 ? " is" : "s are"));
    }
    if (result.people > kMostPeople) {
        throw Error(ExitCode::invalid,
                    fmt::format("{}: {:g} people in all, over a hundred billion; expected the "
                                "people of each cell, not their density",
                                name, result.people));
    }
    if (!(result.people > 0)) {
        throw Error(ExitCode::invalid,
                    fmt::format("{}: nobody is in it; expected people in its cells", name));
    }
    const double share = result.on_no_land / result.people;
    if (share > kMostOffLand) {
        throw Error(
            ExitCode::invalid,
            fmt::format("{}: {:.1f} % of its {:.0f} people are on no country's land; is its "
                        "reference system '{}' the right one?",
                        name, 100 * share, result.people, reader.reference_system()));
    }
    if (reader.negative_cells() > 0) {
        result.notes.push_back(fmt::format("{}: {} cells below zero are taken as nobody", name,
                                           reader.negative_cells()));
    }
    if (result.on_no_land > 0) {
        result.notes.push_back(
            fmt::format("{}: {:.0f} people ({:.3f} %) more than 30 km off every "
                        "country's land are left out",
                        name, result.on_no_land, 100 * share));
    }
    return result;
}

}  // namespace footprint::sim
