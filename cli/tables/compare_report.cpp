#include "cli/tables/compare_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/csv.h"
#include "base/text.h"
#include "cli/tables/table.h"
#include "sim/timeline/future_text.h"
#include "sim/timeline/totals_text.h"

namespace footprint::cli {

nlohmann::ordered_json simulated_json(const geo::Catalog& catalog) {
    if (catalog.run() == nullptr) {
        return nullptr;
    }
    return {{"title", catalog.run()->title}, {"from", catalog.as_of().iso()}};
}

std::string serve_text(const sim::CoverageOptions& options) {
    switch (options.serve) {
        case sim::ServeRule::same_continent:
            return "same-continent";
        case sim::ServeRule::same_country:
            return "same-country";
        case sim::ServeRule::same_bloc: {
            std::vector<std::string> ids;
            for (const auto& bloc : options.blocs) {
                ids.push_back(bloc.id);
            }
            return "same-bloc:" + join(ids, ",");
        }
        case sim::ServeRule::anywhere:
            break;
    }
    return "anywhere";
}

std::string_view to_string(geo::PeopleWeight weight) {
    return weight == geo::PeopleWeight::people ? "people" : "internet-users";
}

std::string threshold_text(double threshold_ms) {
    return fmt::format("{:g}", threshold_ms);
}

namespace {

using nlohmann::ordered_json;

double share(double part, double whole) {
    return whole > 0 ? part / whole : 0;
}

class Text {
  public:
    explicit Text(const CompareReport& report) : report_(report) {}

    std::string make() {
        if (report_.dates.size() == 1 && report_.dates[0].areas.size() == 1) {
            side_by_side(report_.dates[0].areas[0]);
        } else {
            list();
        }
        foot();
        return out_;
    }

  private:
    const std::string& name(geo::ProviderIndex provider) const {
        return report_.catalog.provider(provider).short_name;
    }

    // A date after the facts: what is announced, as if all of it came true.
    std::string planned() const {
        return report_.dates.back().date > report_.catalog.as_of()
                   ? "; " + sim::future_claim(report_.catalog)
                   : std::string();
    }

    std::string who() const {
        return report_.options.weight == geo::PeopleWeight::people ? "people" : "internet users";
    }

    void side_by_side(const sim::AreaComparison& area) {
        std::vector<std::string> names;
        for (const auto& p : area.providers) {
            names.push_back(name(p.provider));
        }
        out_ += fmt::format(
            "{} · {} · {}\n{} {}; modelled, not measured\n\n", area.area,
            report_.dates[0].date.iso(),
            names.size() > 4 ? fmt::format("{} providers", names.size()) : join(names, ", "),
            human_count(area.providers[0].coverage.people), who() + planned());
        presence(area);
        out_ += "\n";
        reach(area);
        if (!area.gaps.empty()) {
            out_ += "\n";
            gaps(area);
        }
    }

    void presence(const sim::AreaComparison& area) {
        Table table({Align::left, Align::right, Align::right, Align::right, Align::right,
                     Align::right, Align::right});
        table.header({"", "regions", "zones", "countries", "announced", "median", "p90"});
        for (const auto& p : area.providers) {
            table.row(
                {name(p.provider), sim::count_text(p.presence.regions), zones(p.presence),
                 fmt::format("{}", p.presence.countries), fmt::format("{}", p.presence.announced),
                 milliseconds(p.coverage.median_rtt_ms), milliseconds(p.coverage.p90_rtt_ms)});
        }
        out_ += table.text();
    }

    // A space where others have a plus keeps the digits of a column under each other.
    std::string zones(const sim::Totals& totals) {
        unknown_zones_ = unknown_zones_ || totals.regions_without_zone_count > 0;
        const std::string written = sim::zones_text(totals);
        return written.ends_with('+') ? written : written + " ";
    }

    void reach(const sim::AreaComparison& area) {
        const auto& thresholds = report_.options.thresholds_ms;
        Table table(std::vector<Align>(thresholds.size() + 1, Align::right));
        std::vector<std::string> header{who() + " within"};
        for (const double threshold : thresholds) {
            header.push_back(threshold_text(threshold) + " ms");
        }
        table = Table(columns(thresholds.size()));
        table.header(header);
        for (const auto& p : area.providers) {
            std::vector<std::string> counts{name(p.provider)};
            std::vector<std::string> shares{""};
            for (const double people : p.coverage.people_within) {
                counts.push_back(human_count(people));
                shares.push_back(percent(share(people, p.coverage.people)));
            }
            table.row(counts);
            table.row(shares);
        }
        out_ += table.text();
    }

    static std::vector<Align> columns(std::size_t numbers) {
        std::vector<Align> result(numbers + 1, Align::right);
        result[0] = Align::left;
        return result;
    }

    void gaps(const sim::AreaComparison& area) {
        Table table(columns(4));
        table.header({who() + " reached by", "only " + name(area.providers[0].provider),
                      "only " + name(area.providers[1].provider), "both", "neither"});
        for (std::size_t t = 0; t < area.gaps.size(); ++t) {
            const auto& gap = area.gaps[t];
            table.row({"within " + threshold_text(report_.options.thresholds_ms[t]) + " ms",
                       human_count(gap.only_a), human_count(gap.only_b), human_count(gap.both),
                       human_count(gap.neither)});
        }
        out_ += table.text();
    }

    void list() {
        const auto& thresholds = report_.options.thresholds_ms;
        const bool dated = report_.dates.size() > 1;
        const bool placed = report_.dates[0].areas.size() > 1;
        std::string title =
            dated ? report_.dates.front().date.iso() + " to " + report_.dates.back().date.iso()
                  : report_.dates[0].date.iso();
        if (!placed) {
            title = report_.dates[0].areas[0].area + " · " + title;
        }
        out_ += fmt::format("{}\nShare of {} within; modelled, not measured\n\n", title, who());
        Table table(list_columns(thresholds.size()));
        std::vector<std::string> header{
            placed ? "area" : "", dated ? "date" : "", "", "regions", "zones", "countries"};
        for (const double threshold : thresholds) {
            header.push_back(threshold_text(threshold) + " ms");
        }
        header.insert(header.end(), {"median", "p90"});
        table.header(header);
        bool first = true;
        for (const auto& date : report_.dates) {
            for (const auto& area : date.areas) {
                if (!first && area.providers.size() > 1) {
                    table.gap();
                }
                first = false;
                list_rows(table, dated ? date.date.iso() : "", placed ? area.area : "", area);
            }
        }
        out_ += table.text();
    }

    static std::vector<Align> list_columns(std::size_t thresholds) {
        std::vector<Align> result(3, Align::left);
        result.resize(3 + 3 + thresholds + 2, Align::right);
        return result;
    }

    void list_rows(Table& table, const std::string& date, const std::string& place,
                   const sim::AreaComparison& area) {
        std::string first_place = place;
        std::string first_date = date;
        for (const auto& p : area.providers) {
            std::vector<std::string> row{
                first_place,       first_date,
                name(p.provider),  sim::count_text(p.presence.regions),
                zones(p.presence), fmt::format("{}", p.presence.countries)};
            for (const double people : p.coverage.people_within) {
                row.push_back(percent(share(people, p.coverage.people)));
            }
            row.push_back(milliseconds(p.coverage.median_rtt_ms));
            row.push_back(milliseconds(p.coverage.p90_rtt_ms));
            table.row(row);
            first_place.clear();
            first_date.clear();
        }
    }

    void foot() {
        out_ += "\n";
        if (unknown_zones_) {
            out_ += "+ a region whose number of zones is not known counts one; – none is known\n";
        }
        if (!report_.impaired.empty()) {
            out_ += fmt::format("Impaired, counted but serving nobody: {}\n",
                                join(report_.impaired, ", "));
        }
        if (report_.dates.back().date > report_.catalog.as_of()) {
            out_ += capitalised(sim::future_note(report_.catalog)) + "\n";
        }
        if (report_.people_year(report_.dates.back().date) < report_.dates.back().date.year()) {
            out_ += fmt::format("People after {} are those of {}\n", report_.last_people_year,
                                report_.last_people_year);
        }
        out_ += fmt::format("Catalog as of {}; RTT by the {} model (docs/latency.md)\n",
                            report_.catalog.facts_as_of().iso(), report_.model.name());
        for (const auto& line : report_.attributions) {
            out_ += line + "\n";
        }
    }

    const CompareReport& report_;
    std::string out_;
    bool unknown_zones_ = false;
};

ordered_json optional_json(std::optional<double> value) {
    return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json range_json(const sim::CountRange& range) {
    return {{"low", range.low}, {"mid", range.mid}, {"high", range.high}};
}

ordered_json result_json(const CompareReport& report, Date date, const std::string& area,
                         const sim::ProviderInArea& p) {
    const auto& provider = report.catalog.provider(p.provider);
    ordered_json within = ordered_json::object();
    for (std::size_t t = 0; t < report.options.thresholds_ms.size(); ++t) {
        within[threshold_text(report.options.thresholds_ms[t])] = p.coverage.people_within[t];
    }
    return {{"provider", provider.id},
            {"name", provider.name},
            {"date", date.iso()},
            {"area", area},
            {"regions", p.presence.regions.mid},
            {"regions_range", range_json(p.presence.regions)},
            {"zones", p.presence.zones.mid},
            {"zones_range", range_json(p.presence.zones)},
            {"regions_without_zone_count", p.presence.regions_without_zone_count},
            {"countries", p.presence.countries},
            {"impaired", p.presence.impaired},
            {"announced", p.presence.announced},
            {"people", p.coverage.people},
            {"people_year", report.people_year(date)},
            {"people_within_ms", std::move(within)},
            {"median_rtt_ms", optional_json(p.coverage.median_rtt_ms)},
            {"p90_rtt_ms", optional_json(p.coverage.p90_rtt_ms)},
            {"as_of", provider.as_of.text()},
            {"after_as_of", date > report.catalog.facts_as_of()}};
}

void add_gaps(const CompareReport& report, Date date, const sim::AreaComparison& area,
              ordered_json& gaps) {
    for (std::size_t t = 0; t < area.gaps.size(); ++t) {
        const auto& gap = area.gaps[t];
        gaps.push_back({{"a", report.catalog.provider(area.providers[0].provider).id},
                        {"b", report.catalog.provider(area.providers[1].provider).id},
                        {"date", date.iso()},
                        {"area", area.area},
                        {"threshold_ms", report.options.thresholds_ms[t]},
                        {"only_a", gap.only_a},
                        {"only_b", gap.only_b},
                        {"both", gap.both},
                        {"neither", gap.neither}});
    }
}

std::string number(std::optional<double> value, int decimals) {
    return value ? fmt::format("{:.{}f}", *value, decimals) : std::string();
}

}  // namespace

nlohmann::ordered_json model_json(const sim::LatencyModel& model) {
    nlohmann::ordered_json parameters = nlohmann::ordered_json::array();
    for (const auto& p : model.parameters()) {
        parameters.push_back(
            {{"name", p.name}, {"value", p.value}, {"unit", p.unit}, {"source", p.source}});
    }
    return {{"name", model.name()}, {"measured", false}, {"parameters", std::move(parameters)}};
}

int CompareReport::people_year(Date date) const {
    return std::min(date.year(), last_people_year);
}

std::string CompareReport::text() const {
    return Text(*this).make();
}

std::string CompareReport::json() const {
    ordered_json results = ordered_json::array();
    ordered_json gaps = ordered_json::array();
    for (const auto& date : dates) {
        for (const auto& area : date.areas) {
            for (const auto& p : area.providers) {
                results.push_back(result_json(*this, date.date, area.area, p));
            }
            add_gaps(*this, date.date, area, gaps);
        }
    }
    const ordered_json document{
        {"schema", "footprint-compare-1"},      {"as_of", catalog.facts_as_of().iso()},
        {"simulated", simulated_json(catalog)}, {"modelled", true},
        {"model", model_json(model)},           {"thresholds_ms", options.thresholds_ms},
        {"weight", to_string(options.weight)},  {"serve", serve_text(options)},
        {"results", std::move(results)},        {"gaps", std::move(gaps)},
        {"attribution", attributions}};
    return document.dump(2) + "\n";
}

std::string CompareReport::csv() const {
    std::string out =
        "provider,date,area,iso3,regions,regions_low,regions_high,zones,zones_low,zones_high,"
        "regions_without_zone_count,countries,impaired,announced,people";
    for (const double threshold : options.thresholds_ms) {
        out += fmt::format(",people_within_{}_ms", threshold_text(threshold));
    }
    for (const double threshold : options.thresholds_ms) {
        out += fmt::format(",within_{}_percent", threshold_text(threshold));
    }
    out += ",median_rtt_ms,p90_rtt_ms,basis,after_as_of,attribution\n";
    const std::string source = csv_text(join(attributions, "; "));
    for (const auto& date : dates) {
        for (const auto& area : date.areas) {
            for (const auto& p : area.providers) {
                const auto& t = p.presence;
                out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{:.0f}",
                                   csv_text(catalog.provider(p.provider).id), date.date.iso(),
                                   csv_text(area.area), area.iso3, t.regions.mid, t.regions.low,
                                   t.regions.high, t.zones.mid, t.zones.low, t.zones.high,
                                   t.regions_without_zone_count, t.countries, t.impaired,
                                   t.announced, p.coverage.people);
                for (const double people : p.coverage.people_within) {
                    out += fmt::format(",{:.0f}", people);
                }
                for (const double people : p.coverage.people_within) {
                    out += fmt::format(",{:.3f}", 100 * share(people, p.coverage.people));
                }
                out += fmt::format(",{},{},modelled,{},{}\n", number(p.coverage.median_rtt_ms, 3),
                                   number(p.coverage.p90_rtt_ms, 3),
                                   date.date > catalog.facts_as_of(), source);
            }
        }
    }
    return out;
}

}  // namespace footprint::cli
