#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/frame/attribution.h"
#include "cli/frame/command.h"
#include "cli/frame/coverage_options.h"
#include "cli/pictures/coverage_pictures.h"
#include "cli/tables/compare_report.h"
#include "cli/tables/table.h"
#include "cli/verbs.h"
#include "sim/coverage/difference.h"
#include "sim/timeline/future_text.h"
#include "sim/timeline/totals_text.h"

namespace footprint::cli {
namespace {

using nlohmann::ordered_json;

std::string signed_people(double value) {
    if (std::abs(value) < 0.5) {
        return "0";
    }
    return (value < 0 ? "−" : "+") + human_count(std::abs(value));
}

std::string arrow(const std::string& before, const std::string& after) {
    return before == after ? after : fmt::format("{} → {}", before, after);
}

class DiffVerb final : public Verb {
  public:
    std::string name() const override { return "diff"; }
    std::string summary() const override {
        return "Tell what opened, closed and grew between two dates";
    }
    std::string description() const override {
        return "Every region that opened, closed, gained or lost zones, was announced, impaired "
               "or restored between two dates, or was first listed (no source dates its opening), "
               "and the people whom each provider gained within "
               "round-trip times by it. Both footprints are counted with the people of the later "
               "date, so that growth of population is no gain.\n\n"
               "RTTs are modelled along the cables of each date, not measured (docs/latency.md): "
               "what "
               "a new cable brings counts too. JSON is described by "
               "docs/schemas/diff.schema.json.";
    }
    std::vector<Example> examples() const override {
        return {{"footprint diff 2024 2025", "What changed in 2025"},
                {"footprint diff 2026-02 2026-06 --provider aws", "AWS's impaired regions"},
                {"footprint diff 2024 2025 -o year.png", "The year 2025 as a postcard"},
                {"footprint diff 2015 2025 --provider alibaba,aws --in asia --json",
                 "Ten years in Asia, as JSON"}};
    }
    void options(OptionSet& options) override {
        options.takes_runs();
        options.add("from", &from_, "DATE1", "The earlier date (2024 means the end of 2024)")
            .required()
            .add("to", &to_, "DATE2", "The later date")
            .required()
            .add("--provider,--providers", &providers_, "NAMES", "Only these providers")
            .add("--in", &area_, "AREA", "Count people of this area only");
        coverage_.declare(options);
        clients_.declare(options);
        scope_.declare(options);
        options.flag("--json", json_, "Print JSON");
        output_.declare(options, "the difference (.json, .txt, .png, .svg, .pdf)");
        chart_.declare(options);
    }

    void run(Session& session) override {
        const Date from = session.date_or_as_of(from_);
        const Date to = session.date_or_as_of(to_);
        if (to < from) {
            throw Error(ExitCode::usage, fmt::format("{} comes after {}; give the earlier date "
                                                     "first",
                                                     from.iso(), to.iso()));
        }
        const std::string format = output_format();
        const auto picture = parse_picture_format(format);
        chart_.sheet();  // refuses a wrong size before any work
        output_.check_writable();
        const auto& atlas = session.tables();
        const auto area = require_areas(
            atlas, area_.empty() ? std::vector<std::string>{} : std::vector<std::string>{area_})[0];
        const auto points = geo::DemandPoints::load(session.datasets(), atlas);
        const auto options = coverage_.options(session, scope_);
        const auto model = clients_.model(session, options.serve);
        sim::CoverageEngine engine(session.timeline(), atlas, points, *model, options);
        const auto result = sim::difference(engine, session.providers(providers_), from, to, area);
        const auto lines =
            attributions(session.datasets(),
                         clients_.latency.sources({"providers", "countries", "demand-points"}));
        write_text(output_.output.value_or("-"),
                   picture ? diff_picture(session, engine, result, area, *picture, chart_)
                   : format == "json" ? json(session, engine, result, area.name, lines)
                                      : text(session, engine, result, area.name, lines),
                   output_.mode());
        say_wrote(session, output_);
        note_held_people(session, to);
    }

  private:
    std::string output_format() const {
        const std::string format =
            output_.choose_format("diff", {"txt", "json", "png", "svg", "pdf"}, json_);
        if (parse_picture_format(format) && !output_.output) {
            throw Error(ExitCode::usage, "a picture needs a file: -o FILE.png");
        }
        return format;
    }

    // What a table says of a change; a region without a date did not open on its source's day, and
    // one that is announced has not opened.
    static std::string kind_text(const sim::RegionChange& change) {
        if (change.kind == sim::ChangeKind::listed) {
            return "first listed";
        }
        const bool is_fact = change.provenance == sim::Provenance::fact;
        return change.kind == sim::ChangeKind::opened && !is_fact
                   ? "expected"
                   : std::string(sim::to_string(change.kind));
    }

    static std::string zones_text(const sim::RegionChange& change) {
        if (change.zones_before && change.zones_after) {
            return arrow(fmt::format("{}", *change.zones_before),
                         fmt::format("{}", *change.zones_after));
        }
        const auto known = change.zones_after ? change.zones_after : change.zones_before;
        return known ? fmt::format("{}", *known) : std::string();
    }

    static std::string text(Session& session, const sim::CoverageEngine& engine,
                            const sim::Difference& result, const std::string& area,
                            const std::vector<std::string>& lines) {
        const auto& catalog = session.catalog();
        std::string out =
            fmt::format("From {} to {} · {}\n\n", result.from.iso(), result.to.iso(), area);
        Table changes(
            {Align::left, Align::left, Align::left, Align::left, Align::left, Align::right});
        changes.header({"", "when", "provider", "region", "city", "zones"});
        for (const auto& change : result.changes) {
            const auto& region = catalog.region(change.region);
            changes.row({kind_text(change), change.dated ? change.dated->text() : "undated",
                         catalog.provider(region.provider).short_name, region.id,
                         region.city + ", " + region.country, zones_text(change)});
        }
        out += result.changes.empty() ? "Nothing changed\n" : changes.text();
        out += "\n" + reach_text(catalog, engine, result);
        out += fmt::format(
            "\nPeople of {} in both; modelled, not measured (docs/latency.md)\n"
            "Catalog as of {}\n",
            result.to.iso(), catalog.facts_as_of().iso());
        const bool any_listed =
            std::any_of(result.changes.begin(), result.changes.end(),
                        [](const auto& change) { return change.kind == sim::ChangeKind::listed; });
        if (any_listed) {
            out +=
                "First listed: no source dates the opening, which may lie before; the region "
                "counts from its source's date\n";
        }
        if (result.to > catalog.as_of()) {
            out += capitalised(sim::future_note(catalog)) + "\n";
        }
        for (const auto& line : lines) {
            out += line + "\n";
        }
        return out;
    }

    static std::string reach_text(const geo::Catalog& catalog, const sim::CoverageEngine& engine,
                                  const sim::Difference& result) {
        const auto& thresholds = engine.options().thresholds_ms;
        std::vector<Align> columns(3 + thresholds.size(), Align::right);
        columns[0] = Align::left;
        Table table(columns);
        std::vector<std::string> header{"gained within", "regions", "zones"};
        for (const double threshold : thresholds) {
            header.push_back(threshold_text(threshold) + " ms");
        }
        table.header(header);
        for (const auto& p : result.providers) {
            std::vector<std::string> row{
                catalog.provider(p.provider).short_name,
                arrow(fmt::format("{}", p.before.regions.mid),
                      fmt::format("{}", p.after.regions.mid)),
                arrow(sim::zones_short_text(p.before), sim::zones_short_text(p.after))};
            for (std::size_t t = 0; t < thresholds.size(); ++t) {
                row.push_back(signed_people(p.reach_after.people_within[t] -
                                            p.reach_before.people_within[t]));
            }
            table.row(row);
        }
        return table.text();
    }

    static ordered_json counts_json(const sim::Totals& totals) {
        return {{"regions", totals.regions.mid},
                {"zones", totals.zones.mid},
                {"regions_without_zone_count", totals.regions_without_zone_count},
                {"impaired", totals.impaired},
                {"countries", totals.countries}};
    }

    static std::string json(Session& session, const sim::CoverageEngine& engine,
                            const sim::Difference& result, const std::string& area,
                            const std::vector<std::string>& lines) {
        const auto& catalog = session.catalog();
        const auto count = [](std::optional<int> zones) {
            return zones ? ordered_json(*zones) : ordered_json(nullptr);
        };
        ordered_json changes = ordered_json::array();
        for (const auto& change : result.changes) {
            const auto& region = catalog.region(change.region);
            changes.push_back({{"kind", sim::to_string(change.kind)},
                               {"date", change.dated ? ordered_json(change.dated->text())
                                                     : ordered_json(nullptr)},
                               {"provenance", sim::to_string(change.provenance)},
                               {"provider", catalog.provider(region.provider).id},
                               {"region", region.id},
                               {"city", region.city},
                               {"country", region.country},
                               {"zones_before", count(change.zones_before)},
                               {"zones_after", count(change.zones_after)}});
        }
        const auto& thresholds = engine.options().thresholds_ms;
        ordered_json providers = ordered_json::array();
        for (const auto& p : result.providers) {
            ordered_json gained = ordered_json::object();
            for (std::size_t t = 0; t < thresholds.size(); ++t) {
                gained[threshold_text(thresholds[t])] =
                    p.reach_after.people_within[t] - p.reach_before.people_within[t];
            }
            providers.push_back({{"provider", catalog.provider(p.provider).id},
                                 {"before", counts_json(p.before)},
                                 {"after", counts_json(p.after)},
                                 {"people_gained_within_ms", std::move(gained)}});
        }
        const ordered_json document{{"schema", "footprint-diff-1"},
                                    {"from", result.from.iso()},
                                    {"to", result.to.iso()},
                                    {"area", area},
                                    {"as_of", catalog.facts_as_of().iso()},
                                    {"simulated", simulated_json(catalog)},
                                    {"after_as_of", result.to > catalog.facts_as_of()},
                                    {"people_year", people_year(session, result.to)},
                                    {"modelled", true},
                                    {"thresholds_ms", thresholds},
                                    {"changes", std::move(changes)},
                                    {"providers", std::move(providers)},
                                    {"attribution", lines}};
        return document.dump(2) + "\n";
    }

    std::string from_;
    std::string to_;
    std::vector<std::string> providers_;
    std::string area_;
    CoverageFlags coverage_;
    ClientFlags clients_;
    ScopeOptions scope_;
    OutputOptions output_;
    ChartOptions chart_;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_diff_verb() {
    return std::make_unique<DiffVerb>();
}

}  // namespace footprint::cli
