#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/attribution.h"
#include "cli/command.h"
#include "cli/compare_layer.h"
#include "cli/compare_report.h"
#include "cli/coverage_options.h"
#include "cli/coverage_pictures.h"
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
               "described by docs/schemas/compare.schema.json.";
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
        const std::string format = output_format();
        const auto picture = parse_picture_format(format);
        chart_.sheet();  // refuses a wrong size before any work
        output_.check_writable();
        const auto options = coverage_.options(session, scope_);
        const auto& atlas = session.tables();
        sim::ComparisonQuestion question;
        std::vector<std::string> names = providers_;
        names.insert(names.end(), more_providers_.begin(), more_providers_.end());
        question.providers = session.providers(names);
        if (best_ || (names.empty() && session.options().only_catalog)) {
            session.serve_together(question.providers);
            question.providers = {0};
        }
        question.dates = dates_.dates(session);
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
        sim::CoverageEngine engine(session.timeline(), atlas, points, *model, options);
        const auto dates = sim::compare(engine, question);
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
        auto sources = attributions(session.datasets(), {"providers", "countries"});
        if (people_) {
            sources.push_back(fmt::format("People: {}", people_->filename().string()));
            return sources;
        }
        return attributions(session.datasets(), {"providers", "countries", "demand-points"});
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

    std::vector<std::string> providers_;
    std::vector<std::string> more_providers_;
    std::vector<std::string> areas_;
    std::string by_ = "world";
    DateOptions dates_;
    CoverageFlags coverage_;
    ClientFlags clients_;
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
