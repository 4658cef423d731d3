#include "geo/atlas/atlas.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <mutex>

#include "base/error.h"
#include "geo/atlas/country_locator.h"
#include "geo/atlas/edge_tree.h"
#include "geo/atlas/tables.h"
#include "geo/atlas/topojson.h"
#include "geo/sphere/geodesic.h"

namespace footprint::geo {

struct Atlas::Impl {
    CountryTable table;
    std::vector<std::vector<SpherePolygon>> shapes;  // by country
    std::vector<SpherePolygon> land;
    std::vector<SphereLine> borders;
    std::vector<SphereLine> coasts;
    std::vector<SphereLine> disputed;
    std::vector<SpherePolygon> lakes;

    const CountryLocator& locator() const {
        std::call_once(locate_once_, [&] { locator_ = std::make_unique<CountryLocator>(shapes); });
        return *locator_;
    }

    // To the nearest edge of one country, of any for kNoCountry; infinite where there is none.
    double distance_to_edges_m(LonLat position, CountryIndex country) const {
        const auto& all = trees();
        const Vec3 here = reduced_unit_vector(position);
        EdgeTree::Nearest best{std::numeric_limits<double>::infinity(), here};
        if (country != kNoCountry) {
            all[country].lower(here, best);
        } else {
            // The nearest box first: most others are farther than what is in it.
            const auto first = std::ranges::min_element(
                all, {}, [&](const EdgeTree& tree) { return tree.least_square(here); });
            first->lower(here, best);
            for (const EdgeTree& tree : all) {
                tree.lower(here, best);
            }
        }
        return best.square == std::numeric_limits<double>::infinity()
                   ? best.square
                   : fast_distance_reduced_m(here, (1 / norm(best.at)) * best.at);
    }

  private:
    const std::vector<EdgeTree>& trees() const {
        std::call_once(trees_once_, [&] {
            for (const auto& polygons : shapes) {
                trees_.emplace_back(polygons);
            }
        });
        return trees_;
    }

    mutable std::once_flag trees_once_;
    mutable std::vector<EdgeTree> trees_;  // by country
    mutable std::once_flag locate_once_;
    mutable std::unique_ptr<CountryLocator> locator_;
};

namespace {

// The row a shape counts for; a row of its own where countries.csv has none.
CountryIndex country_of(const TopoShape& shape, CountryTable& table) {
    if (!shape.country.empty()) {
        const auto known = table.find(shape.country);
        if (!known) {
            throw Error(ExitCode::invalid,
                        fmt::format("base map: shape '{}' counts for country '{}', which is not in "
                                    "countries.csv",
                                    shape.id, shape.country));
        }
        return *known;
    }
    const std::string& code = shape.iso2.empty() ? shape.id : shape.iso2;
    if (const auto known = table.find(code)) {
        return *known;
    }
    const char* continent = shape.iso2 == "AQ" ? "Antarctica" : "";
    return table.add({code, shape.id, shape.name, continent, "", 0});
}

struct ArcUse {
    CountryIndex first = kNoCountry;
    CountryIndex second = kNoCountry;
    int count = 0;
};

void note_uses(const TopoShape& shape, CountryIndex country, std::vector<ArcUse>& uses) {
    for (const auto& polygon : shape.polygons) {
        for (const auto& ring : polygon) {
            for (const std::int32_t index : ring) {
                ArcUse& use = uses[static_cast<std::size_t>(index < 0 ? ~index : index)];
                (use.count == 0 ? use.first : use.second) = country;
                ++use.count;
            }
        }
    }
}

}  // namespace

Atlas Atlas::load_tables(const std::filesystem::path& datasets) {
    auto impl = std::make_shared<Impl>();
    impl->table = read_countries(datasets / "countries.csv");
    impl->shapes.resize(impl->table.countries.size());
    return Atlas(std::move(impl));
}

Atlas Atlas::load(const std::filesystem::path& datasets, MapDetail detail) {
    auto impl = std::make_shared<Impl>();
    CountryTable& table = impl->table;
    table = read_countries(datasets / "countries.csv");
    const char* file = detail == MapDetail::fine ? "world-50m.topojson" : "world-110m.topojson";
    Topology topology = read_topojson(datasets / "basemap" / file);
    std::vector<ArcUse> uses(topology.arcs.size());
    std::map<CountryIndex, TopoShape> parts_of;
    for (const auto& shape : topology.countries) {
        const CountryIndex country = country_of(shape, table);
        impl->shapes.resize(table.countries.size());
        note_uses(shape, country, uses);
        auto& parts = parts_of[country];
        std::copy(shape.polygons.begin(), shape.polygons.end(), std::back_inserter(parts.polygons));
    }
    for (auto& [country, parts] : parts_of) {
        topology.dissolve(parts);
        impl->shapes[country] = topology.polygons(parts);
    }
    for (const auto& shape : topology.land) {
        auto polygons = topology.polygons(shape);
        std::move(polygons.begin(), polygons.end(), std::back_inserter(impl->land));
    }
    for (const auto& shape : topology.lakes) {
        auto polygons = topology.polygons(shape);
        std::move(polygons.begin(), polygons.end(), std::back_inserter(impl->lakes));
    }
    for (const auto& shape : topology.disputed) {
        for (const auto& line : shape.lines) {
            impl->disputed.push_back(topology.line(line));
        }
    }
    for (std::size_t i = 0; i < uses.size(); ++i) {
        if (uses[i].count == 1) {
            impl->coasts.push_back(std::move(topology.arcs[i]));
        } else if (uses[i].count > 1) {
            // Between two parts of one country (Cyprus, Somalia) runs a line that is not agreed on.
            const bool inner = uses[i].first == uses[i].second;
            (inner ? impl->disputed : impl->borders).push_back(std::move(topology.arcs[i]));
        }
    }
    return Atlas(std::move(impl));
}

std::span<const Country> Atlas::countries() const {
    return impl_->table.countries;
}
const CountrySeries& Atlas::series() const {
    return impl_->table.series;
}
std::optional<CountryIndex> Atlas::find_country(std::string_view name) const {
    return impl_->table.find(name);
}
std::optional<Atlas::Area> Atlas::find_area(std::string_view name) const {
    return find_area_in(impl_->table, name);
}
std::vector<std::string> Atlas::area_names() const {
    return area_names_in(impl_->table);
}
std::span<const SpherePolygon> Atlas::shapes(CountryIndex country) const {
    return impl_->shapes.at(country);
}
std::span<const SpherePolygon> Atlas::land() const {
    return impl_->land;
}
std::span<const SphereLine> Atlas::borders() const {
    return impl_->borders;
}
std::span<const SphereLine> Atlas::coasts() const {
    return impl_->coasts;
}
std::span<const SphereLine> Atlas::disputed() const {
    return impl_->disputed;
}
std::span<const SpherePolygon> Atlas::lakes() const {
    return impl_->lakes;
}

CountryIndex Atlas::country_at(LonLat position) const {
    return impl_->locator().at(position);
}

void Atlas::country_row(double lat, double first_lon, double step_deg,
                        std::span<CountryIndex> out) const {
    impl_->locator().row(lat, first_lon, step_deg, out);
}

std::optional<double> Atlas::distance_to_country_m(LonLat position, CountryIndex country) const {
    if (country >= impl_->shapes.size() || impl_->shapes[country].empty()) {
        return std::nullopt;
    }
    if (country_at(position) == country) {
        return 0;
    }
    return impl_->distance_to_edges_m(position, country);
}

double Atlas::distance_to_land_m(LonLat position) const {
    if (country_at(position) != kNoCountry) {
        return 0;
    }
    return impl_->distance_to_edges_m(position, kNoCountry);
}

}  // namespace footprint::geo
