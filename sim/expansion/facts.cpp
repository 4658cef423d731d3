#include "sim/expansion/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <utility>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"

namespace footprint::sim {
namespace {

const Date kAlways = Date::year_start(1900);
const Date kEdgesSeen = Date::year_start(2025);

// A table whose columns must exist; faults carry file and line.
class Table {
  public:
    Table(const std::filesystem::path& file, std::initializer_list<const char*> columns)
        : csv_(file) {
        for (const char* name : columns) {
            const auto column = csv_.column(name);
            if (!column) {
                throw Error(ExitCode::invalid,
                            fmt::format("{}: no column '{}'", csv_.name(), name));
            }
            columns_[name] = column;
        }
    }
    bool next() {
        const bool more = csv_.next();
        if (!more && has_errors(csv_.diagnostics())) {
            throw Error(ExitCode::invalid, format(csv_.diagnostics(), 5));
        }
        return more;
    }
    std::string text(const char* column) const {
        return std::string(csv_.field(columns_.at(column)));
    }
    std::optional<double> number(const char* column) const {
        const auto field = text(column);
        if (field.empty()) {
            return std::nullopt;
        }
        const auto value = parse_number(field);
        if (!value) {
            fail(column, field, "a number");
        }
        return value;
    }
    std::optional<DateInterval> date(const char* column) const {
        const auto field = text(column);
        if (field.empty()) {
            return std::nullopt;
        }
        try {
            return parse_date_interval(field);
        } catch (const Error&) {
            fail(column, field, "a date");
        }
    }
    geo::LonLat position() const {
        const auto lon = number("lon");
        const auto lat = number("lat");
        if (!lon || !lat) {
            fail("lon", text("lon"), "a position");
        }
        return {*lon, *lat};
    }
    [[noreturn]] void fail(const char* column, const std::string& value,
                           std::string_view expected) const {
        throw Error(ExitCode::invalid, fmt::format("{}:{}: {} is '{}'; expected {}", csv_.name(),
                                                   csv_.line(), column, value, expected));
    }

  private:
    CsvReader csv_;
    std::map<std::string, std::optional<std::size_t>> columns_;
};

std::vector<Announcement> read_announcements(const std::filesystem::path& file) {
    Table table(file, {"provider", "region_id", "announced", "announced_for", "opened", "kind",
                       "announcement_type", "outcome"});
    std::vector<Announcement> rows;
    std::vector<std::size_t> open_undated;
    Date latest = kAlways;
    while (table.next()) {
        const auto announced = table.date("announced");
        if (!announced) {
            continue;
        }
        Announcement row;
        row.provider = table.text("provider");
        row.region_id = table.text("region_id");
        row.known_from = announced->last_day();
        row.promised = table.date("announced_for");
        row.opened = table.date("opened");
        const auto kind = table.text("kind");
        row.kind = kind == "own campus"          ? std::optional(BuildKind::campus)
                   : kind == "leased/colocation" ? std::optional(BuildKind::leased)
                   : kind == "joint venture"     ? std::optional(BuildKind::joint)
                                                 : std::nullopt;
        row.in_advance = table.text("announcement_type") == "advance";
        const auto outcome = table.text("outcome");
        row.given_up = outcome.starts_with("cancelled") || outcome.starts_with("dropped");
        latest = std::max({latest, row.known_from, row.opened ? row.opened->begin : latest});
        if (!row.opened && outcome.starts_with("open")) {
            open_undated.push_back(rows.size());
        }
        rows.push_back(std::move(row));
    }
    // The table is no older than the latest thing that it tells: those were open by then.
    for (const auto index : open_undated) {
        rows[index].open_since = latest;
    }
    return rows;
}

// "2024", "FY2024", "2025-Q1", "FY2026-Q2", "2025-2028", "2024-10/2025-09", "2026-05". Fiscal years
// end in June (Microsoft), May (Oracle) and March (Alibaba).
std::optional<std::pair<Date, Date>> period_of(std::string text, const std::string& provider) {
    const bool fiscal = text.starts_with("FY");
    if (fiscal) {
        text = text.substr(2);
    }
    const int last_month = provider == "azure"     ? 6
                           : provider == "oracle"  ? 5
                           : provider == "alibaba" ? 3
                                                   : 12;
    if (const auto slash = text.find('/'); slash != std::string::npos) {
        return std::pair(parse_date_interval(text.substr(0, slash)).begin,
                         parse_date_interval(text.substr(slash + 1)).end);
    }
    const auto year = parse_integer(text.substr(0, 4));
    if (!year || *year < 1990 || *year > 2100) {
        return std::nullopt;
    }
    const int y = static_cast<int>(*year);
    const Date begin =
        fiscal ? Date::year_start(y).plus_months(last_month - 12) : Date::year_start(y);
    if (text.size() == 4) {
        return std::pair(begin, begin.plus_months(12));
    }
    if (const auto quarter = text.find('Q'); quarter != std::string::npos) {
        const auto number = parse_integer(text.substr(quarter + 1));
        if (!number || *number < 1 || *number > 4) {
            return std::nullopt;
        }
        const Date from = begin.plus_months(3 * (static_cast<int>(*number) - 1));
        return std::pair(from, from.plus_months(3));
    }
    if (text.size() == 9) {
        const auto last = parse_integer(text.substr(5));
        return last ? std::optional(std::pair(begin, Date::year_start(static_cast<int>(*last))))
                    : std::nullopt;
    }
    const auto exact = parse_date_interval(text);
    return std::pair(exact.begin, exact.end);
}

std::vector<CapitalRow> read_capital(const std::filesystem::path& file) {
    Table table(file, {"provider", "period", "kind", "scope", "usd_estimate"});
    std::vector<CapitalRow> rows;
    while (table.next()) {
        const auto kind = table.text("kind");
        const auto usd = table.number("usd_estimate");
        const bool is_plan = kind == "announced plan";
        if ((kind != "capex" && !is_plan) || !usd || table.text("scope") != "whole company") {
            continue;
        }
        const auto period = period_of(table.text("period"), table.text("provider"));
        if (!period) {
            table.fail("period", table.text("period"), "a year, quarter or span of years");
        }
        rows.push_back({table.text("provider"), is_plan ? period->first : period->second,
                        period->first, period->second, *usd, is_plan});
    }
    return rows;
}

std::vector<ShareRow> read_shares(const std::filesystem::path& file) {
    Table table(file, {"provider", "share_percent", "scope", "period", "analyst"});
    std::vector<ShareRow> rows;
    while (table.next()) {
        const auto scope = table.text("scope");
        const auto analyst = table.text("analyst");
        const bool world = scope == "world IaaS/PaaS/hosted private cloud" && analyst == "Synergy";
        const bool china = scope == "mainland China";  // Canalys, since 2025 part of Omdia
        const auto share = table.number("share_percent");
        if ((!world && !china) || !share || table.text("provider").empty()) {
            continue;
        }
        const auto period = period_of(table.text("period"), "");
        if (!period) {
            table.fail("period", table.text("period"), "a year or quarter");
        }
        rows.push_back(
            {table.text("provider"), period->second.plus_days(-1), *share / 100, china, analyst});
    }
    return rows;
}

// Amazon, Microsoft and Google together in Europe, by Synergy.
std::vector<ShareRow> read_shares_apart(const std::filesystem::path& file) {
    Table table(file, {"company", "share_percent", "scope", "period", "analyst"});
    std::vector<ShareRow> rows;
    while (table.next()) {
        const auto share = table.number("share_percent");
        const auto period = period_of(table.text("period"), "");
        const bool wanted = table.text("company") == "amazon+microsoft+google" &&
                            table.text("scope") == "Europe" && table.text("analyst") == "Synergy";
        if (wanted && share && period) {
            rows.push_back({"", period->second.plus_days(-1), *share / 100, false, "Synergy"});
        }
    }
    return rows;
}

std::vector<Rule> read_rules(const std::filesystem::path& file) {
    Table table(file, {"country", "rule", "affects", "from_date", "to_date", "strength", "note"});
    std::vector<Rule> rows;
    while (table.next()) {
        const auto from = table.date("from_date");
        const auto kind = parse_rule_kind(table.text("rule"));
        if (!kind) {
            table.fail("rule", table.text("rule"), "a rule that is known here");
        }
        if (!from) {
            continue;
        }
        Rule rule;
        rule.country = table.text("country");
        rule.kind = *kind;
        rule.affects = table.text("affects");
        rule.from = from->last_day();
        if (const auto to = table.date("to_date")) {
            rule.to = to->begin;
        }
        rule.hard = table.text("strength") == "hard";
        rule.source = table.text("note");
        rows.push_back(std::move(rule));
    }
    return rows;
}

std::vector<CostRow> read_costs(const std::filesystem::path& file) {
    Table table(file, {"metric", "country", "value_mid", "unit", "year"});
    std::vector<CostRow> rows;
    while (table.next()) {
        const auto value = table.number("value_mid");
        if (table.text("metric") != "construction cost" || table.text("country").empty() ||
            !value || table.text("unit") != "million USD per MW") {
            continue;
        }
        const auto year = table.date("year");
        rows.push_back({table.text("country"), year ? year->begin : kAlways, *value});
    }
    return rows;
}

std::vector<Metro> read_metros(const std::filesystem::path& file) {
    Table table(file, {"city", "country", "lon", "lat", "metric", "value"});
    std::vector<Metro> rows;
    std::map<std::pair<std::string, std::string>, std::size_t> seen;
    while (table.next()) {
        const auto key = std::pair(table.text("country"), table.text("city"));
        auto [at, fresh] = seen.emplace(key, rows.size());
        if (fresh) {
            rows.push_back({key.second, key.first, table.position(), 0, kAlways, false});
        }
        if (table.text("metric") == "city_population") {
            rows[at->second].people = table.number("value").value_or(0);
        }
        if (table.text("metric") == "cloudfront_edge_city") {
            rows[at->second].has_edge = true;
        }
    }
    return rows;
}

std::vector<Hub> read_hubs(const std::filesystem::path& file) {
    Table table(file, {"hub", "city", "lon", "lat", "role", "approval_date", "pue_target_max",
                       "green_power_target_pct", "latency_target_ms"});
    std::vector<Hub> rows;
    while (table.next()) {
        const auto approved = table.date("approval_date");
        rows.push_back({table.text("city"), table.text("hub"), table.position(),
                        table.text("role") == "supply", approved ? approved->last_day() : kAlways,
                        table.number("pue_target_max").value_or(0),
                        table.number("green_power_target_pct").value_or(0),
                        table.number("latency_target_ms").value_or(0)});
    }
    return rows;
}

template <class Row>
std::vector<Row> known(const std::vector<Row>& rows, Date date) {
    std::vector<Row> result;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(result),
                 [&](const Row& row) { return row.known_from <= date; });
    return result;
}

void require(bool known, std::string_view what, Date from, Date date) {
    if (!known) {
        throw Error(ExitCode::failed,
                    fmt::format("a simulation that starts on {} was given {}, known only from {}",
                                date.iso(), what, from.iso()));
    }
}

}  // namespace

std::string_view to_string(BuildKind kind) {
    switch (kind) {
        case BuildKind::campus:
            return "campus";
        case BuildKind::leased:
            return "leased";
        case BuildKind::joint:
            return "joint-venture";
    }
    return "campus";
}

std::optional<BuildKind> parse_build_kind(std::string_view text) {
    for (const auto kind : {BuildKind::campus, BuildKind::leased, BuildKind::joint}) {
        if (to_string(kind) == text) {
            return kind;
        }
    }
    return std::nullopt;
}

std::string_view to_string(RuleKind kind) {
    switch (kind) {
        case RuleKind::residency:
            return "data residency";
        case RuleKind::sovereign:
            return "sovereign cloud requirement";
        case RuleKind::ban:
            return "ban on providers of bloc";
        case RuleKind::build_limit:
            return "build limit";
        case RuleKind::export_control:
            return "export control";
    }
    return "data residency";
}

std::optional<RuleKind> parse_rule_kind(std::string_view text) {
    for (const auto kind : {RuleKind::residency, RuleKind::sovereign, RuleKind::ban,
                            RuleKind::build_limit, RuleKind::export_control}) {
        if (to_string(kind) == text) {
            return kind;
        }
    }
    return text == "ban" ? std::optional(RuleKind::ban) : std::nullopt;
}

Facts Facts::load(const std::filesystem::path& datasets) {
    Facts facts;
    facts.announcements = read_announcements(datasets / "announcements.csv");
    facts.capital = read_capital(datasets / "budgets.csv");
    facts.shares = read_shares(datasets / "market_shares.csv");
    facts.shares_apart = read_shares_apart(datasets / "market_shares.csv");
    facts.rules = read_rules(datasets / "policy_rules.csv");
    facts.costs = read_costs(datasets / "build_costs.csv");
    facts.metros = read_metros(datasets / "metros.csv");
    facts.hubs = read_hubs(datasets / "hubs.csv");
    return facts;
}

Facts Facts::known_at(Date date) const {
    Facts facts;
    facts.announcements = known(announcements, date);
    for (auto& row : facts.announcements) {
        // What became of it was not known then.
        if (row.opened && row.opened->last_day() > date) {
            row.opened.reset();
        }
        if (row.open_since && *row.open_since > date) {
            row.open_since.reset();
        }
        row.given_up = row.given_up && row.known_from.plus_months(36) <= date;
    }
    facts.capital = known(capital, date);
    facts.shares = known(shares, date);
    facts.shares_apart = known(shares_apart, date);
    std::copy_if(rules.begin(), rules.end(), std::back_inserter(facts.rules),
                 [&](const Rule& rule) { return rule.from <= date; });
    facts.costs = known(costs, date);
    facts.metros = known(metros, date);
    for (auto& metro : facts.metros) {
        metro.has_edge = metro.has_edge && date >= kEdgesSeen;
    }
    facts.hubs = known(hubs, date);
    return facts;
}

void Facts::require_known_by(Date date) const {
    for (const auto& row : announcements) {
        require(row.known_from <= date,
                fmt::format("the announcement of {} {}", row.provider, row.region_id),
                row.known_from, date);
        if (row.opened) {
            require(row.opened->last_day() <= date,
                    fmt::format("the opening of {} {}", row.provider, row.region_id),
                    row.opened->last_day(), date);
        }
        if (row.open_since) {
            require(*row.open_since <= date,
                    fmt::format("that {} {} is open", row.provider, row.region_id), *row.open_since,
                    date);
        }
    }
    for (const auto& row : capital) {
        require(row.known_from <= date, "capital spending of " + row.provider, row.known_from,
                date);
    }
    for (const auto& row : shares_apart) {
        require(row.known_from <= date, "a market share in Europe", row.known_from, date);
    }
    for (const auto& row : shares) {
        require(row.known_from <= date, "a market share of " + row.provider, row.known_from, date);
    }
    for (const auto& row : rules) {
        require(row.from <= date, "a rule of " + row.country, row.from, date);
    }
    for (const auto& row : costs) {
        require(row.known_from <= date, "building costs of " + row.country, row.known_from, date);
    }
    for (const auto& row : hubs) {
        require(row.known_from <= date, "the hub " + row.name, row.known_from, date);
    }
}

}  // namespace footprint::sim
