#include "cli/tables/catalog_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/timeline/totals_text.h"

namespace footprint::cli {
namespace {

using geo::RegionIndex;
using nlohmann::ordered_json;

void add(Counts& counts, std::string_view word) {
    for (auto& [known, count] : counts) {
        if (known == word) {
            ++count;
            return;
        }
    }
    counts.emplace_back(word, 1);
}

template <typename Enum>
Counts in_order_of(int size) {
    Counts counts;
    for (int i = 0; i < size; ++i) {
        counts.emplace_back(to_string(static_cast<Enum>(i)), 0);
    }
    return counts;
}

ProviderReport provider_report(const sim::Timeline& timeline, geo::ProviderIndex index) {
    const auto& catalog = timeline.catalog();
    const auto& provider = catalog.provider(index);
    ProviderReport report;
    report.id = provider.id;
    report.name = provider.short_name;
    report.totals = timeline.totals(catalog.as_of(), index, sim::RegionScope::published(catalog));
    report.as_of = provider.as_of;
    report.days_behind = std::max(0, catalog.as_of() - provider.as_of.last_day());
    for (const RegionIndex region : catalog.regions_of(index)) {
        const auto now = timeline.region_at(region, catalog.as_of());
        const bool counted = provider.counted.has(catalog.region(region).region_class);
        report.impaired += counted && now.state == sim::RegionState::impaired ? 1 : 0;
        report.closed += now.state == sim::RegionState::closed ? 1 : 0;
        report.outside_scope += !counted && now.is_open() ? 1 : 0;
        const auto* opening = timeline.opening_of(region);
        const bool dated = opening != nullptr && opening->provenance == sim::Provenance::fact;
        if (dated && (!report.first || opening->date < *report.first)) {
            report.first = opening->date;
        }
    }
    return report;
}

std::string listed(const Counts& counts) {
    std::string text;
    for (const auto& [word, count] : counts) {
        if (count > 0) {
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
        }
    }
    return text;
}

std::string ranged(const sim::CountRange& range) {
    return range.low == range.high ? std::to_string(range.mid)
                                   : fmt::format("{} ({}-{})", range.mid, range.low, range.high);
}

ordered_json as_object(const Counts& counts) {
    ordered_json object = ordered_json::object();
    for (const auto& [word, count] : counts) {
        object[word] = count;
    }
    return object;
}

ordered_json as_object(const sim::CountRange& range) {
    return {{"low", range.low}, {"mid", range.mid}, {"high", range.high}};
}

}  // namespace

CatalogReport report_on(const sim::Timeline& timeline) {
    const auto& catalog = timeline.catalog();
    CatalogReport report;
    report.as_of = catalog.as_of();
    report.regions = catalog.regions().size();
    report.events = catalog.events().size();
    for (std::size_t i = 0; i < catalog.providers().size(); ++i) {
        report.providers.push_back(provider_report(timeline, static_cast<geo::ProviderIndex>(i)));
    }
    report.by_class = in_order_of<geo::RegionClass>(geo::kRegionClassCount);
    report.by_status = in_order_of<geo::RegionStatus>(3);
    report.by_confidence = in_order_of<geo::Confidence>(3);
    report.by_date_precision = in_order_of<DatePrecision>(4);
    report.by_event = in_order_of<geo::EventKind>(6);
    for (const auto& row : catalog.regions()) {
        add(report.by_class, to_string(row.region_class));
        add(report.by_status, to_string(row.status));
        add(report.by_confidence, to_string(row.confidence));
        if (row.status == geo::RegionStatus::planned) {
            continue;
        }
        add(report.by_date_precision,
            to_string(row.opened ? row.opened->precision : DatePrecision::none));
        add(report.by_date_basis, row.date_basis.empty() ? "not said" : row.date_basis);
        report.zones_unknown += row.status == geo::RegionStatus::open && !row.zones ? 1U : 0U;
    }
    for (const auto& event : catalog.events()) {
        add(report.by_event, to_string(event.kind));
    }
    return report;
}

std::string as_text(const CatalogReport& report) {
    std::string text =
        fmt::format("Facts up to {}: {} providers, {} regions, {} events\n\n", report.as_of.iso(),
                    report.providers.size(), report.regions, report.events);
    text += fmt::format("{:<16}{:>8}{:>10}{:>11}{:>8}{:>8}{:>11}{:>15}  {:<7}  {}\n", "provider",
                        "regions", "impaired", "announced", "closed", "others", "countries",
                        "zones", "since", "facts to");
    for (const auto& p : report.providers) {
        text += fmt::format("{:<16}{:>8}{:>10}{:>11}{:>8}{:>8}{:>11}{:>15}  {:<7}  {}\n", p.name,
                            ranged(p.totals.regions), p.impaired, p.totals.announced, p.closed,
                            p.outside_scope, p.totals.countries, sim::zones_text(p.totals),
                            p.first ? p.first->year_month() : "?", p.as_of.text());
    }
    text +=
        "\nRegions, zones and countries are those that the provider itself counts; others are "
        "open\nregions that it does not (government, dedicated, finance and the like). Zones with "
        "a + are "
        "at least so many:\na region whose number is not known counts one; – none is known.\n\n";
    text += fmt::format("by status      {}\n", listed(report.by_status));
    text += fmt::format("by class       {}\n", listed(report.by_class));
    text += fmt::format("confidence     {}\n", listed(report.by_confidence));
    text += fmt::format("dates exact to {} (those appear at their source's date)\n",
                        listed(report.by_date_precision));
    text += fmt::format("dates are from {}\n", listed(report.by_date_basis));
    text += fmt::format("zones          unknown for {} open regions\n", report.zones_unknown);
    text += fmt::format("events         {}\n", listed(report.by_event));
    for (const auto& p : report.providers) {
        if (p.is_stale()) {
            text += fmt::format("stale          what is known of {} ends {} days before that\n",
                                p.name, p.days_behind);
        }
    }
    return text;
}

std::string as_json(const CatalogReport& report, const std::vector<std::string>& attribution) {
    ordered_json json;
    json["schema"] = "footprint-info-1";
    json["kind"] = "catalog";
    json["as_of"] = report.as_of.iso();
    json["regions"] = report.regions;
    json["events"] = report.events;
    json["providers"] = ordered_json::array();
    for (const auto& p : report.providers) {
        ordered_json first = nullptr;
        if (p.first) {
            first = p.first->iso();
        }
        json["providers"].push_back(
            {{"provider", p.id},
             {"name", p.name},
             {"regions", as_object(p.totals.regions)},
             {"zones", as_object(p.totals.zones)},
             {"regions_without_zone_count", p.totals.regions_without_zone_count},
             {"countries", p.totals.countries},
             {"impaired", p.impaired},
             {"announced", p.totals.announced},
             {"closed", p.closed},
             {"others_open", p.outside_scope},
             {"first_opening", first},
             {"as_of", p.as_of.text()},
             {"days_behind", p.days_behind},
             {"stale", p.is_stale()}});
    }
    json["regions_by_status"] = as_object(report.by_status);
    json["regions_by_class"] = as_object(report.by_class);
    json["regions_by_confidence"] = as_object(report.by_confidence);
    json["openings_by_date_precision"] = as_object(report.by_date_precision);
    json["openings_by_date_basis"] = as_object(report.by_date_basis);
    json["open_regions_with_unknown_zones"] = report.zones_unknown;
    json["events_by_kind"] = as_object(report.by_event);
    json["attribution"] = attribution;
    return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace footprint::cli
