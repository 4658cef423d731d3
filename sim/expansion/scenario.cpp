#include "sim/expansion/scenario.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

namespace footprint::sim {
namespace {

using nlohmann::ordered_json;

// A TOML basic string.
std::string toml_text(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (c == '\n') {
            result += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            result += fmt::format("\\u{:04X}", byte);
        } else {
            result += c;
        }
    }
    return result + "\"";
}

// A float always carries a point or exponent, so that TOML reads a number either way.
std::string sourced(double value, std::string_view unit, std::string_view source) {
    return fmt::format("{{ value = {}, unit = {}, source = {} }}", value, toml_text(unit),
                       toml_text(source));
}

ordered_json text_type() {
    return {{"type", "string"}};
}

ordered_json date_type() {
    return {{"type", "string"},
            {"pattern", "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"},
            {"description", "YYYY, YYYY-MM or YYYY-MM-DD (or a TOML date): its first day"}};
}

ordered_json sourced_type(std::string_view unit, double low, double high) {
    ordered_json type;
    type["type"] = "object";
    type["additionalProperties"] = false;
    type["required"] = {"value", "unit", "source"};
    type["properties"]["value"] = {{"type", "number"}, {"minimum", low}, {"maximum", high}};
    type["properties"]["unit"] = {{"const", unit}};
    type["properties"]["source"] = {
        {"type", "string"}, {"minLength", 1}, {"description", "where from, or assumption"}};
    return type;
}

ordered_json object_type(const std::vector<std::string>& required, ordered_json properties) {
    ordered_json type;
    type["type"] = "object";
    type["additionalProperties"] = false;
    type["required"] = required;
    type["properties"] = std::move(properties);
    return type;
}

ordered_json list_of(ordered_json items) {
    return {{"type", "array"}, {"items", std::move(items)}};
}

ordered_json provider_type() {
    auto span = object_type({"from", "to", "total"},
                            {{"from", date_type()},
                             {"to", date_type()},
                             {"total", sourced_type("USD M", 0, kMostBudget_usd_m)}});
    return object_type({"id", "policy"}, {{"id", text_type()},
                                          {"policy", {{"enum", policy_names()}}},
                                          {"budget", list_of(std::move(span))},
                                          {"plan", text_type()}});
}

ordered_json rule_type() {
    return object_type(
        {"country", "rule", "from", "source"},
        {{"country",
          {{"type", "string"},
           {"description", "ISO alpha-2 code, EU, or another area such as asean"}}},
         {"rule",
          {{"enum",
            {"data residency", "sovereign cloud requirement", "ban on providers of bloc", "ban",
             "build limit", "export control"}}}},
         {"affects",
          {{"type", "string"},
           {"description", "all, foreign, non-eu, a bloc (us, cn, eu), or a provider"}}},
         {"from", date_type()},
         {"to", date_type()},
         {"strength", {{"enum", {"hard", "soft"}}}},
         {"source", text_type()}});
}

ordered_json shock_type() {
    auto value = object_type(
        {"value", "unit", "source"},
        {{"value",
          {{"type", "number"}, {"minimum", 0}, {"maximum", most_of(ShockKind::power_cap)}}},
         {"unit", {{"enum", {"1", "MW/quarter", "MW/year"}}}},
         {"source", text_type()}});
    return object_type({"kind", "from", "to", "target"}, {{"kind", {{"enum", shock_names()}}},
                                                          {"from", date_type()},
                                                          {"to", date_type()},
                                                          {"target", text_type()},
                                                          {"value", std::move(value)},
                                                          {"source", text_type()}});
}

}  // namespace

std::string_view to_string(PolicyKind kind) {
    switch (kind) {
        case PolicyKind::announced_only:
            return "announced-only";
        case PolicyKind::coverage_greedy:
            return "coverage-greedy";
        case PolicyKind::profit:
            return "profit";
        case PolicyKind::follow_the_rival:
            return "follow-the-rival";
        case PolicyKind::sovereign_first:
            return "sovereign-first";
        case PolicyKind::east_west:
            return "east-west";
        case PolicyKind::plan_file:
            return "plan-file";
    }
    return "announced-only";
}

std::vector<std::string> policy_names() {
    std::vector<std::string> names;
    for (int kind = 0; kind <= static_cast<int>(PolicyKind::plan_file); ++kind) {
        names.emplace_back(to_string(static_cast<PolicyKind>(kind)));
    }
    return names;
}

std::string_view to_string(ShockKind kind) {
    switch (kind) {
        case ShockKind::demand:
            return "demand";
        case ShockKind::price:
            return "price";
        case ShockKind::region_lost:
            return "region-lost";
        case ShockKind::chip_cap:
            return "chip-cap";
        case ShockKind::power_cap:
            return "power-cap";
        case ShockKind::cable_cut:
            return "cable-cut";
    }
    return "demand";
}

std::vector<std::string> shock_names() {
    std::vector<std::string> names;
    for (int kind = 0; kind <= static_cast<int>(ShockKind::cable_cut); ++kind) {
        names.emplace_back(to_string(static_cast<ShockKind>(kind)));
    }
    return names;
}

std::string_view unit_of(ShockKind kind) {
    switch (kind) {
        case ShockKind::chip_cap:
            return "MW/quarter";
        case ShockKind::power_cap:
            return "MW/year";
        case ShockKind::region_lost:
        case ShockKind::cable_cut:
            return "";
        case ShockKind::demand:
        case ShockKind::price:
            break;
    }
    return "1";
}

double most_of(ShockKind kind) {
    return unit_of(kind).empty() ? 0 : unit_of(kind) == "1" ? 1000 : 1e6;
}

const ScenarioProvider* Scenario::find(std::string_view id) const {
    for (const auto& provider : providers) {
        if (provider.id == id) {
            return &provider;
        }
    }
    return nullptr;
}

std::string resolved(const Scenario& s) {
    std::string text = fmt::format(
        "schema_version = 1\nname = {}\ntitle = {}\ndescription = {}\nstart = \"{}\"\nend = "
        "\"{}\"\nstep_months = {}\nseed = {}\ndebt_allowed = {}\nuse_dated_rules = {}\nmost_sites "
        "= {}\nmost_places = {}\nlatency = \"{}\"\nnew_cables = {}\nareas = [",
        toml_text(s.name), toml_text(s.title), toml_text(s.description), s.start.iso(), s.end.iso(),
        s.step_months, s.seed, s.debt_allowed, s.use_dated_rules, s.most_sites, s.most_places,
        s.by_distance ? "distance" : "backbone", s.new_cables);
    for (std::size_t i = 0; i < s.areas.size(); ++i) {
        text += (i > 0 ? ", " : "") + toml_text(s.areas[i]);
    }
    text += "]\n";
    std::map<std::string_view, std::string> sections;
    for (const auto& row : parameter_table()) {
        const auto& given = s.parameters.sourced(row.id);
        sections[row.section] +=
            fmt::format("{} = {}\n", row.key, sourced(given.value, row.unit, given.source));
    }
    for (const auto& [name, lines] : sections) {
        text += fmt::format("\n[{}]\n{}", name, lines);
    }
    for (const auto& provider : s.providers) {
        text += fmt::format("\n[[provider]]\nid = {}\npolicy = {}\n", toml_text(provider.id),
                            toml_text(to_string(provider.policy)));
        if (provider.plan) {
            text += fmt::format("plan = {}\n", toml_text(provider.plan->filename().string()));
        }
        for (const auto& span : provider.budget) {
            text += fmt::format("[[provider.budget]]\nfrom = \"{}\"\nto = \"{}\"\ntotal = {}\n",
                                span.from.iso(), span.to.iso(),
                                sourced(span.usd_m, "USD M", span.source));
        }
    }
    for (const auto& rule : s.rules) {
        text += fmt::format(
            "\n[[rule]]\ncountry = {}\nrule = {}\naffects = {}\nfrom = \"{}\"\n{}strength = "
            "\"{}\"\nsource = {}\n",
            toml_text(rule.country), toml_text(to_string(rule.kind)), toml_text(rule.affects),
            rule.from.iso(), rule.to ? fmt::format("to = \"{}\"\n", rule.to->iso()) : "",
            rule.hard ? "hard" : "soft", toml_text(rule.source));
    }
    for (const auto& shock : s.shocks) {
        text += fmt::format("\n[[shock]]\nkind = \"{}\"\nfrom = \"{}\"\nto = \"{}\"\ntarget = {}\n",
                            to_string(shock.kind), shock.from.iso(), shock.to.iso(),
                            toml_text(shock.target));
        text += unit_of(shock.kind).empty()
                    ? fmt::format("source = {}\n", toml_text(shock.source))
                    : fmt::format("value = {}\n",
                                  sourced(shock.value, unit_of(shock.kind), shock.source));
    }
    return text;
}

std::string scenario_schema() {
    ordered_json schema;
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    schema["title"] = "footprint scenario";
    schema["description"] =
        "What 'footprint simulate' takes, as TOML. Every number is {value, unit, source}; a source "
        "is a text or the word assumption. What is left out has the default in 'default'.";
    schema["type"] = "object";
    schema["additionalProperties"] = false;
    schema["required"] = {"schema_version", "name", "start", "end"};
    auto& properties = schema["properties"];
    properties["schema_version"] = {{"const", 1}};
    properties["name"] = text_type();
    properties["title"] = text_type();
    properties["description"] = text_type();
    properties["start"] = date_type();
    properties["end"] = date_type();
    properties["step_months"] = {{"type", "integer"}, {"minimum", 1}, {"maximum", 12}};
    properties["seed"] = {{"type", "integer"}, {"minimum", 0}};
    properties["debt_allowed"] = {{"type", "boolean"}};
    properties["use_dated_rules"] = {{"type", "boolean"}};
    properties["most_sites"] = {{"type", "integer"}, {"minimum", 10}, {"maximum", 5000}};
    properties["most_places"] = {{"type", "integer"}, {"minimum", 300}, {"maximum", 20000}};
    properties["latency"] = {{"enum", {"backbone", "distance"}}, {"default", "backbone"}};
    properties["new_cables"] = {
        {"type", "boolean"},
        {"default", false},
        {"description", "cables that are planned open, and old ones close, on their dates"}};
    properties["areas"] = list_of(text_type());
    for (const auto& row : parameter_table()) {
        auto& section = properties[std::string(row.section)];
        section["type"] = "object";
        section["additionalProperties"] = false;
        auto type = sourced_type(row.unit, row.low, row.high);
        type["description"] = row.meaning;
        type["default"] = {{"value", row.standard}, {"unit", row.unit}, {"source", row.source}};
        section["properties"][std::string(row.key)] = std::move(type);
    }
    properties["provider"] = list_of(provider_type());
    properties["rule"] = list_of(rule_type());
    properties["shock"] = list_of(shock_type());
    return schema.dump(2) + "\n";
}

}  // namespace footprint::sim
