#include "geo/atlas/topojson.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "geo/sphere/area.h"

namespace footprint::geo {

namespace {

using nlohmann::json;

constexpr std::size_t kLimitBytes = std::size_t{64} << 20;
constexpr int kDeepest = 24;

// Where the value of the outermost key "arcs" stands in the text.
struct ArcsSpan {
    std::size_t begin = std::string::npos;
    std::size_t end = 0;
};

// The arcs are nine tenths of the file and nothing but small numbers: read straight from the text,
// four times as fast as through a tree of values.
class ArcScanner {
  public:
    explicit ArcScanner(std::string_view text)
        : at_(text.data()), end_(text.data() + text.size()) {}

    // Calls point(x, y) for each position and arc() after each arc; false if the text is not an
    // array of arrays of positions.
    template <typename Point, typename Arc>
    bool scan(Point point, Arc arc) {
        return list([&] {
            const bool ok = list([&] {
                double xy[2] = {0, 0};
                int count = 0;
                const bool numbers = list([&] {
                    double value = 0;
                    const bool read = number(value);
                    if (count < 2) {
                        xy[count] = value;
                    }
                    ++count;
                    return read;
                });
                if (!numbers || count < 2) {
                    return false;
                }
                point(xy[0], xy[1]);
                return true;
            });
            arc();
            return ok;
        });
    }

  private:
    char next() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) {
            ++at_;
        }
        return at_ == end_ ? '\0' : *at_;
    }

    bool take(char c) {
        if (next() != c) {
            return false;
        }
        ++at_;
        return true;
    }

    template <typename Item>
    bool list(Item item) {
        if (!take('[')) {
            return false;
        }
        if (take(']')) {
            return true;
        }
        do {
            if (!item()) {
                return false;
            }
        } while (take(','));
        return take(']');
    }

    bool number(double& value) {
        next();
        const auto [stop, error] = std::from_chars(at_, end_, value);
        at_ = stop;
        return error == std::errc() && std::isfinite(value);
    }

    const char* at_;
    const char* end_;
};

class Reader {
  public:
    explicit Reader(std::string name) : name_(std::move(name)) {}

    Topology read(const std::string& text) {
        const ArcsSpan arcs = scan(text);
        if (arcs.begin == std::string::npos) {
            fail("expected a TopoJSON object with 'arcs'");
        }
        json root;
        try {
            root = json::parse(text.substr(0, arcs.begin) + "[]" + text.substr(arcs.end));
        } catch (const json::exception& error) {
            fail(fmt::format("not JSON: {}", error.what()));
        }
        try {
            return topology(root, std::string_view(text).substr(arcs.begin, arcs.end - arcs.begin));
        } catch (const json::exception& error) {
            fail(fmt::format("not the TopoJSON that was expected: {}", error.what()));
        }
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ExitCode::invalid, fmt::format("{}: {}", name_, what));
    }

    // Finds the arcs, and refuses deep values (which crash when they are copied) before they exist.
    ArcsSpan scan(const std::string& text) const {
        ArcsSpan arcs;
        int depth = 0;
        bool at_arcs = false;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char c = text[i];
            if (c == '"') {
                const std::size_t begin = i + 1;
                for (++i; i < text.size() && text[i] != '"'; ++i) {
                    if (text[i] == '\\') {
                        ++i;
                    }
                }
                at_arcs = depth == 1 && text.compare(begin, i - begin, "arcs") == 0;
            } else if (c == '[' || c == '{') {
                if (++depth > kDeepest) {
                    fail(fmt::format("nested more than {} levels deep", kDeepest));
                }
                if (at_arcs && depth == 2 && arcs.begin == std::string::npos) {
                    arcs.begin = i;
                }
                at_arcs = false;
            } else if (c == ']' || c == '}') {
                if (--depth == 1 && arcs.begin != std::string::npos && arcs.end == 0) {
                    arcs.end = i + 1;
                }
            }
        }
        if (arcs.end == 0) {
            arcs.begin = std::string::npos;
        }
        return arcs;
    }

    Topology topology(const json& root, std::string_view arcs) {
        if (!root.is_object() || root.value("type", "") != "Topology") {
            fail("expected a TopoJSON object of type 'Topology'");
        }
        Topology result;
        if (root.contains("transform")) {
            const json& transform = root.at("transform");
            scale_ = pair(transform.at("scale"));
            translate_ = pair(transform.at("translate"));
            quantised_ = true;
        }
        result.arcs = decoded(arcs);
        arc_count_ = result.arcs.size();
        const json& objects = root.at("objects");
        if (!objects.contains("countries")) {
            fail("object 'countries' is missing");
        }
        result.countries = shapes(objects, "countries");
        result.land = shapes(objects, "land");
        result.lakes = shapes(objects, "lakes");
        result.disputed = shapes(objects, "disputed");
        return result;
    }

    LonLat pair(const json& value) const {
        const LonLat result{value.at(0).get<double>(), value.at(1).get<double>()};
        if (!std::isfinite(result.lon) || !std::isfinite(result.lat)) {
            fail("a number of 'transform' is not finite");
        }
        return result;
    }

    std::vector<SphereLine> decoded(std::string_view text) const {
        std::vector<SphereLine> arcs;
        SphereLine line;
        double x = 0;
        double y = 0;
        const auto point = [&](double px, double py) {
            x = quantised_ ? x + px : px;
            y = quantised_ ? y + py : py;
            line.push_back(checked(quantised_ ? LonLat{x * scale_.lon + translate_.lon,
                                                       y * scale_.lat + translate_.lat}
                                              : LonLat{x, y}));
        };
        const auto arc = [&] {
            if (line.size() < 2) {
                fail(fmt::format("arc {} has {} points; expected at least 2 positions", arcs.size(),
                                 line.size()));
            }
            arcs.emplace_back(line);
            line.clear();
            x = 0;
            y = 0;
        };
        if (!ArcScanner(text).scan(point, arc)) {
            fail(fmt::format("arc {}: expected an array of positions [x, y]", arcs.size()));
        }
        return arcs;
    }

    LonLat checked(LonLat p) const {
        // A hair beyond the edge is rounding of the quantised grid.
        constexpr double kSlack = 1e-6;
        if (!(std::abs(p.lon) <= 180 + kSlack) || !(std::abs(p.lat) <= 90 + kSlack)) {
            fail(fmt::format("position ({}, {}) is off the globe", p.lon, p.lat));
        }
        return {normalized_lon(p.lon), std::fmin(90, std::fmax(-90, p.lat))};
    }

    std::vector<TopoShape> shapes(const json& objects, const char* key) const {
        std::vector<TopoShape> result;
        if (!objects.contains(key)) {
            return result;
        }
        for (const json& geometry : objects.at(key).at("geometries")) {
            result.push_back(shape(geometry));
        }
        return result;
    }

    TopoShape shape(const json& geometry) const {
        TopoShape result;
        result.id = text_of(geometry, "id");
        if (geometry.contains("properties")) {
            const json& properties = geometry.at("properties");
            result.iso2 = text_of(properties, "iso2");
            result.country = text_of(properties, "country");
            result.name = text_of(properties, "name");
        }
        const auto type = geometry.value("type", "");
        if (type == "Polygon") {
            result.polygons.push_back(rings(geometry.at("arcs")));
        } else if (type == "MultiPolygon") {
            for (const json& polygon : geometry.at("arcs")) {
                result.polygons.push_back(rings(polygon));
            }
        } else if (type == "LineString") {
            result.lines.push_back(indices(geometry.at("arcs")));
        } else if (type == "MultiLineString") {
            result.lines = rings(geometry.at("arcs"));
        } else {
            fail(fmt::format("geometry of type '{}'; expected polygons or lines", type));
        }
        return result;
    }

    static std::string text_of(const json& object, const char* key) {
        const auto found = object.find(key);
        return found != object.end() && found->is_string() ? found->get<std::string>() : "";
    }

    std::vector<ArcRing> rings(const json& value) const {
        std::vector<ArcRing> result;
        for (const json& ring : value) {
            result.push_back(indices(ring));
        }
        return result;
    }

    ArcRing indices(const json& value) const {
        ArcRing result;
        for (const json& index : value) {
            if (!index.is_number_integer()) {
                fail("an arc index is not a whole number");
            }
            const auto given = index.get<std::int64_t>();
            const std::int64_t forward = given < 0 ? ~given : given;
            if (forward >= static_cast<std::int64_t>(arc_count_)) {
                fail(fmt::format("arc {} does not exist; there are {}", given, arc_count_));
            }
            result.push_back(static_cast<std::int32_t>(given));
        }
        if (result.empty()) {
            fail("a ring or line without arcs");
        }
        return result;
    }

    std::string name_;
    LonLat scale_{1, 1};
    LonLat translate_{0, 0};
    bool quantised_ = false;
    std::size_t arc_count_ = 0;
};

// Arcs of one ring or the other: those that both run along, one each way, are inside.
ArcRing apart(const ArcRing& a, const ArcRing& b) {
    const auto lacks = [](const ArcRing& ring, std::int32_t arc) {
        return std::find(ring.begin(), ring.end(), ~arc) == ring.end();
    };
    ArcRing result;
    std::copy_if(a.begin(), a.end(), std::back_inserter(result),
                 [&](std::int32_t arc) { return lacks(b, arc); });
    std::copy_if(b.begin(), b.end(), std::back_inserter(result),
                 [&](std::int32_t arc) { return lacks(a, arc); });
    return result;
}

bool share_arcs(const std::vector<ArcRing>& a, const std::vector<ArcRing>& b) {
    if (a.empty() || b.empty() || a.front().size() < 2 || b.front().size() < 2) {
        return false;  // an island is one arc
    }
    return apart(a.front(), b.front()).size() < a.front().size() + b.front().size();
}

// Rings of arcs in any order, each joined to one that begins where it ends.
std::vector<ArcRing> stitched(ArcRing left, const std::vector<SphereLine>& arcs) {
    const auto line = [&](std::int32_t arc) -> const SphereLine& {
        return arcs[static_cast<std::size_t>(arc < 0 ? ~arc : arc)];
    };
    const auto begin = [&](std::int32_t arc) {
        return arc < 0 ? line(arc).back() : line(arc).front();
    };
    const auto end = [&](std::int32_t arc) { return begin(~arc); };
    std::vector<ArcRing> rings;
    while (!left.empty()) {
        ArcRing ring{left.front()};
        left.erase(left.begin());
        const auto goes_on = [&](std::int32_t arc) { return begin(arc) == end(ring.back()); };
        for (auto next = std::ranges::find_if(left, goes_on); next != left.end();
             next = std::ranges::find_if(left, goes_on)) {
            ring.push_back(*next);
            left.erase(next);
        }
        rings.push_back(std::move(ring));
    }
    return rings;
}

}  // namespace

SphereLine Topology::line(const ArcRing& arcs_of_line) const {
    SphereLine result;
    const auto push = [&](LonLat p) {
        if (result.empty() || !(result.back() == p)) {
            result.push_back(p);
        }
    };
    for (const std::int32_t index : arcs_of_line) {
        const bool backwards = index < 0;
        const auto& arc = arcs[static_cast<std::size_t>(backwards ? ~index : index)];
        if (backwards) {
            std::for_each(arc.rbegin(), arc.rend(), push);
        } else {
            std::for_each(arc.begin(), arc.end(), push);
        }
    }
    return result;
}

SphereRing Topology::ring(const ArcRing& arcs_of_ring) const {
    SphereRing result = line(arcs_of_ring);
    if (result.size() > 1 && result.front() == result.back()) {
        result.pop_back();
    }
    return result;
}

std::vector<SpherePolygon> Topology::polygons(const TopoShape& shape) const {
    std::vector<SpherePolygon> result;
    for (const auto& polygon : shape.polygons) {
        SpherePolygon rings;
        for (const auto& arcs_of_ring : polygon) {
            rings.push_back(ring(arcs_of_ring));
        }
        if (!rings.empty() && rings.front().size() >= 3) {
            result.push_back(std::move(rings));
        }
    }
    return result;
}

void Topology::dissolve(TopoShape& shape) const {
    auto& polygons = shape.polygons;
    for (std::size_t i = 0; i < polygons.size(); ++i) {
        for (std::size_t j = i + 1; j < polygons.size();) {
            if (!share_arcs(polygons[i], polygons[j])) {
                ++j;
                continue;
            }
            ArcRing edge = apart(polygons[i].front(), polygons[j].front());
            std::vector<ArcRing> rings = stitched(std::move(edge), arcs);
            // The outermost encloses the rest.
            std::ranges::stable_sort(rings, std::ranges::greater{}, [&](const ArcRing& arcs_of) {
                return std::abs(signed_area_m2(ring(arcs_of)));
            });
            for (auto* polygon : {&polygons[i], &polygons[j]}) {
                std::move(polygon->begin() + 1, polygon->end(), std::back_inserter(rings));
            }
            polygons[i] = std::move(rings);
            polygons.erase(polygons.begin() + static_cast<std::ptrdiff_t>(j));
            j = i + 1;  // what is larger now may touch what was passed by
        }
    }
}

Topology parse_topojson(const std::string& name, const std::string& text) {
    return Reader(name).read(text);
}

Topology read_topojson(const std::filesystem::path& file) {
    return parse_topojson(file.string(), read_file(file, kLimitBytes));
}

}  // namespace footprint::geo
