// The dated backbone of the world's networks: landing points, hubs, cables, land routes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/diagnostic.h"
#include "geo/atlas/access_areas.h"
#include "geo/atlas/atlas.h"
#include "geo/sphere/lonlat.h"

namespace footprint::sim {

using BackboneNodeIndex = std::uint32_t;
using CableIndex = std::uint32_t;
inline constexpr CableIndex kNoCable = 0xFFFFFFFF;

struct BackboneNode {
    std::string name;
    std::string country;  // ISO alpha-2; empty at sea
    geo::LonLat position;
    bool at_sea = false;     // a bend or branching unit of a cable
    std::uint16_t area = 0;  // of Backbone::areas(): the price of land is learned by it
    geo::CountryIndex country_index = geo::kNoCountry;
    geo::AccessAreaIndex land = geo::kNoArea;  // what it can be reached from over land
};

// cable: drawn length of a submarine segment. route: a land route, bridge or tunnel from the facts.
// link: a neighbour on the same landmass, not across a closed border.
enum class BackboneEdgeKind : std::uint8_t { cable, route, link };

struct BackboneEdge {
    BackboneNodeIndex from = 0;
    BackboneNodeIndex to = 0;
    double km = 0;
    BackboneEdgeKind kind = BackboneEdgeKind::cable;
    CableIndex cable = kNoCable;
    Date opens;   // 1 July of the year in service; a planned one's last day of the year
    Date closes;  // excluded
};

// Where a place stands: what it may be linked to over land.
struct LandPlace {
    geo::CountryIndex country = geo::kNoCountry;
    geo::AccessAreaIndex land = geo::kNoArea;
};

struct Cable {
    std::string name;
    bool planned = false;
    bool private_use = true;  // false: providers' own traffic between regions leaves it alone
};

struct Chokepoint {
    std::string name;
    std::vector<std::string> keys;  // "red-sea"; one key may stand for several places
    geo::LonLat position;
    double radius_km = 0;
};

// Cables that were out near a place for some time.
struct CableOutage {
    std::string name;
    geo::LonLat position;
    double radius_km = 0;
    Date begin;
    Date end;  // the last day
    std::vector<CableIndex> cables;
};

// What is taken away from the network of a date.
struct WhatIf {
    std::vector<std::string> without;  // "cable:NAME", "chokepoint:KEY"
    bool historic_outages = true;      // dated cuts of the facts count at their dates
    bool operator==(const WhatIf&) const = default;
};

// How countries let traffic pass: see backbone/transit_rules.csv.
enum class Transit : std::uint8_t { open, no_private, none };

class Backbone {
  public:
    // Reads cables.csv and backbone/*.csv, joins what has one name and country, adds links between
    // neighbours on land. `atlas` needs shapes. `more` are further cable tables (columns of
    // cables.csv; `km` drawn or planned length). Throws Error (invalid) that lists the faults with
    // file and line: a negative length, a year before 1980, an unknown country, one name at two
    // places. About 0.3 s.
    static Backbone load(const std::filesystem::path& datasets, const geo::Atlas& atlas,
                         std::span<const std::filesystem::path> more = {});

    std::span<const BackboneNode> nodes() const { return nodes_; }
    std::span<const BackboneEdge> edges() const { return edges_; }
    std::span<const Cable> cables() const { return cables_; }
    std::span<const Chokepoint> chokepoints() const { return chokepoints_; }
    std::span<const CableOutage> outages() const { return outages_; }
    std::span<const std::string> areas() const { return areas_; }
    const geo::Atlas& atlas() const { return atlas_; }
    const geo::AccessAreas& access_areas() const { return lands_; }
    // Country and land at a position; nothing when it is out at sea: farther than kShore_km from
    // the map's land and from every landing point, and farther than kInhabited_km from where people
    // live by the demand points (the map lacks the smallest islands). About 0.3 µs on land.
    static constexpr double kShore_km = geo::AccessAreas::kShore_m / 1000;
    static constexpr double kInhabited_km = 15;
    std::optional<LandPlace> land_place(geo::LonLat position) const;
    // The same for a place that is known to be a country's; always some land.
    LandPlace land_place(geo::LonLat position, geo::CountryIndex country) const;
    Date first_cable() const { return first_cable_; }

    Transit transit(geo::CountryIndex country) const;
    std::uint16_t area_of(geo::CountryIndex country) const;
    // May a link over land lead from one country to the other?
    bool may_link(geo::CountryIndex a, geo::CountryIndex b) const;

    // Throws Error (usage) with the nearest name.
    CableIndex require_cable(std::string_view name) const;

    // Is each edge there on a day? Throws Error (usage) when `what_if` names what does not exist,
    // or when the day is before the first cable.
    std::vector<bool> in_service(Date date, const WhatIf& what_if) const;

    // Days on which in_service() is another than the day before, whatever is taken away; ascending.
    std::vector<Date> changes() const;

    // Faults that do not stop work: pieces of the network that nothing joins to the rest.
    const Diagnostics& warnings() const { return warnings_; }

  private:
    friend class BackboneLoader;
    Backbone(const std::filesystem::path& datasets, const geo::Atlas& atlas);  // no nodes yet
    void remove(std::string_view what, std::vector<bool>& live) const;

    // The node on land that is nearest to a position, and the cosine of the angle between;
    // nodes().size() and -2 where there is none.
    std::pair<BackboneNodeIndex, double> nearest_node(geo::LonLat position) const;

    geo::Atlas atlas_;
    geo::AccessAreas lands_;
    // Demand points are read when a position off the map's land is first asked for.
    struct Inhabited;
    std::shared_ptr<Inhabited> inhabited_;

    std::vector<BackboneNode> nodes_;
    std::vector<geo::Vec3> node_unit_;
    std::vector<BackboneEdge> edges_;
    std::vector<Cable> cables_;
    std::map<std::string, CableIndex> cable_by_name_;  // folded
    std::vector<Chokepoint> chokepoints_;
    std::vector<CableOutage> outages_;
    std::vector<std::string> areas_;
    std::vector<std::uint16_t> area_of_country_;
    std::vector<Transit> transit_;
    std::vector<std::uint8_t> linked_;  // countries × countries
    Date first_cable_;
    Diagnostics warnings_;
};

// The red-sea cuts of September 2025 as they would be with every cable there gone, and others.
struct WhatIfPreset {
    std::string name;
    std::string summary;
    std::vector<std::string> without;
};
std::span<const WhatIfPreset> what_if_presets();

}  // namespace footprint::sim
