#include "cli/tables/explain_country.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/frame/attribution.h"
#include "cli/frame/coverage_options.h"
#include "cli/tables/compare_report.h"
#include "cli/tables/table.h"
#include "sim/timeline/future_text.h"
#include "sim/timeline/totals_text.h"

namespace footprint::cli {
namespace {

using nlohmann::ordered_json;

struct Source {
    geo::RegionIndex region = 0;
    double people = 0;
};

// How one provider reaches the country.
struct Reach {
    geo::ProviderIndex provider = 0;
    sim::Totals presence;  // in the country
    sim::AreaCoverage coverage;
    std::vector<Source> from;  // most people first
};

class Story {
  public:
    Story(Session& session, sim::CoverageEngine& engine, geo::CountryIndex country, Date date,
          const std::vector<geo::ProviderIndex>& providers)
        : session_(session),
          engine_(engine),
          catalog_(session.catalog()),
          country_(engine.atlas().countries()[country]),
          area_{country_.name, {country}, false},
          date_(date) {
        for (std::uint32_t p = 0; p < engine.points().size(); ++p) {
            if (engine.points().country[p] == country) {
                points_.push_back(p);
            }
        }
        for (const auto provider : providers) {
            reaches_.push_back(reach_of(provider));
        }
        std::stable_sort(reaches_.begin(), reaches_.end(), [](const Reach& a, const Reach& b) {
            const auto rank = [](const Reach& r) {
                return r.coverage.median_rtt_ms.value_or(std::numeric_limits<double>::infinity());
            };
            return rank(a) < rank(b);
        });
        impaired_ = impaired_regions(session, date, providers, engine.options().scope, {area_});
    }

    std::string text() const {
        const auto& thresholds = engine_.options().thresholds_ms;
        std::string out = fmt::format("{} · {} · {}\n{} {}; modelled, not measured\n\n",
                                      country_.name, country_.continent, date_.iso(),
                                      human_count(people()), to_string(engine_.options().weight));
        std::vector<Align> columns(3 + thresholds.size() + 2, Align::right);
        columns.front() = Align::left;
        columns.push_back(Align::left);
        Table table(columns);
        std::vector<std::string> header{"share within", "regions here", "zones"};
        for (const double threshold : thresholds) {
            header.push_back(threshold_text(threshold) + " ms");
        }
        header.insert(header.end(), {"median", "p90", "served from"});
        table.header(header);
        for (const auto& reach : reaches_) {
            table.row(row_of(reach));
        }
        out += table.text() + "\n";
        if (!impaired_.empty()) {
            out += fmt::format("Impaired, counted but serving nobody: {}\n", join(impaired_, ", "));
        }
        if (date_ > catalog_.as_of()) {
            out += capitalised(sim::future_note(catalog_)) + "\n";
        }
        out += fmt::format("Catalog as of {}; RTT by the {} model (docs/latency.md)\n",
                           catalog_.facts_as_of().iso(), engine_.model().name());
        for (const auto& line : lines()) {
            out += line + "\n";
        }
        return out;
    }

    std::string json() const {
        ordered_json list = ordered_json::array();
        for (const auto& reach : reaches_) {
            list.push_back(reach_json(reach));
        }
        const ordered_json document{{"schema", "footprint-explain-1"},
                                    {"kind", "country"},
                                    {"country",
                                     {{"iso2", country_.iso2},
                                      {"iso3", country_.iso3},
                                      {"name", country_.name},
                                      {"continent", country_.continent}}},
                                    {"date", date_.iso()},
                                    {"as_of", catalog_.as_of().iso()},
                                    {"after_as_of", date_ > catalog_.as_of()},
                                    {"modelled", true},
                                    {"weight", to_string(engine_.options().weight)},
                                    {"people", people()},
                                    {"people_year", people_year(session_, date_)},
                                    {"providers", std::move(list)},
                                    {"attribution", lines()}};
        return document.dump(2) + "\n";
    }

  private:
    Reach reach_of(geo::ProviderIndex provider) {
        const std::array one{provider};
        Reach reach;
        reach.provider = provider;
        reach.coverage = engine_.coverage(std::array{area_}, one, date_)[0];
        std::vector<geo::RegionIndex> here;
        for (const auto region : catalog_.regions_of(provider)) {
            if (catalog_.region(region).country == country_.iso2) {
                here.push_back(region);
            }
        }
        reach.presence = engine_.timeline().totals(date_, here, engine_.options().scope);
        std::map<geo::RegionIndex, double> served;
        const auto weights = engine_.weights(date_);
        const auto& field = engine_.field(one, date_);
        for (const auto point : points_) {
            const auto node = field.node(point);
            if (node != sim::kNoNode) {
                served[field.nodes()[node].node.region] += weights[point];
            }
        }
        for (const auto& [region, people] : served) {
            reach.from.push_back({region, people});
        }
        std::stable_sort(reach.from.begin(), reach.from.end(),
                         [](const Source& a, const Source& b) { return a.people > b.people; });
        return reach;
    }

    double people() const { return reaches_.empty() ? 0 : reaches_.front().coverage.people; }

    double share(double part) const { return people() > 0 ? part / people() : 0; }

    std::vector<std::string> row_of(const Reach& reach) const {
        std::vector<std::string> row{catalog_.provider(reach.provider).short_name,
                                     sim::count_text(reach.presence.regions),
                                     sim::zones_text(reach.presence)};
        for (const double within : reach.coverage.people_within) {
            row.push_back(percent(share(within)));
        }
        row.push_back(milliseconds(reach.coverage.median_rtt_ms));
        row.push_back(milliseconds(reach.coverage.p90_rtt_ms));
        constexpr std::size_t kShown = 2;
        std::vector<std::string> from;
        for (std::size_t i = 0; i < std::min(kShown, reach.from.size()); ++i) {
            const auto& region = catalog_.region(reach.from[i].region);
            from.push_back(fmt::format("{} ({}, {}) {}", region.id, region.city, region.country,
                                       percent(share(reach.from[i].people))));
        }
        row.push_back(from.empty() ? "nowhere" : join(from, "; "));
        return row;
    }

    ordered_json reach_json(const Reach& reach) const {
        const auto number = [](std::optional<double> value) {
            return value ? ordered_json(*value) : ordered_json(nullptr);
        };
        ordered_json within = ordered_json::object();
        for (std::size_t t = 0; t < engine_.options().thresholds_ms.size(); ++t) {
            within[threshold_text(engine_.options().thresholds_ms[t])] =
                reach.coverage.people_within[t];
        }
        ordered_json from = ordered_json::array();
        for (const auto& source : reach.from) {
            const auto& region = catalog_.region(source.region);
            from.push_back({{"region", catalog_.qualified_id(source.region)},
                            {"city", region.city},
                            {"country", region.country},
                            {"people", source.people},
                            {"confidence", geo::to_string(region.confidence)},
                            {"source", region.source},
                            {"row", fmt::format("{}:{}", region.origin.file, region.origin.line)}});
        }
        return {{"provider", catalog_.provider(reach.provider).id},
                {"regions", reach.presence.regions.mid},
                {"zones", reach.presence.zones.mid},
                {"regions_without_zone_count", reach.presence.regions_without_zone_count},
                {"impaired", reach.presence.impaired},
                {"people_within_ms", std::move(within)},
                {"median_rtt_ms", number(reach.coverage.median_rtt_ms)},
                {"p90_rtt_ms", number(reach.coverage.p90_rtt_ms)},
                {"served_from", std::move(from)}};
    }

    std::vector<std::string> lines() const {
        return attributions(
            session_.datasets(),
            model_sources(engine_.model(), {"providers", "countries", "demand-points"}));
    }

    Session& session_;
    sim::CoverageEngine& engine_;
    const geo::Catalog& catalog_;
    const geo::Country& country_;
    geo::Atlas::Area area_;
    Date date_;
    std::vector<std::uint32_t> points_;
    std::vector<Reach> reaches_;
    std::vector<std::string> impaired_;
};

}  // namespace

std::string explain_country(Session& session, sim::CoverageEngine& engine,
                            geo::CountryIndex country, Date date,
                            const std::vector<geo::ProviderIndex>& providers, bool json) {
    const Story story(session, engine, country, date, providers);
    return json ? story.json() : story.text();
}

}  // namespace footprint::cli
