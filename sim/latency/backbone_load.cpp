// Reading the backbone's tables: cables, hubs, land routes, rules of transit, chokepoints, outages.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"
#include "geo/sphere/geodesic.h"
#include "sim/latency/backbone.h"
#include "sim/latency/land_links.h"

namespace footprint::sim {
namespace {

constexpr int kFirstYear = 1980;
constexpr int kLastYear = 2100;
constexpr double kOnePlace_km = 60;  // one name and country within it is one landing point
constexpr double kMost_km = 20'000;
const Date kNever = Date::from_ymd(2199, 1, 1);

double km_between(geo::LonLat a, geo::LonLat b) {
    return geo::fast_distance_m(a, b) / 1000;
}

// ISO codes of lands that the base map draws as parts of another country.
std::string_view mapped_country(std::string_view code) {
    return code == "AX" ? "FI" : code == "BQ" ? "NL" : code == "SJ" ? "NO" : code;
}

}  // namespace

// Reads the tables into a backbone; gathers faults and throws them together.
class BackboneLoader {
  public:
    BackboneLoader(Backbone& backbone, const std::filesystem::path& datasets)
        : b_(backbone), folder_(datasets) {}

    void load(std::span<const std::filesystem::path> more) {
        name_areas();
        read_cables(folder_ / "cables.csv", false);
        read_cables(folder_ / "backbone" / "cables_more.csv", false);
        for (const auto& file : more) {
            read_cables(file, true);
        }
        read_hubs();
        read_routes("land_routes.csv");
        read_routes("island_links.csv");
        read_rules();
        read_use();
        read_chokepoints();
        stop_on_faults();
        for (auto& node : b_.nodes_) {
            b_.node_unit_.push_back(geo::unit_vector(node.position));
            if (!node.at_sea) {
                node.land = b_.lands_.at(node.position, node.country_index);
            }
        }
        const auto links = land_links(b_);
        b_.edges_.insert(b_.edges_.end(), links.begin(), links.end());
        find_first_cable();
        find_loose_pieces();
    }

  private:
    struct Columns {
        const CsvReader& reader;
        std::string_view operator()(std::string_view name) const {
            return reader.field(reader.column(name));
        }
    };

    void fault(const CsvReader& reader, std::string_view field, std::string_view value,
               std::string message, std::string hint = {}) {
        Diagnostic d;
        d.code = "backbone-row";
        d.file = reader.name();
        d.line = reader.line();
        d.field = field;
        d.value = value;
        d.message = std::move(message);
        d.hint = std::move(hint);
        faults_.push_back(std::move(d));
    }

    void keep_faults(const CsvReader& reader) {
        const auto& d = reader.diagnostics();
        faults_.insert(faults_.end(), d.begin(), d.end());
    }

    void require_columns(const CsvReader& reader, std::initializer_list<const char*> names) {
        for (const auto* name : names) {
            if (!reader.column(name)) {
                throw Error(ExitCode::invalid,
                            fmt::format("{}: column '{}' is missing; expected {}", reader.name(),
                                        name, fmt::join(names, ", ")));
            }
        }
    }

    void stop_on_faults() const {
        if (has_errors(faults_)) {
            throw Error(ExitCode::invalid, format(faults_, 20));
        }
    }

    // Land is priced by UN subregion: few enough to learn, uniform enough to mean something.
    void name_areas() {
        const auto countries = b_.atlas_.countries();
        b_.transit_.assign(countries.size(), Transit::open);
        for (const auto& country : countries) {
            const std::string area = country.subregion.empty() ? "elsewhere" : country.subregion;
            auto it = std::find(b_.areas_.begin(), b_.areas_.end(), area);
            if (it == b_.areas_.end()) {
                it = b_.areas_.insert(b_.areas_.end(), area);
            }
            b_.area_of_country_.push_back(
                static_cast<std::uint16_t>(std::distance(b_.areas_.begin(), it)));
        }
    }

    std::optional<double> number(const CsvReader& reader, std::string_view field, double low,
                                 double high) {
        const auto text = reader.field(reader.column(field));
        const auto value = parse_number(text);
        if (!value || *value < low || *value > high) {
            fault(reader, field, text, fmt::format("expected a number from {} to {}", low, high));
            return std::nullopt;
        }
        return value;
    }

    std::optional<int> year(const CsvReader& reader, std::string_view field, bool may_be_empty) {
        const auto text = reader.field(reader.column(field));
        if (text.empty() && may_be_empty) {
            return std::nullopt;
        }
        const auto value = parse_integer(text);
        if (!value || *value < kFirstYear || *value > kLastYear) {
            fault(reader, field, text,
                  fmt::format("expected a year from {} to {}", kFirstYear, kLastYear));
            return std::nullopt;
        }
        return static_cast<int>(*value);
    }

    std::optional<geo::LonLat> position(const CsvReader& reader, std::string_view prefix) {
        const auto lon = number(reader, fmt::format("{}lon", prefix), -180, 180);
        const auto lat = number(reader, fmt::format("{}lat", prefix), -90, 90);
        if (!lon || !lat) {
            return std::nullopt;
        }
        return geo::LonLat{geo::normalized_lon(*lon), *lat};
    }

    // One node for one name and country (at sea: one name and cable).
    std::optional<BackboneNodeIndex> node(const CsvReader& reader, std::string_view name_field,
                                          std::string_view country_field, std::string_view prefix,
                                          std::string_view cable) {
        const std::string name(reader.field(reader.column(name_field)));
        const auto at = position(reader, prefix);
        if (name.empty()) {
            fault(reader, name_field, name, "a point needs a name");
            return std::nullopt;
        }
        if (!at) {
            return std::nullopt;
        }
        const bool at_sea = name.front() == '~';
        BackboneNode made{name, std::string(reader.field(reader.column(country_field))), *at,
                          at_sea};
        if (!at_sea) {
            const auto country = b_.atlas_.find_country(mapped_country(made.country));
            if (made.country.size() != 2 || !country) {
                fault(reader, country_field, made.country,
                      "expected the ISO 3166 alpha-2 code of a country",
                      "points at sea have a name that begins with ~");
                return std::nullopt;
            }
            made.country_index = *country;
            made.area = b_.area_of_country_[*country];
        }
        const auto key =
            at_sea ? fmt::format("{}@{}", name, cable) : fmt::format("{},{}", name, made.country);
        const auto [it, is_new] =
            by_key_.emplace(key, static_cast<BackboneNodeIndex>(b_.nodes_.size()));
        if (is_new) {
            b_.nodes_.push_back(std::move(made));
            return it->second;
        }
        const double apart_km = km_between(b_.nodes_[it->second].position, *at);
        if (apart_km > kOnePlace_km) {
            fault(reader, name_field, name,
                  fmt::format("stands {:.0f} km from where another row has it", apart_km),
                  "one name and country is one landing point: rename one of the two");
            return std::nullopt;
        }
        return it->second;
    }

    CableIndex cable(std::string_view name, bool planned) {
        const auto [it, is_new] =
            b_.cable_by_name_.emplace(folded(name), static_cast<CableIndex>(b_.cables_.size()));
        if (is_new) {
            b_.cables_.push_back({std::string(name), planned, true});
        } else if (!planned) {
            b_.cables_[it->second].planned = false;
        }
        return it->second;
    }

    void read_cables(const std::filesystem::path& file, bool asked_for) {
        CsvReader reader(file);
        require_columns(reader, {"cable", "from", "from_cc", "from_lon", "from_lat", "to", "to_cc",
                                 "to_lon", "to_lat", "km", "rfs_year"});
        const Columns field{reader};
        const bool has_drawn = reader.column("drawn_km").has_value();
        while (reader.next()) {
            const std::string name(field("cable"));
            if (name.empty()) {
                fault(reader, "cable", name, "a cable needs a name");
                continue;
            }
            const auto from = node(reader, "from", "from_cc", "from_", name);
            const auto to = node(reader, "to", "to_cc", "to_", name);
            const auto km = number(reader, has_drawn ? "drawn_km" : "km", 0, kMost_km);
            const auto opens = year(reader, "rfs_year", asked_for);
            const auto closes = year(reader, "retired_year", true);
            if (!from || !to || !km) {
                continue;
            }
            if (*from == *to) {
                fault(reader, "to", field("to"), "a segment needs two ends");
                continue;
            }
            const bool planned = field("status") == "planned";
            BackboneEdge edge;
            edge.from = *from;
            edge.to = *to;
            // No cable is shorter than the way between its ends.
            edge.km = std::max(*km, km_between(b_.nodes_[*from].position, b_.nodes_[*to].position));
            edge.cable = cable(name, planned);
            // A cable that was asked for (--with) is there at any date.
            edge.opens = asked_for ? Date::from_ymd(kFirstYear, 1, 1)
                         : planned ? Date::from_ymd(opens.value_or(kLastYear), 12, 31)
                                   : Date::from_ymd(opens.value_or(kLastYear), 7, 1);
            edge.closes = closes ? Date::from_ymd(*closes, 7, 1) : kNever;
            b_.edges_.push_back(edge);
        }
        keep_faults(reader);
    }

    void read_hubs() {
        CsvReader reader(folder_ / "backbone" / "hubs.csv");
        require_columns(reader, {"name", "cc", "lon", "lat"});
        while (reader.next()) {
            (void)node(reader, "name", "cc", "", "");
        }
        keep_faults(reader);
    }

    void link(geo::CountryIndex a, geo::CountryIndex b) {
        const std::size_t countries = b_.atlas_.countries().size();
        b_.linked_.resize(countries * countries, 0);
        if (a < countries && b < countries) {
            b_.linked_[a * countries + b] = 1;
            b_.linked_[b * countries + a] = 1;
        }
    }

    void read_routes(const char* file) {
        CsvReader reader(folder_ / "backbone" / file);
        require_columns(reader, {"from", "from_cc", "from_lon", "from_lat", "to", "to_cc", "to_lon",
                                 "to_lat", "km_estimate", "since_year", "kind"});
        const Columns field{reader};
        while (reader.next()) {
            const auto from = node(reader, "from", "from_cc", "from_", "");
            const auto to = node(reader, "to", "to_cc", "to_", "");
            const auto km = number(reader, "km_estimate", 0, kMost_km);
            if (!from || !to || !km || field("kind") == "blocked") {
                continue;
            }
            const auto since = year(reader, "since_year", false);
            if (!since) {
                continue;
            }
            const auto& a = b_.nodes_[*from];
            const auto& b = b_.nodes_[*to];
            link(a.country_index, b.country_index);
            BackboneEdge edge;
            edge.from = *from;
            edge.to = *to;
            edge.km = std::max(*km, km_between(a.position, b.position));
            edge.kind = BackboneEdgeKind::route;
            edge.opens = Date::from_ymd(*since, 1, 1);
            edge.closes = kNever;
            b_.edges_.push_back(edge);
        }
        keep_faults(reader);
    }

    void read_rules() {
        CsvReader reader(folder_ / "backbone" / "transit_rules.csv");
        require_columns(reader, {"country", "applies_to"});
        const Columns field{reader};
        while (reader.next()) {
            const auto country = b_.atlas_.find_country(field("country"));
            const auto to = field("applies_to");
            if (!country) {
                fault(reader, "country", field("country"), "no such country");
            } else if (to != "private" && to != "any") {
                fault(reader, "applies_to", to, "expected private or any");
            } else {
                b_.transit_[*country] = to == "any" ? Transit::none : Transit::no_private;
            }
        }
        keep_faults(reader);
    }

    void read_use() {
        CsvReader reader(folder_ / "backbone" / "cable_use.csv");
        require_columns(reader, {"cable", "not_for"});
        const Columns field{reader};
        while (reader.next()) {
            const auto it = b_.cable_by_name_.find(folded(field("cable")));
            if (it == b_.cable_by_name_.end()) {
                fault(reader, "cable", field("cable"), "no such cable in the cables' tables");
            } else {
                b_.cables_[it->second].private_use = false;
            }
        }
        keep_faults(reader);
    }

    void read_chokepoints() {
        CsvReader reader(folder_ / "backbone" / "chokepoints.csv");
        require_columns(reader, {"row_type", "name", "keys", "lon", "lat", "radius_km",
                                 "start_date", "end_date", "cables_affected"});
        const Columns field{reader};
        while (reader.next()) {
            const auto at = position(reader, "");
            const auto radius_km = number(reader, "radius_km", 1, 2000);
            if (!at || !radius_km) {
                continue;
            }
            if (field("row_type") == "chokepoint") {
                const auto keys = split(field("keys"), ';');
                if (keys.empty()) {
                    fault(reader, "keys", "", "a chokepoint needs a key, such as red-sea");
                }
                b_.chokepoints_.push_back({std::string(field("name")), keys, *at, *radius_km});
            } else {
                read_outage(reader, *at, *radius_km);
            }
        }
        keep_faults(reader);
    }

    void read_outage(const CsvReader& reader, geo::LonLat at, double radius_km) {
        const Columns field{reader};
        CableOutage outage{std::string(field("name")), at, radius_km, {}, {}, {}};
        try {
            outage.begin = parse_date_interval(field("start_date")).first_day();
            outage.end = parse_date_interval(field("end_date")).last_day();
        } catch (const Error& error) {
            fault(reader, "start_date", field("start_date"), error.what());
            return;
        }
        // Cables that the tables lack (a retired system, a land route) have nothing to take away.
        for (const auto& name : split(field("cables_affected"), ';')) {
            const auto it = b_.cable_by_name_.find(folded(name));
            if (it != b_.cable_by_name_.end()) {
                outage.cables.push_back(it->second);
            }
        }
        b_.outages_.push_back(std::move(outage));
    }

    void find_first_cable() {
        b_.first_cable_ = kNever;
        for (const auto& edge : b_.edges_) {
            if (edge.kind == BackboneEdgeKind::cable && edge.opens < b_.first_cable_ &&
                edge.opens > Date::from_ymd(kFirstYear, 1, 1)) {
                b_.first_cable_ = edge.opens;
            }
        }
    }

    // Pieces that nothing joins to the largest, whatever the date.
    void find_loose_pieces() {
        std::vector<std::uint32_t> parent(b_.nodes_.size());
        std::iota(parent.begin(), parent.end(), 0U);
        const auto root = [&](std::uint32_t i) {
            while (parent[i] != i) {
                i = parent[i] = parent[parent[i]];
            }
            return i;
        };
        for (const auto& edge : b_.edges_) {
            const auto a = root(edge.from);
            const auto b = root(edge.to);
            parent[std::max(a, b)] = std::min(a, b);
        }
        std::map<std::uint32_t, std::vector<BackboneNodeIndex>> pieces;
        for (BackboneNodeIndex i = 0; i < b_.nodes_.size(); ++i) {
            pieces[root(i)].push_back(i);
        }
        const auto largest = std::max_element(
            pieces.begin(), pieces.end(),
            [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
        for (auto it = pieces.begin(); it != pieces.end(); ++it) {
            if (it != largest) {
                warn_loose(it->second);
            }
        }
    }

    void warn_loose(const std::vector<BackboneNodeIndex>& piece) {
        std::vector<std::string> names;
        for (const auto i : piece) {
            names.push_back(fmt::format("{} ({})", b_.nodes_[i].name, b_.nodes_[i].country));
            if (names.size() == 4) {
                break;
            }
        }
        Diagnostic d;
        d.severity = Severity::warning;
        d.code = "loose-piece";
        d.message = fmt::format("{} point(s) of the backbone join nothing else: {}{}", piece.size(),
                                join(names, ", "), piece.size() > names.size() ? ", …" : "");
        b_.warnings_.push_back(std::move(d));
    }

    Backbone& b_;
    std::filesystem::path folder_;
    std::map<std::string, BackboneNodeIndex> by_key_;
    Diagnostics faults_;
};

Backbone Backbone::load(const std::filesystem::path& datasets, const geo::Atlas& atlas,
                        std::span<const std::filesystem::path> more) {
    Backbone backbone(datasets, atlas);
    BackboneLoader(backbone, datasets).load(more);
    return backbone;
}

}  // namespace footprint::sim
