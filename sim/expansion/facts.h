// The tables that the simulator reads besides the catalog, each row with the day from which it was
// known. A simulation that starts at a date may use no row that became known later.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "geo/sphere/lonlat.h"

namespace footprint::sim {

// How a region comes to be: on an own campus, in leased halls, or with a partner.
enum class BuildKind : std::uint8_t { campus, leased, joint };
inline constexpr std::size_t kBuildKinds = 3;
std::string_view to_string(BuildKind kind);  // "campus", "leased", "joint-venture"
std::optional<BuildKind> parse_build_kind(std::string_view text);

struct Announcement {
    std::string provider;
    std::string region_id;
    Date known_from;                       // the last day of what is known of the announcement
    std::optional<DateInterval> promised;  // for when
    std::optional<DateInterval> opened;
    std::optional<Date> open_since;  // at the latest, where it is open without a date
    std::optional<BuildKind> kind;
    bool in_advance = false;  // not announced on the day of opening
    bool given_up = false;    // cancelled or dropped
};

struct CapitalRow {
    std::string provider;
    Date known_from;  // a figure of a period is known after it, a plan on its first day
    Date begin;
    Date end;
    double usd = 0;
    bool is_plan = false;
};

struct ShareRow {
    std::string provider;
    Date known_from;   // the last day of its period
    double share = 0;  // 0 to 1
    bool in_china = false;
    std::string analyst;
};

enum class RuleKind : std::uint8_t { residency, sovereign, ban, build_limit, export_control };
std::string_view to_string(RuleKind kind);
std::optional<RuleKind> parse_rule_kind(std::string_view text);  // "ban" alone is a ban too

struct Rule {
    std::string country;  // an area: ISO alpha-2, "EU", "asean", …
    RuleKind kind = RuleKind::residency;
    std::string affects;  // all, foreign, non-eu, a bloc (us, cn, eu), or a provider
    Date from;            // also when it is known
    std::optional<Date> to;
    bool hard = false;
    std::string source;
    std::string where;  // "line:column" in the scenario; empty for those of policy_rules.csv
    std::string where_affects;
    bool in_force(Date date) const { return from <= date && (!to || date < *to); }
};

struct CostRow {
    std::string country;
    Date known_from;
    double usd_m_per_mw = 0;
};

struct Metro {
    std::string name;
    std::string country;
    geo::LonLat position;
    double people = 0;
    Date known_from;        // undated things of geography are known from the first date
    bool has_edge = false;  // of a content network, as of 2025: a check of demand, no more
};

struct Hub {
    std::string name;
    std::string hub;
    geo::LonLat position;
    bool supplies = false;  // a western hub of supply; else one of demand
    Date known_from;        // its approval
    // What was approved: power use effectiveness at most, share of green power, and the delay to
    // its customers one way.
    double pue_most = 0;
    double green_power_percent = 0;
    double one_way_ms = 0;
};

struct Facts {
    std::vector<Announcement> announcements;
    std::vector<CapitalRow> capital;
    std::vector<ShareRow> shares;
    std::vector<ShareRow> shares_apart;  // of three providers in Europe: nothing is fitted to them
    std::vector<Rule> rules;
    std::vector<CostRow> costs;
    std::vector<Metro> metros;
    std::vector<Hub> hubs;

    // Reads the tables. Throws Error (invalid) that names file and line.
    static Facts load(const std::filesystem::path& datasets);
    // Only what was known on that day. Linear.
    Facts known_at(Date date) const;
    // Throws Error (failed) that names the first row known later than `date`: the guard that the
    // simulation calls before it begins.
    void require_known_by(Date date) const;
};

}  // namespace footprint::sim
