// The only file that knows the TOML parser.
#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "sim/expansion/scenario.h"
#include "sim/expansion/scenario_json.h"
#include "sim/expansion/settings.h"

namespace footprint::sim {
namespace {

constexpr std::size_t kMostBytes = std::size_t{4} << 20;
constexpr int kSchemaVersion = 1;

[[noreturn]] void fail(const std::string& file, const toml::source_region& where,
                       const std::string& message) {
    throw Error(ExitCode::invalid,
                fmt::format("{}:{}:{}: {}", file, where.begin.line, where.begin.column, message));
}

// One table of the file: reads keys, and says which were never asked for.
class Section {
  public:
    Section(const std::string& file, std::string path, const toml::table& table)
        : file_(&file), path_(std::move(path)), table_(&table) {}

    const toml::node* find(const std::string& key) {
        known_.insert(key);
        return table_->get(key);
    }
    const toml::node& require(const std::string& key) {
        const auto* node = find(key);
        if (node == nullptr) {
            fail(*file_, table_->source(), fmt::format("{} needs '{}'", path_, key));
        }
        return *node;
    }
    std::string name_of(const std::string& key) const {
        return path_.empty() ? key : path_ + "." + key;
    }
    [[noreturn]] void wrong(const toml::node& node, const std::string& key,
                            std::string_view expected) const {
        fail(*file_, node.source(), fmt::format("{}: expected {}", name_of(key), expected));
    }
    std::string text(const std::string& key) { return text_of(require(key), key); }
    std::string text(const std::string& key, std::string otherwise) {
        const auto* node = find(key);
        return node == nullptr ? std::move(otherwise) : text_of(*node, key);
    }
    std::string text_of(const toml::node& node, const std::string& key) const {
        const auto value = node.value_exact<std::string>();
        if (!value) {
            wrong(node, key, "a text in quotes");
        }
        return *value;
    }
    bool flag(const std::string& key, bool otherwise) {
        const auto* node = find(key);
        if (node == nullptr) {
            return otherwise;
        }
        const auto value = node->value_exact<bool>();
        if (!value) {
            wrong(*node, key, "true or false");
        }
        return *value;
    }
    std::int64_t integer(const std::string& key, std::int64_t otherwise, std::int64_t low,
                         std::int64_t high) {
        const auto* node = find(key);
        if (node == nullptr) {
            return otherwise;
        }
        const auto value = node->value_exact<std::int64_t>();
        if (!value || *value < low || *value > high) {
            wrong(*node, key, fmt::format("a whole number from {} to {}", low, high));
        }
        return *value;
    }
    double number_of(const toml::node& node, const std::string& key) const {
        const auto value = node.value<double>();
        if (!node.is_number() || !value || !std::isfinite(*value)) {
            wrong(node, key, "a finite number");
        }
        return *value;
    }
    Date date_of(const toml::node& node, const std::string& key) const {
        if (const auto local = node.value_exact<toml::date>()) {
            return Date::from_ymd(local->year, local->month, local->day);
        }
        try {
            return parse_date_interval(text_of(node, key)).begin;
        } catch (const Error&) {
            wrong(node, key, "a date such as \"2025\", \"2025-02\" or 2025-02-01");
        }
    }
    Date date(const std::string& key) { return date_of(require(key), key); }

    // { value = 12, unit = "USD M/MW", source = "assumption" }
    Sourced sourced(const toml::node& node, const std::string& key, std::string_view unit) const {
        const auto* table = node.as_table();
        if (table == nullptr) {
            wrong(node, key,
                  fmt::format("{{ value = NUMBER, unit = \"{}\", source = \"WHERE FROM, or "
                              "assumption\" }}",
                              unit));
        }
        Section inner(*file_, name_of(key), *table);
        Sourced result;
        result.value = inner.number_of(inner.require("value"), "value");
        const auto& unit_node = inner.require("unit");
        if (inner.text_of(unit_node, "unit") != unit) {
            inner.wrong(unit_node, "unit", fmt::format("the unit \"{}\"", unit));
        }
        const auto& source_node = inner.require("source");
        result.source = inner.text_of(source_node, "source");
        if (trimmed(result.source).empty()) {
            inner.wrong(source_node, "source", "a source, or the word assumption");
        }
        inner.finish();
        return result;
    }

    // Every table of an array of tables.
    std::vector<Section> list(const std::string& key) {
        std::vector<Section> sections;
        const auto* node = find(key);
        if (node == nullptr) {
            return sections;
        }
        const auto* array = node->as_array();
        if (array == nullptr) {
            wrong(*node, key, fmt::format("tables, each begun by [[{}]]", name_of(key)));
        }
        for (const auto& element : *array) {
            const auto* table = element.as_table();
            if (table == nullptr) {
                wrong(element, key, fmt::format("tables, each begun by [[{}]]", name_of(key)));
            }
            sections.emplace_back(*file_, name_of(key), *table);
        }
        return sections;
    }

    // Throws for the first key that nobody asked for.
    void finish() const {
        const std::vector<std::string> known(known_.begin(), known_.end());
        for (const auto& [key, node] : *table_) {
            const std::string word(key.str());
            if (!known_.contains(word)) {
                const auto meant = did_you_mean(word, known);
                fail(*file_, key.source(),
                     fmt::format("unknown key '{}'{}.{}", word, path_.empty() ? "" : " in " + path_,
                                 meant.empty() ? " Expected " + join(known, ", ") : meant));
            }
        }
    }
    // "12:6", where a key's value begins.
    std::string where(const std::string& key) { return where_of(require(key)); }
    static std::string where_of(const toml::node& node) {
        return fmt::format("{}:{}", node.source().begin.line, node.source().begin.column);
    }
    const std::string& file() const { return *file_; }

  private:
    const std::string* file_;
    std::string path_;
    const toml::table* table_;
    std::set<std::string> known_;
};

template <class Value, class Parse>
Value parsed(Section& section, const std::string& key, Parse parse,
             const std::vector<std::string>& words) {
    const auto& node = section.require(key);
    const auto word = section.text_of(node, key);
    const auto value = parse(word);
    if (!value) {
        section.wrong(node, key,
                      fmt::format("one of {}, not '{}'.{}", join(words, ", "), word,
                                  did_you_mean(word, words)));
    }
    return *value;
}

template <class Kind, class Name>
std::optional<Kind> by_name(std::initializer_list<Kind> kinds, Name name, std::string_view word) {
    for (const auto kind : kinds) {
        if (name(kind) == word) {
            return kind;
        }
    }
    return std::nullopt;
}

std::optional<PolicyKind> parse_policy(std::string_view word) {
    return by_name(
        {PolicyKind::announced_only, PolicyKind::coverage_greedy, PolicyKind::profit,
         PolicyKind::follow_the_rival, PolicyKind::sovereign_first, PolicyKind::east_west,
         PolicyKind::plan_file},
        [](PolicyKind kind) { return to_string(kind); }, word);
}

std::optional<ShockKind> parse_shock(std::string_view word) {
    return by_name(
        {ShockKind::demand, ShockKind::price, ShockKind::region_lost, ShockKind::chip_cap,
         ShockKind::power_cap, ShockKind::cable_cut},
        [](ShockKind kind) { return to_string(kind); }, word);
}

void check_span(Section& section, Date from, Date to) {
    if (to <= from) {
        section.wrong(section.require("to"), "to",
                      fmt::format("a date after 'from', {}", from.iso()));
    }
}

void read_parameters(Section& root, Parameters& parameters) {
    std::map<std::string, Section> sections;
    for (const auto& row : parameter_table()) {
        const std::string name(row.section);
        const auto* node = root.find(name);
        if (node == nullptr) {
            continue;
        }
        const auto* table = node->as_table();
        if (table == nullptr) {
            root.wrong(*node, name, fmt::format("a table, begun by [{}]", name));
        }
        auto& section = sections.try_emplace(name, root.file(), name, *table).first->second;
        const std::string key(row.key);
        const auto* value = section.find(key);
        if (value == nullptr) {
            continue;
        }
        const auto given = section.sourced(*value, key, row.unit);
        if (given.value < row.low || given.value > row.high) {
            section.wrong(*value, key,
                          fmt::format("a value from {} to {} {}, not {}", row.low, row.high,
                                      row.unit, given.value));
        }
        parameters.set(row.id, given.value, given.source);
    }
    for (const auto& [name, section] : sections) {
        section.finish();
    }
}

ScenarioProvider read_provider(Section& section, const std::filesystem::path& folder) {
    ScenarioProvider provider;
    provider.id = section.text("id");
    provider.where = section.where("id");
    provider.policy = parsed<PolicyKind>(section, "policy", parse_policy, policy_names());
    for (auto& span : section.list("budget")) {
        BudgetSpan budget;
        budget.from = span.date("from");
        budget.to = span.date("to");
        check_span(span, budget.from, budget.to);
        const auto& node = span.require("total");
        const auto given = span.sourced(node, "total", "USD M");
        if (given.value < 0 || given.value > kMostBudget_usd_m) {
            span.wrong(
                node, "total",
                fmt::format("a budget from 0 to {} USD M, not {}", kMostBudget_usd_m, given.value));
        }
        budget.usd_m = given.value;
        budget.source = given.source;
        span.finish();
        provider.budget.push_back(budget);
    }
    const auto* plan = section.find("plan");
    if (plan != nullptr) {
        const std::filesystem::path path = section.text_of(*plan, "plan");
        const bool inside =
            path.is_relative() && !path.empty() &&
            std::none_of(path.begin(), path.end(), [](const auto& part) { return part == ".."; });
        if (!inside) {
            section.wrong(*plan, "plan", "a file in the scenario's own folder");
        }
        provider.plan = folder / path;
        provider.where_plan = section.where("plan");
    }
    if ((provider.policy == PolicyKind::plan_file) != provider.plan.has_value()) {
        section.wrong(section.require("policy"), "policy",
                      "policy = \"plan-file\" together with plan = \"FILE.csv\"");
    }
    section.finish();
    return provider;
}

Rule read_rule(Section& section) {
    Rule rule;
    rule.country = section.text("country");
    rule.where = section.where("country");
    rule.kind =
        parsed<RuleKind>(section, "rule", parse_rule_kind,
                         {"data residency", "sovereign cloud requirement",
                          "ban on providers of bloc", "ban", "build limit", "export control"});
    rule.affects = section.text("affects", "all");
    rule.where_affects = section.find("affects") == nullptr ? rule.where : section.where("affects");
    rule.from = section.date("from");
    if (section.find("to") != nullptr) {
        rule.to = section.date("to");
        check_span(section, rule.from, *rule.to);
    }
    const auto strength = section.text("strength", "hard");
    if (strength != "hard" && strength != "soft") {
        section.wrong(section.require("strength"), "strength", "\"hard\" or \"soft\"");
    }
    rule.hard = strength == "hard";
    rule.source = section.text("source");
    section.finish();
    return rule;
}

Shock read_shock(Section& section) {
    Shock shock;
    shock.kind = parsed<ShockKind>(section, "kind", parse_shock, shock_names());
    shock.from = section.date("from");
    shock.to = section.date("to");
    check_span(section, shock.from, shock.to);
    shock.target = section.text("target");
    shock.where = section.where("target");
    if (unit_of(shock.kind).empty()) {
        shock.source = section.text("source");
        shock.value = 0;
    } else {
        const auto& node = section.require("value");
        const auto given = section.sourced(node, "value", unit_of(shock.kind));
        const bool price = shock.kind == ShockKind::price;
        const double most = most_of(shock.kind);
        if (given.value < 0 || given.value > most || (price && given.value == 0)) {
            section.wrong(node, "value",
                          fmt::format("{} to {}, not {}", price ? "more than 0 and up" : "from 0",
                                      most, given.value));
        }
        shock.value = given.value;
        shock.source = given.source;
    }
    section.finish();
    return shock;
}

void read_run(Section& root, Scenario& scenario) {
    scenario.name = root.text("name");
    scenario.title = root.text("title", scenario.name);
    scenario.description = root.text("description", "");
    scenario.start = root.date("start");
    scenario.where_start = root.where("start");
    scenario.end = root.date("end");
    if (scenario.end <= scenario.start) {
        root.wrong(root.require("end"), "end",
                   fmt::format("a date after the start, {}", scenario.start.iso()));
    }
    if (scenario.start.day() != 1) {
        root.wrong(root.require("start"), "start", "the first day of a month");
    }
    if (scenario.end > scenario.start.plus_months(12 * 60)) {
        root.wrong(root.require("end"), "end", "a date at most 60 years after the start");
    }
    scenario.step_months = static_cast<int>(root.integer("step_months", 1, 1, 12));
    scenario.seed = static_cast<std::uint64_t>(root.integer("seed", 1, 0, INT64_MAX));
    scenario.debt_allowed = root.flag("debt_allowed", false);
    scenario.use_dated_rules = root.flag("use_dated_rules", true);
    scenario.most_sites = static_cast<std::size_t>(root.integer("most_sites", 1500, 10, 5000));
    scenario.most_places = static_cast<std::size_t>(root.integer("most_places", 5000, 300, 20000));
    const auto latency = root.text("latency", "backbone");
    if (latency != "backbone" && latency != "distance") {
        root.wrong(root.require("latency"), "latency", "\"backbone\" or \"distance\"");
    }
    scenario.by_distance = latency == "distance";
    scenario.new_cables = root.flag("new_cables", false);
    if (const auto* node = root.find("areas")) {
        const auto* array = node->as_array();
        if (array == nullptr) {
            root.wrong(*node, "areas", "a list of names");
        }
        for (const auto& element : *array) {
            scenario.areas.push_back(root.text_of(element, "areas"));
            scenario.where_areas.push_back(Section::where_of(element));
        }
    }
}

Scenario read(const std::string& name, const toml::table& table,
              const std::filesystem::path& folder) {
    Section root(name, "", table);
    const auto version = root.integer("schema_version", -1, 0, INT64_MAX);
    if (version != kSchemaVersion) {
        fail(name, table.source(),
             fmt::format("schema_version is {}; expected {}",
                         version < 0 ? "missing" : fmt::format("{}", version), kSchemaVersion));
    }
    Scenario scenario;
    scenario.file = name;
    read_run(root, scenario);
    read_parameters(root, scenario.parameters);
    for (auto& section : root.list("provider")) {
        auto provider = read_provider(section, folder);
        if (scenario.find(provider.id) != nullptr) {
            section.wrong(section.require("id"), "id",
                          fmt::format("each provider once; '{}' is there already", provider.id));
        }
        scenario.providers.push_back(std::move(provider));
    }
    for (auto& section : root.list("rule")) {
        scenario.rules.push_back(read_rule(section));
    }
    for (auto& section : root.list("shock")) {
        scenario.shocks.push_back(read_shock(section));
    }
    root.finish();
    return scenario;
}

}  // namespace

Scenario parse_scenario(const std::string& name, const std::string& text,
                        const std::filesystem::path& folder) {
    try {
        const auto table = toml::parse(std::string_view(text), std::string_view(name));
        return read(name, table, folder);
    } catch (const toml::parse_error& error) {
        fail(name, error.source(), std::string(error.description()));
    }
}

std::string scenario_json(const std::string& name, const std::string& text) {
    try {
        std::ostringstream json;
        json << toml::json_formatter{toml::parse(std::string_view(text), std::string_view(name))};
        return json.str();
    } catch (const toml::parse_error& error) {
        fail(name, error.source(), std::string(error.description()));
    }
}

std::optional<FilePlace> find_setting(const std::string& text, const SettingPlace& place) {
    const auto root = toml::parse(std::string_view(text));
    const toml::node& top = root;
    toml::node_view<const toml::node> node(&top);
    if (place.table == "provider.budget") {
        node = node["provider"][place.index]["budget"][place.span];
    } else if (!place.table.empty()) {
        node = node[place.table];
        node = place.repeats ? node[place.index] : node;
    }
    node = place.key.empty() ? node : node[place.key];
    if (!node) {
        return std::nullopt;
    }
    const auto begin = node.node()->source().begin;
    return FilePlace{begin.line, begin.column};
}

Scenario read_scenario(const std::filesystem::path& file) {
    return parse_scenario(file.string(), read_file(file, kMostBytes), file.parent_path());
}

}  // namespace footprint::sim
