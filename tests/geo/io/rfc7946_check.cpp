#include "tests/geo/io/rfc7946_check.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace footprint::test {
namespace {

using nlohmann::json;

class Checker {
  public:
    void collection(const json& object) {
        if (object.value("type", "") != "FeatureCollection") {
            add("not a FeatureCollection");
            return;
        }
        no_crs(object);
        if (!object.contains("features") || !object["features"].is_array()) {
            add("no features array");
            return;
        }
        for (const json& f : object["features"]) {
            feature(f);
        }
        if (object.contains("bbox")) {
            box(object["bbox"]);
        }
    }

    std::vector<std::string> faults;

  private:
    void add(const std::string& fault) { faults.push_back(fault); }

    void no_crs(const json& object) {
        if (object.contains("crs")) {
            add("crs member");
        }
    }

    void feature(const json& f) {
        if (f.value("type", "") != "Feature") {
            add("not a Feature");
        }
        no_crs(f);
        if (!f.contains("properties") ||
            !(f["properties"].is_object() || f["properties"].is_null())) {
            add("properties is neither object nor null");
        }
        if (f.contains("id") && !(f["id"].is_number() || f["id"].is_string())) {
            add("id is neither number nor string");
        }
        if (!f.contains("geometry")) {
            add("no geometry member");
        } else if (!f["geometry"].is_null()) {
            geometry(f["geometry"]);
        }
        if (f.contains("bbox")) {
            box(f["bbox"]);
        }
    }

    void box(const json& b) {
        if (!b.is_array() || b.size() != 4) {
            add("bbox is not four numbers");
            return;
        }
        position({b[0], b[1]});
        position({b[2], b[3]});
        if (b[1].get<double>() > b[3].get<double>()) {
            add("bbox has south above north");
        }
    }

    void geometry(const json& g) {
        no_crs(g);
        const std::string type = g.value("type", "");
        const json& c = g.at("coordinates");
        if (type == "Point") {
            position(c);
        } else if (type == "MultiPoint") {
            each(c, [this](const json& p) { position(p); });
        } else if (type == "LineString") {
            line(c, 2);
        } else if (type == "MultiLineString") {
            each(c, [this](const json& l) { line(l, 2); });
        } else if (type == "Polygon") {
            polygon(c);
        } else if (type == "MultiPolygon") {
            each(c, [this](const json& p) { polygon(p); });
        } else {
            add("unknown geometry type '" + type + "'");
        }
    }

    void each(const json& list, const auto& check) {
        if (!list.is_array()) {
            add("coordinates are not an array");
            return;
        }
        for (const json& item : list) {
            check(item);
        }
    }

    void position(const json& p) {
        if (!p.is_array() || p.size() != 2 || !p[0].is_number() || !p[1].is_number()) {
            add("a position is not two numbers");
            return;
        }
        const double lon = p[0].get<double>();
        const double lat = p[1].get<double>();
        if (!std::isfinite(lon) || !std::isfinite(lat) || std::abs(lon) > 180 ||
            std::abs(lat) > 90) {
            add("a position is out of range: " + p.dump());
        }
    }

    void line(const json& l, std::size_t least) {
        if (!l.is_array() || l.size() < least) {
            add("a line or ring has too few positions");
            return;
        }
        each(l, [this](const json& p) { position(p); });
        for (std::size_t i = 1; i < l.size(); ++i) {
            if (std::abs(l[i][0].get<double>() - l[i - 1][0].get<double>()) > 180) {
                add("a step crosses ±180°");
            }
        }
    }

    void polygon(const json& rings) {
        bool outer = true;
        each(rings, [&](const json& ring) {
            line(ring, 4);
            if (ring.front() != ring.back()) {
                add("an open ring");
            }
            double area = 0;
            for (std::size_t i = 1; i < ring.size(); ++i) {
                area += ring[i - 1][0].get<double>() * ring[i][1].get<double>() -
                        ring[i][0].get<double>() * ring[i - 1][1].get<double>();
            }
            if (std::abs(area) > 1e-9 && (area > 0) != outer) {
                add(outer ? "an outer ring is clockwise" : "a hole is counter-clockwise");
            }
            outer = false;
        });
    }

  public:
    // Duplicate members are silently merged by parsers, so they are caught while parsing.
    json parse(const std::string& text) {
        std::vector<std::set<std::string>> members;
        const json::parser_callback_t watch = [&](int, json::parse_event_t event, json& value) {
            if (event == json::parse_event_t::object_start) {
                members.emplace_back();
            } else if (event == json::parse_event_t::object_end) {
                members.pop_back();
            } else if (event == json::parse_event_t::key &&
                       !members.back().insert(value.get<std::string>()).second) {
                add("duplicate member " + value.dump());
            }
            return true;
        };
        return json::parse(text, watch);
    }
};

}  // namespace

std::vector<std::string> rfc7946_faults(const std::string& text) {
    if (text.starts_with("\xEF\xBB\xBF")) {
        return {"byte order mark"};
    }
    Checker checker;
    try {
        checker.collection(checker.parse(text));
    } catch (const std::exception& error) {
        checker.faults.emplace_back(error.what());
    }
    return checker.faults;
}

}  // namespace footprint::test
