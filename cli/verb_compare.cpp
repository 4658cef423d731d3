#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/frame/attribution.h"
#include "cli/frame/command.h"
#include "cli/frame/coverage_options.h"
#include "cli/layers/compare_layer.h"
#include "cli/pictures/coverage_pictures.h"
#include "cli/questions/questions.h"
#include "cli/tables/compare_report.h"
#include "cli/tables/run_report.h"
#include "cli/verbs.h"
#include "sim/coverage/comparison.h"
#include "sim/coverage/people_raster.h"

namespace footprint::cli {
namespace {

class CompareVerb final : public Verb {
  public:
    std::string name() const override { return "compare"; }
    std::string summary() const override {
        return "Compare what providers have and whom they reach";
    }
    std::string description() const override {
        return "Regions, zones and countries of each provider, people within round-trip times, "
               "median and 90th percentile RTT, for the world or areas of it, at a date or as a "
               "series. Two providers are also set against each other: who is reached by one "
               "alone, by both, by neither. Without providers, all of them.\n\n"
               "RTTs are modelled along the cables of the date, not measured; access is a "
               "distribution: people within a time are the sum of each place's share of clients "
               "within it (docs/latency.md). Thresholds are inclusive. Regions that are impaired "
               "count but serve nobody; China regions serve "
               "mainland China; government, finance and dedicated regions serve nobody else "
               "unless included. Counts in doubt at the date are ranges.\n\n"
               "As a picture (PNG, SVG, PDF): bars of one date, dots when there are several areas, "
               "lines over time. As a layer (GeoJSON, GeoPackage, FlatGeobuf; as export writes "
               "them): of two providers who reaches where, alone, both or neither, within each "
               "threshold; of one or more than two, the areas within each threshold; a GeoPackage "
               "of two holds both layers. JSON is "
               "described by docs/schemas/compare.schema.json.\n\n"
               "One run folder (simulate) as an input: the same of that future. Two run folders: "
               "what differs between them, in settings, sites, dates, people and money; JSON by "
               "docs/schemas/compare-runs.schema.json.";
    }
    std::vector<Example> examples() const override {
        return {
            {"footprint compare", "Every provider, worldwide, now"},
            {"footprint compare alibaba aws --in south-east-asia --at 2025-09",
             "Alibaba against AWS in South-East Asia"},
            {"footprint compare aws azure google --by continent --threshold 20,50",
             "Three providers, continent by continent"},
            {"footprint compare aws azure google alibaba -o reach.png", "The same as a picture"},
            {"footprint compare oracle --from 2016 --to 2025 --every year -o oracle.csv",
             "One provider's reach over ten years, as CSV"}};
    }
    void options(OptionSet& options) override {
        options.takes_runs(2);
        options.add("providers", &providers_, "PROVIDER",
                    "Providers by id, alias or name; all when none is given");
        options.add("--provider,--providers", &more_providers_, "NAMES",
                    "The same as an option, as other verbs take it");
        options.add("--in", &areas_, "AREA",
                    "Areas: continents, subregions, countries, groups such as asean");
        options.add("--by", &by_, "LEVEL", "One row for each of these inside the areas")
            .choices({"world", "continent", "country"});
        options.flag("--best", best_,
                     "The providers together, each place served by the best of them; what "
                     "--only-catalog without providers means");
        questions_.declare(options);
        options.flag("--over-time", over_time_,
                     "Every month from the first region of all to the date of --to: curves as CSV, "
                     "JSON or a picture; the table shows the years' ends");
        dates_.declare(options);
        coverage_.declare(options);
        clients_.declare(options);
        scope_.declare(options);
        options.add("--people", &people_, "FILE.tif",
                    "Count the people of this raster (GPW, WorldPop, GHSL, …), the same at every "
                    "date, instead of ours");
        options.flag("--json", json_, "Print JSON");
        output_.declare(
            options, "the comparison (.csv, .json, .txt, .png, .svg, .pdf, .geojson, .gpkg, .fgb)");
        chart_.declare(options);
    }

    void run(Session& session) override {
        if (session.options().runs.size() == 2) {
            compare_runs(session);
            return;
        }
        const std::string format = output_format();
        const auto picture = parse_picture_format(format);
        chart_.sheet();  // refuses a wrong size before any work
        output_.check_writable();
        auto options = coverage_.options(session, scope_);
        const auto& atlas = session.tables();
        sim::ComparisonQuestion question;
        std::vector<std::string> names = providers_;
        names.insert(names.end(), more_providers_.begin(), more_providers_.end());
        question.providers = session.providers(names);
        if (questions_.asked()) {
            answer(session, options, question.providers, !names.empty(), format);
            return;
        }
        if (best_ || (names.empty() && session.options().only_catalog)) {
            session.serve_together(question.providers, options.scope);
            question.providers = {0};
        }
        question.dates = the_dates(session);
        question.areas = rows(atlas);
        const auto model = clients_.model(session, options.serve);
        if (const auto layer = geo::parse_vector_format(format);
            layer && *layer != geo::VectorFormat::csv) {
            write_compare_layer(session, question, options, *model,
                                model->name() + clients_.details(), output_.output.value_or("-"),
                                *layer, output_.mode());
            say_wrote(session, output_);
            return;
        }
        const auto points = people(session, atlas);
        const auto& countries = session.tables();  // a raster's points are in those with shapes
        add_elsewhere(countries, points, question.areas);
        sim::CoverageEngine engine(session.timeline(), countries, points, *model, options);
        auto dates = sim::compare(engine, question);
        if (over_time_ && format == "txt") {
            dates = years_of(std::move(dates));
        }
        const CompareReport report{
            session.catalog(),
            *model,
            engine.options(),
            dates,
            named_sources(session),
            impaired_regions(session, question.dates.back(), question.providers,
                             engine.options().scope, question.areas),
            static_cast<int>(atlas.series().last_people_year())};
        if (!people_) {
            note_held_people(session, question.dates.back());
        }
        const std::string text = format == "json"  ? report.json()
                                 : format == "csv" ? report.csv()
                                 : picture         ? compare_picture(report, *picture, chart_)
                                                   : report.text();
        write_text(output_.output.value_or("-"), text, output_.mode());
        say_wrote(session, output_);
    }

  private:
    geo::DemandPoints people(Session& session, const geo::Atlas& tables) const {
        if (!people_) {
            return geo::DemandPoints::load(session.datasets(), tables);
        }
        auto raster = sim::read_people_raster(*people_, session.atlas());
        for (const std::string& note : raster.notes) {
            session.say("note: " + note);
        }
        return std::move(raster.points);
    }
    std::vector<std::string> named_sources(Session& session) const {
        std::vector<std::string> used{"providers", "countries"};
        if (!people_) {
            used.emplace_back("demand-points");
        }
        auto sources = attributions(session.datasets(), clients_.latency.sources(used));
        if (people_) {
            sources.push_back(fmt::format("People: {}", people_->filename().string()));
        }
        return sources;
    }

    // One of the questions beside the table.
    void answer(Session& session, sim::CoverageOptions options,
                const std::vector<geo::ProviderIndex>& providers, bool named,
                const std::string& format) {
        if (questions_.is_residency() && options.serve == sim::ServeRule::anywhere) {
            options.serve = sim::ServeRule::same_country;
        }
        if (people_ && questions_.is_of_cities()) {
            throw Error(ExitCode::usage,
                        "--under-served cities ranks by the people of each city's census, which "
                        "--people does not have; ask for --under-served countries");
        }
        questions_.prepare(session, providers, the_date(session), the_area(session.tables()));
        const auto points = people(session, session.tables());
        const auto model = clients_.model(session, options.serve);
        sim::CoverageEngine engine(session.timeline(), session.tables(), points, *model, options);
        const QuestionInput input{session,
                                  engine,
                                  points,
                                  the_date(session),
                                  the_area(session.tables()),
                                  providers,
                                  named,
                                  best_ || (!named && session.options().only_catalog),
                                  [&](const std::vector<std::string>& without) {
                                      auto flags = clients_;
                                      flags.latency.without.insert(flags.latency.without.end(),
                                                                   without.begin(), without.end());
                                      return flags.model(session, options.serve);
                                  }};
        if (!people_) {
            note_held_people(session, input.date);
        }
        const Answer answer = questions_.answer(input);
        std::vector<std::string> ids;
        for (const auto provider : providers) {
            ids.push_back(session.catalog().provider(provider).id);
        }
        const AnswerContext context{session.catalog(),
                                    *model,
                                    options,
                                    named_sources(session),
                                    input.area.name,
                                    std::move(ids),
                                    options.thresholds_ms[input.headline()]};
        write_answer(session, answer, context, format);
    }

    void write_answer(Session& session, const Answer& answer, const AnswerContext& context,
                      const std::string& format) {
        const auto target = output_.output.value_or("-");
        const auto layer = geo::parse_vector_format(format);
        if (layer && *layer != geo::VectorFormat::csv) {
            geo::VectorOutputOptions output;
            output.overwrite = output_.mode();
            output.precision = 5;
            output.last_change = session.catalog().as_of();
            write_answer_layer(session, answer, context, target, *layer, output);
        } else {
            const auto picture = parse_picture_format(format);
            const std::string text = format == "json"  ? answer_json(answer, context)
                                     : format == "csv" ? answer_csv(answer, context)
                                     : picture ? answer_picture(answer, context, *picture, chart_)
                                               : answer_text(answer, context);
            write_text(target, text, output_.mode());
        }
        say_wrote(session, output_);
    }

    // --over-time is --from and --every with what one means by them.
    std::vector<Date> the_dates(Session& session) const {
        DateOptions dates = dates_;
        if (over_time_ && dates.at) {
            throw Error(ExitCode::usage, "--over-time and --at exclude each other; use --to");
        }
        if (over_time_) {
            dates.from = dates.from.value_or(session.timeline().first_date().year_month());
            dates.every = dates.every.value_or("month");
        }
        return dates.dates(session);
    }

    // Of a long series what is worth reading: the last date of each year.
    static std::vector<sim::DateComparison> years_of(std::vector<sim::DateComparison> dates) {
        std::vector<sim::DateComparison> kept;
        for (std::size_t i = 0; i < dates.size(); ++i) {
            if (i + 1 == dates.size() || dates[i + 1].date.year() != dates[i].date.year()) {
                kept.push_back(std::move(dates[i]));
            }
        }
        return kept;
    }

    Date the_date(Session& session) const {
        if (over_time_) {
            throw Error(ExitCode::usage,
                        "--over-time is for the table and its curves; this question is asked of "
                        "one date");
        }
        const auto dates = dates_.dates(session);
        if (dates.size() > 1) {
            throw Error(ExitCode::usage,
                        fmt::format("this question is asked of one date, and the series has {}; "
                                    "use --at",
                                    dates.size()));
        }
        return dates[0];
    }

    // One area of all that --in names.
    geo::Atlas::Area the_area(const geo::Atlas& atlas) const {
        if (by_ != "world" && !by_.empty()) {
            throw Error(ExitCode::usage,
                        "--by makes rows of the table; this question is asked of one area: --in");
        }
        const auto areas = require_areas(atlas, areas_);
        geo::Atlas::Area all = areas[0];
        for (std::size_t i = 1; i < areas.size(); ++i) {
            all.name += ", " + areas[i].name;
            all.is_world = all.is_world || areas[i].is_world;
            all.countries.insert(all.countries.end(), areas[i].countries.begin(),
                                 areas[i].countries.end());
        }
        std::sort(all.countries.begin(), all.countries.end());
        all.countries.erase(std::unique(all.countries.begin(), all.countries.end()),
                            all.countries.end());
        return all;
    }

    // Two run folders side by side.
    void compare_runs(Session& session) const {
        if (!providers_.empty() || !more_providers_.empty() || !areas_.empty() || dates_.at ||
            dates_.from) {
            throw Error(ExitCode::usage,
                        "two run folders are compared as wholes: leave out providers, areas and "
                        "dates, or give one run folder");
        }
        const std::string format = output_.choose_format("compare", {"txt", "json", "csv"}, json_);
        output_.check_writable();
        const auto& runs = session.options().runs;
        const auto first = sim::load_run(runs[0]);
        const auto second = sim::load_run(runs[1]);
        const auto difference = sim::difference_of(first, second);
        write_text(output_.output.value_or("-"),
                   format == "json"  ? run_difference_json(difference, first, second)
                   : format == "csv" ? run_difference_csv(difference)
                                     : run_difference_text(difference, first, second),
                   output_.mode());
        say_wrote(session, output_);
    }

    std::string output_format() const {
        const std::string format = output_.choose_format(
            "compare", {"txt", "json", "csv", "png", "svg", "pdf", "geojson", "gpkg", "fgb"},
            json_);
        if (parse_picture_format(format) && !output_.output) {
            throw Error(ExitCode::usage, "a picture needs a file: -o FILE.png");
        }
        return format;
    }

    std::vector<geo::Atlas::Area> rows(const geo::Atlas& atlas) const {
        const auto areas = require_areas(atlas, areas_);
        if (by_ == "world" || by_.empty()) {
            return areas;
        }
        return by_ == "continent" ? by_continent(atlas, areas) : by_country(atlas, areas);
    }

    static bool holds(const geo::Atlas::Area& area, geo::CountryIndex country) {
        return area.is_world ||
               std::binary_search(area.countries.begin(), area.countries.end(), country);
    }

    // The countries of the areas, those with people, by index.
    static std::vector<geo::CountryIndex> countries_in(const geo::Atlas& atlas,
                                                       const std::vector<geo::Atlas::Area>& areas) {
        std::vector<geo::CountryIndex> countries;
        for (std::size_t i = 0; i < atlas.countries().size(); ++i) {
            const auto country = static_cast<geo::CountryIndex>(i);
            const bool asked = std::any_of(areas.begin(), areas.end(),
                                           [&](const auto& area) { return holds(area, country); });
            if (asked && atlas.countries()[i].people_2025 > 0) {
                countries.push_back(country);
            }
        }
        return countries;
    }

    static std::vector<geo::Atlas::Area> by_continent(const geo::Atlas& atlas,
                                                      const std::vector<geo::Atlas::Area>& areas) {
        std::vector<geo::Atlas::Area> rows;
        for (const auto country : countries_in(atlas, areas)) {
            const auto& continent = atlas.countries()[country].continent;
            auto row = std::find_if(rows.begin(), rows.end(),
                                    [&](const auto& area) { return area.name == continent; });
            if (row == rows.end()) {
                rows.push_back({continent, {}, false});
                row = rows.end() - 1;
            }
            row->countries.push_back(country);
        }
        std::sort(rows.begin(), rows.end(),
                  [](const auto& a, const auto& b) { return a.name < b.name; });
        return rows;
    }

    static std::vector<geo::Atlas::Area> by_country(const geo::Atlas& atlas,
                                                    const std::vector<geo::Atlas::Area>& areas) {
        auto countries = countries_in(atlas, areas);
        std::stable_sort(countries.begin(), countries.end(), [&](auto a, auto b) {
            return atlas.countries()[a].people_2025 > atlas.countries()[b].people_2025;
        });
        std::vector<geo::Atlas::Area> rows;
        for (const auto country : countries) {
            rows.push_back({atlas.countries()[country].name, {country}, false});
        }
        return rows;
    }

    // A raster has people where the tables have none, as in Antarctica: without a row of theirs the
    // rows would not add up to the world.
    void add_elsewhere(const geo::Atlas& atlas, const geo::DemandPoints& points,
                       std::vector<geo::Atlas::Area>& rows) const {
        const auto asked = require_areas(atlas, areas_);
        const bool of_world = std::ranges::any_of(asked, &geo::Atlas::Area::is_world);
        if (!people_ || !of_world || by_ == "world" || by_.empty()) {
            return;
        }
        std::vector<bool> listed(atlas.countries().size(), false);
        for (const auto& row : rows) {
            for (const auto country : row.countries) {
                listed[country] = true;
            }
        }
        geo::Atlas::Area elsewhere{"Elsewhere", {}, false};
        for (const auto country : points.country) {
            if (country < listed.size() && !listed[country]) {
                listed[country] = true;
                elsewhere.countries.push_back(country);
            }
        }
        if (!elsewhere.countries.empty()) {
            std::ranges::sort(elsewhere.countries);
            rows.push_back(std::move(elsewhere));
        }
    }

    std::vector<std::string> providers_;
    std::vector<std::string> more_providers_;
    std::vector<std::string> areas_;
    std::string by_ = "world";
    DateOptions dates_;
    CoverageFlags coverage_;
    ClientFlags clients_;
    QuestionFlags questions_;
    bool over_time_ = false;
    bool best_ = false;
    std::optional<std::filesystem::path> people_;
    ScopeOptions scope_;
    OutputOptions output_;
    ChartOptions chart_;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_compare_verb() {
    return std::make_unique<CompareVerb>();
}

}  // namespace footprint::cli
