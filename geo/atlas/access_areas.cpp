#include "geo/atlas/access_areas.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <unordered_map>

#include "base/csv.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/text.h"
#include "geo/atlas/country_locator.h"
#include "geo/atlas/shore_index.h"
#include "geo/sphere/area.h"

namespace footprint::geo {

namespace {

constexpr double kCountryReach_m = 200'000;  // how far a place may lie off its own country's shape
constexpr double kEnclaveReach_m = 5'000;    // of a country without a shape from the land about it
constexpr double kLinkReach_m = 30'000;      // of a fixed link's end from its country's shape

using PieceIndex = CountryIndex;  // one polygon of the base map
constexpr PieceIndex kNoPiece = kNoCountry;
using PiecePair = std::pair<PieceIndex, PieceIndex>;
using CountryPair = std::pair<CountryIndex, CountryIndex>;

CountryPair ordered(CountryIndex a, CountryIndex b) {
    return {std::min(a, b), std::max(a, b)};
}

struct Piece {
    CountryIndex country = kNoCountry;
    double area_m2 = 0;
};

struct Pieces {
    std::vector<Piece> all;
    std::vector<std::vector<SpherePolygon>> shapes;  // one polygon each
};

Pieces pieces_of(const Atlas& atlas) {
    Pieces pieces;
    for (std::size_t c = 0; c < atlas.countries().size(); ++c) {
        for (const auto& shape : atlas.shapes(static_cast<CountryIndex>(c))) {
            pieces.all.push_back({static_cast<CountryIndex>(c), 0});
            pieces.shapes.push_back({shape});
        }
    }
    if (pieces.all.size() >= kAnyArea) {
        throw Error(ExitCode::invalid,
                    fmt::format("the base map has {} polygons; at most {} can be told apart",
                                pieces.all.size(), kAnyArea - 1));
    }
    return pieces;
}

void measure(Pieces& pieces) {
    constexpr std::size_t kGrain = 16;
    parallel_blocks(pieces.all.size(), kGrain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            pieces.all[i].area_m2 = area_m2(pieces.shapes[i][0]);
        }
    });
}

// An edge whichever way it is walked: neighbours share the points of their border exactly.
struct Edge {
    LonLat a, b;
    bool operator==(const Edge&) const = default;
};

struct EdgeHash {
    std::size_t operator()(const Edge& e) const {
        std::uint64_t h = 0x243F6A8885A308D3ULL;
        for (const double v : {e.a.lon, e.a.lat, e.b.lon, e.b.lat}) {
            h = (h ^ std::bit_cast<std::uint64_t>(v)) * 0x9E3779B97F4A7C15ULL;
            h ^= h >> 29;
        }
        return h;
    }
};

Edge edge_of(LonLat a, LonLat b) {
    const bool swap = b.lon < a.lon || (b.lon == a.lon && b.lat < a.lat);
    return swap ? Edge{b, a} : Edge{a, b};
}

// Pieces that share a stretch of border.
std::set<PiecePair> touching(const Pieces& pieces) {
    std::unordered_map<Edge, PieceIndex, EdgeHash> owner;
    std::set<PiecePair> result;
    for (std::size_t p = 0; p < pieces.shapes.size(); ++p) {
        const auto piece = static_cast<PieceIndex>(p);
        for (const auto& ring : pieces.shapes[p][0]) {
            for (std::size_t i = 0; i < ring.size(); ++i) {
                const Edge edge = edge_of(ring[i], ring[(i + 1) % ring.size()]);
                const auto [known, is_new] = owner.try_emplace(edge, piece);
                if (!is_new && known->second != piece) {
                    result.emplace(std::min(known->second, piece), std::max(known->second, piece));
                }
            }
        }
    }
    return result;
}

struct BorderRow {
    std::size_t line = 0;
    CountryIndex a = kNoCountry, b = kNoCountry;
    std::optional<LonLat> at_a, at_b;  // of a link
};

struct Borders {
    std::string file;
    std::vector<BorderRow> closed, gateways, links;
};

class BordersReader {
  public:
    BordersReader(const std::filesystem::path& file, const Atlas& atlas)
        : csv_(file), atlas_(atlas) {}

    Borders read() {
        Borders borders;
        borders.file = csv_.name();
        while (csv_.next()) {
            const auto kind = field("kind");
            auto& rows =
                kind == "closed"    ? borders.closed
                : kind == "gateway" ? borders.gateways
                : kind == "link"
                    ? borders.links
                    : fail(fmt::format("kind '{}': expected closed, gateway or link", kind));
            rows.push_back(row());
            if (kind == "link" && !(rows.back().at_a && rows.back().at_b)) {
                fail("a link without the positions of its two ends");
            }
        }
        if (has_errors(csv_.diagnostics())) {
            throw Error(ExitCode::invalid, format(csv_.diagnostics(), 10));
        }
        return borders;
    }

  private:
    [[noreturn]] std::vector<BorderRow>& fail(const std::string& what) const {
        throw Error(ExitCode::invalid, fmt::format("{}:{}: {}", csv_.name(), csv_.line(), what));
    }

    std::string_view field(std::string_view name) const {
        const auto column = csv_.column(name);
        if (!column) {
            fail(fmt::format("column '{}' is missing", name));
        }
        return csv_.field(column);
    }

    CountryIndex country(std::string_view column) const {
        const auto found = atlas_.find_country(field(column));
        if (!found) {
            fail(fmt::format("column '{}': '{}' is no country", column, field(column)));
        }
        return *found;
    }

    std::optional<LonLat> position(std::string_view lon_name, std::string_view lat_name) const {
        const auto lon = parse_number(field(lon_name));
        const auto lat = parse_number(field(lat_name));
        if (field(lon_name).empty() && field(lat_name).empty()) {
            return std::nullopt;
        }
        if (!lon || !lat || !is_valid({*lon, *lat})) {
            fail(fmt::format("columns '{}' and '{}': expected degrees", lon_name, lat_name));
        }
        return LonLat{normalized_lon(*lon), *lat};
    }

    BorderRow row() const {
        return {csv_.line(), country("a"), country("b"), position("a_lon", "a_lat"),
                position("b_lon", "b_lat")};
    }

    CsvReader csv_;
    const Atlas& atlas_;
};

// Union–find; the lowest index stands for a set.
class Sets {
  public:
    explicit Sets(std::size_t size) : parent_(size) {
        std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    }
    std::size_t of(std::size_t i) {
        while (parent_[i] != i) {
            i = parent_[i] = parent_[parent_[i]];
        }
        return i;
    }
    void join(std::size_t a, std::size_t b) {
        const std::size_t first = of(a);
        const std::size_t second = of(b);
        parent_[std::max(first, second)] = std::min(first, second);
    }

  private:
    std::vector<std::size_t> parent_;
};

}  // namespace

struct AccessAreas::Impl {
    Pieces pieces;
    std::set<PiecePair> neighbours;           // that share a stretch of border
    std::unique_ptr<CountryLocator> locator;  // of pieces
    std::unique_ptr<ShoreIndex> shores;
    std::vector<AccessAreaIndex> area_of_piece;
    std::vector<AccessArea> areas;
    std::vector<AccessAreaIndex> outlying;  // by country
    std::vector<bool> shaped;               // by country

    Impl(Pieces given, std::size_t countries)
        : pieces(std::move(given)), outlying(countries, kNoArea), shaped(countries, false) {
        for (const auto& piece : pieces.all) {
            shaped[piece.country] = true;
        }
        // None asks another's result.
        const std::array<std::function<void()>, 4> tasks{
            [&] { locator = std::make_unique<CountryLocator>(pieces.shapes); },
            [&] { shores = std::make_unique<ShoreIndex>(pieces.shapes); },
            [&] { neighbours = touching(pieces); }, [&] { measure(pieces); }};
        parallel_blocks(tasks.size(), 1, [&](std::size_t begin, std::size_t) { tasks[begin](); });
    }

    PieceIndex nearest_of(LonLat position, double within_m, CountryIndex country) const {
        return shores->nearest(position, within_m, [&](PieceIndex piece) {
            return country == kNoCountry || pieces.all[piece].country == country;
        });
    }

    void join(Sets& sets, const Borders& borders) const {
        std::set<CountryPair> shut;
        for (const auto* rows : {&borders.closed, &borders.gateways}) {
            for (const auto& row : *rows) {
                shut.insert(ordered(row.a, row.b));
            }
        }
        for (const auto& [a, b] : neighbours) {
            if (!shut.contains(ordered(pieces.all[a].country, pieces.all[b].country))) {
                sets.join(a, b);
            }
        }
        for (const auto& link : borders.links) {
            sets.join(end_of(link.a, *link.at_a, borders, link.line),
                      end_of(link.b, *link.at_b, borders, link.line));
        }
    }

    PieceIndex end_of(CountryIndex country, LonLat at, const Borders& borders,
                      std::size_t line) const {
        const PieceIndex on = locator->at(at);
        if (on != kNoPiece && pieces.all[on].country == country) {
            return on;
        }
        const PieceIndex piece = nearest_of(at, kLinkReach_m, country);
        if (piece == kNoPiece) {
            throw Error(
                ExitCode::invalid,
                fmt::format("{}:{}: the link's end at lon {}, lat {} is more than {:.0f} km "
                            "off its country's land",
                            borders.file, line, at.lon, at.lat, kLinkReach_m / 1000));
        }
        return piece;
    }

    // Areas by size.
    void number(Sets& sets) {
        std::map<std::size_t, double> size;
        for (std::size_t p = 0; p < pieces.all.size(); ++p) {
            size[sets.of(p)] += pieces.all[p].area_m2;
        }
        std::vector<std::size_t> roots;
        for (const auto& [root, unused] : size) {
            roots.push_back(root);
        }
        std::stable_sort(roots.begin(), roots.end(),
                         [&](auto a, auto b) { return size[a] > size[b]; });
        std::map<std::size_t, AccessAreaIndex> label;
        for (const auto root : roots) {
            label[root] = static_cast<AccessAreaIndex>(areas.size());
            areas.push_back({"", {}, size[root] / 1e6});
        }
        for (std::size_t p = 0; p < pieces.all.size(); ++p) {
            area_of_piece.push_back(label[sets.of(p)]);
            areas[area_of_piece.back()].countries.push_back(pieces.all[p].country);
        }
        for (auto& area : areas) {
            std::sort(area.countries.begin(), area.countries.end());
            area.countries.erase(std::unique(area.countries.begin(), area.countries.end()),
                                 area.countries.end());
        }
    }

    // By each area's largest piece.
    void name(const Atlas& atlas) {
        std::vector<PieceIndex> largest(areas.size(), kNoPiece);
        std::vector<PieceIndex> mainland(atlas.countries().size(), kNoPiece);
        const auto keep = [&](PieceIndex& best, PieceIndex p) {
            if (best == kNoPiece || pieces.all[p].area_m2 > pieces.all[best].area_m2) {
                best = p;
            }
        };
        for (std::size_t p = 0; p < pieces.all.size(); ++p) {
            keep(largest[area_of_piece[p]], static_cast<PieceIndex>(p));
            keep(mainland[pieces.all[p].country], static_cast<PieceIndex>(p));
        }
        for (std::size_t i = 0; i < areas.size(); ++i) {
            const CountryIndex country = pieces.all[largest[i]].country;
            const std::string& name = atlas.countries()[country].name;
            const std::size_t more = areas[i].countries.size() - 1;
            areas[i].name = more > 0 ? fmt::format("{} and {} more", name, more)
                            : mainland[country] == largest[i] ? name
                                                              : "an island of " + name;
        }
    }

    // One more area for each country: of its islands that the base map leaves out.
    void add_outlying(const Atlas& atlas) {
        for (std::size_t c = 0; c < outlying.size(); ++c) {
            const auto country = static_cast<CountryIndex>(c);
            const std::string& name = atlas.countries()[c].name;
            outlying[c] = static_cast<AccessAreaIndex>(areas.size());
            areas.push_back({shaped[c] ? "outlying islands of " + name : name, {country}, 0});
        }
        if (areas.size() >= kAnyArea) {
            throw Error(ExitCode::invalid, fmt::format("{} areas; at most {} can be told apart",
                                                       areas.size(), kAnyArea - 1));
        }
    }

    void check(const Borders& borders) const {
        std::map<CountryPair, std::size_t> closed;
        for (const auto& row : borders.closed) {
            closed.emplace(ordered(row.a, row.b), row.line);
        }
        for (const auto& [a, b] : neighbours) {
            const auto row = closed.find(ordered(pieces.all[a].country, pieces.all[b].country));
            if (row != closed.end() && area_of_piece[a] == area_of_piece[b]) {
                throw Error(ExitCode::invalid,
                            fmt::format("{}:{}: both sides of this closed border hang together "
                                        "another way ({}); add the gateways or closed borders "
                                        "that part them",
                                        borders.file, row->second, areas[area_of_piece[a]].name));
            }
        }
    }

    AccessAreaIndex area(PieceIndex piece) const {
        return piece == kNoPiece ? kNoArea : area_of_piece[piece];
    }
};

AccessAreas AccessAreas::load(const std::filesystem::path& datasets, const Atlas& atlas) {
    const auto borders = BordersReader(datasets / "backbone" / "access_borders.csv", atlas).read();
    auto impl = std::make_shared<Impl>(pieces_of(atlas), atlas.countries().size());
    Sets sets(impl->pieces.all.size());
    impl->join(sets, borders);
    impl->number(sets);
    impl->name(atlas);
    impl->check(borders);
    impl->add_outlying(atlas);
    return AccessAreas(std::move(impl));
}

std::span<const AccessArea> AccessAreas::all() const {
    return impl_->areas;
}

AccessAreaIndex AccessAreas::at(LonLat position) const {
    return shore(position).area;
}

AccessAreas::Shore AccessAreas::shore(LonLat position) const {
    if (!is_valid(position)) {
        return {};
    }
    PieceIndex piece = impl_->locator->at(position);
    if (piece == kNoPiece) {
        piece = impl_->nearest_of(position, kShore_m, kNoCountry);
    }
    return piece == kNoPiece ? Shore{}
                             : Shore{impl_->pieces.all[piece].country, impl_->area_of_piece[piece]};
}

AccessAreaIndex AccessAreas::at(LonLat position, CountryIndex country) const {
    if (country >= impl_->outlying.size() || !is_valid(position)) {
        return at(position);
    }
    const PieceIndex on = impl_->locator->at(position);
    if (on != kNoPiece && impl_->pieces.all[on].country == country) {
        return impl_->area(on);
    }
    PieceIndex near = kNoPiece;
    if (!impl_->shaped[country]) {
        near = on != kNoPiece ? on : impl_->nearest_of(position, kEnclaveReach_m, kNoCountry);
    } else {
        for (const double reach_m : {kShore_m / 3, kShore_m, kCountryReach_m}) {
            near = near != kNoPiece ? near : impl_->nearest_of(position, reach_m, country);
        }
        near = near != kNoPiece ? near : on;
    }
    return near != kNoPiece ? impl_->area(near) : impl_->outlying[country];
}

std::vector<AccessAreaIndex> AccessAreas::of(const DemandPoints& points) const {
    std::vector<AccessAreaIndex> areas(points.size());
    parallel_blocks(points.size(), 1024, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            areas[i] = at(points.position[i], points.country[i]);
        }
    });
    return areas;
}

void AccessAreas::row(double lat, double first_lon, double step_deg,
                      std::span<CountryIndex> countries, std::span<AccessAreaIndex> areas) const {
    const std::size_t count = std::max(countries.size(), areas.size());
    std::vector<PieceIndex> pieces(count);
    impl_->locator->row(lat, first_lon, step_deg, pieces);
    for (std::size_t i = 0; i < count; ++i) {
        if (pieces[i] == kNoPiece) {
            const LonLat at{first_lon + static_cast<double>(i) * step_deg, lat};
            pieces[i] = impl_->nearest_of(at, kShore_m, kNoCountry);
        }
    }
    for (std::size_t i = 0; i < countries.size(); ++i) {
        countries[i] = pieces[i] == kNoPiece ? kNoCountry : impl_->pieces.all[pieces[i]].country;
    }
    for (std::size_t i = 0; i < areas.size(); ++i) {
        areas[i] = impl_->area(pieces[i]);
    }
}

}  // namespace footprint::geo
