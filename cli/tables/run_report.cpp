#include "cli/tables/run_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/tables/table.h"

namespace footprint::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMostManifestBytes = std::size_t{64} << 20;
constexpr std::size_t kMostSitesShown = 40;

ordered_json manifest_of(const std::filesystem::path& folder) {
    const auto file = folder / "run.json";
    try {
        return ordered_json::parse(read_file(file, kMostManifestBytes));
    } catch (const nlohmann::json::exception& error) {
        throw Error(ExitCode::invalid, fmt::format("{}: not a manifest that footprint wrote: {}",
                                                   file.string(), error.what()));
    }
}

std::string usd(double usd_m) {
    return std::abs(usd_m) >= 1000 ? fmt::format("{:.1f} bn", usd_m / 1000)
                                   : fmt::format("{:.0f} M", usd_m);
}

// "3.5 → 4.1", or the one figure where both are the same.
std::string both(const std::string& first, const std::string& second) {
    return first == second ? first : first + " | " + second;
}

std::string date_or_dash(const std::optional<Date>& date) {
    return date ? date->iso() : "–";
}

std::string what_differs(const sim::SiteDifference& site) {
    if (!site.second) {
        return "first alone";
    }
    if (!site.first) {
        return "second alone";
    }
    const double months = (*site.second - *site.first) / 30.436875;
    return fmt::format("{:.0f} months {}", std::abs(months), months > 0 ? "later" : "earlier");
}

struct Counts {
    std::size_t first_alone = 0;
    std::size_t second_alone = 0;
    std::size_t other_dates = 0;
};

Counts count(const sim::RunDifference& difference) {
    Counts counts;
    for (const auto& site : difference.sites) {
        counts.first_alone += site.second ? 0U : 1U;
        counts.second_alone += site.first ? 0U : 1U;
        counts.other_dates += site.dates_differ() ? 1U : 0U;
    }
    return counts;
}

std::string provider_table(const sim::RunDifference& difference) {
    std::vector<Align> columns(8, Align::right);
    columns[0] = Align::left;
    Table table(columns);
    table.header({"provider", "regions", "zones", "capacity, MW", "in use, %", "share, %",
                  "spent, USD", "people ≤ 50 ms, %"});
    const auto used = [](const sim::Metric& m) {
        return m.capacity_mw > 0 ? 100 * m.load_mw / m.capacity_mw : 0;
    };
    for (const auto& row : difference.providers) {
        const auto pair = [&](const char* form, auto value) {
            return both(fmt::format(fmt::runtime(form), value(row.first)),
                        fmt::format(fmt::runtime(form), value(row.second)));
        };
        using M = const sim::Metric&;
        table.row({row.provider, pair("{}", [](M m) { return m.regions; }),
                   pair("{}", [](M m) { return m.zones; }),
                   pair("{:.0f}", [](M m) { return m.capacity_mw; }), pair("{:.0f}", used),
                   pair("{:.2f}", [](M m) { return m.share_percent; }),
                   pair("{}", [](M m) { return usd(m.spent_usd_m); }),
                   pair("{:.1f}", [](M m) { return m.people_within_percent[2]; })});
    }
    return table.text();
}

std::string site_table(const sim::RunDifference& difference) {
    if (difference.sites.empty()) {
        return "";
    }
    Table table({Align::left, Align::left, Align::left, Align::left, Align::left});
    table.header({"provider", "site", "first", "second", ""});
    for (std::size_t k = 0; k < std::min(difference.sites.size(), kMostSitesShown); ++k) {
        const auto& site = difference.sites[k];
        table.row({site.provider, site.site + ", " + site.country, date_or_dash(site.first),
                   date_or_dash(site.second), what_differs(site)});
    }
    std::string text = "\n" + table.text();
    if (difference.sites.size() > kMostSitesShown) {
        text += fmt::format("and {} more: --json or -o FILE.csv has them all\n",
                            difference.sites.size() - kMostSitesShown);
    }
    return text;
}

std::string run_line(const sim::LoadedRun& run) {
    return fmt::format("{}: {} ({} to {}, seed {})", run.folder.string(), run.title,
                       run.start.iso(), run.end.iso(), run.seed);
}

ordered_json run_object(const sim::LoadedRun& run) {
    return {{"folder", run.folder.string()}, {"name", run.name},          {"title", run.title},
            {"start", run.start.iso()},      {"last_day", run.end.iso()}, {"seed", run.seed}};
}

ordered_json metric_object(const sim::Metric& m) {
    return {{"regions", m.regions},
            {"zones", m.zones},
            {"building", m.building},
            {"capacity_mw", m.capacity_mw},
            {"load_mw", m.load_mw},
            {"share_percent", m.share_percent},
            {"spent_usd_m", m.spent_usd_m},
            {"cash_usd_m", m.cash_usd_m},
            {"people_within_20_ms_percent", m.people_within_percent[0]},
            {"people_within_30_ms_percent", m.people_within_percent[1]},
            {"people_within_50_ms_percent", m.people_within_percent[2]},
            {"people_within_100_ms_percent", m.people_within_percent[3]}};
}

}  // namespace

std::string run_text(const std::filesystem::path& folder) {
    const auto run = sim::load_run(folder);
    const auto manifest = manifest_of(folder);
    std::string text =
        fmt::format("{}\n{} to {}, seed {}, {}, footprint {}\n", run.title, run.start.iso(),
                    run.end.iso(), run.seed,
                    run.runs == 1 ? std::string("one run")
                                  : fmt::format("{} runs (the first is shown)", run.runs),
                    manifest.value("version", "?"));
    text += "A consequence of the scenario's assumptions, not a forecast\n\n";
    const auto metrics = sim::load_metrics(run);
    Table table({Align::left, Align::left, Align::right, Align::right, Align::right, Align::right,
                 Align::right, Align::right});
    table.header({"provider", "policy", "regions", "building", "capacity, MW", "share, %",
                  "spent, USD", "people ≤ 50 ms, %"});
    const auto budgets = manifest.value("budgets", ordered_json::array());
    const auto last = metrics.empty() ? Date() : metrics.back().date;
    for (const auto& m : metrics) {
        if (m.date != last) {
            continue;
        }
        const auto& id = run.catalog->provider(static_cast<geo::ProviderIndex>(m.provider)).id;
        std::string policy;
        for (const auto& budget : budgets) {
            policy = budget.value("provider", "") == id ? budget.value("policy", "") : policy;
        }
        table.row({id, policy, fmt::format("{}", m.regions), fmt::format("{}", m.building),
                   fmt::format("{:.0f}", m.capacity_mw), fmt::format("{:.2f}", m.share_percent),
                   usd(m.spent_usd_m), fmt::format("{:.1f}", m.people_within_percent[2])});
    }
    text += table.text();
    text += fmt::format("on {}\n\nfiles:\n", last.iso());
    const auto outputs = manifest.value("outputs", ordered_json::object());
    for (const auto& [name, digest] : outputs.items()) {
        text += fmt::format("  {}\n", name);
    }
    const auto warnings = manifest.value("warnings", ordered_json::array());
    for (const auto& warning : warnings) {
        text += fmt::format("warning: {}\n", warning.get<std::string>());
    }
    return text;
}

std::string run_json(const std::filesystem::path& folder) {
    ordered_json object;
    object["schema"] = "footprint-info-1";
    object["kind"] = "run";
    object["file"] = folder.string();
    object["run"] = manifest_of(folder);
    return object.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string run_difference_text(const sim::RunDifference& difference, const sim::LoadedRun& first,
                                const sim::LoadedRun& second) {
    const auto counts = count(difference);
    std::string text = fmt::format("first   {}\nsecond  {}\n\n", run_line(first), run_line(second));
    for (const auto& setting : difference.settings) {
        text += fmt::format("{}: {}\n", setting.key,
                            both(setting.first.empty() ? "(none)" : setting.first,
                                 setting.second.empty() ? "(none)" : setting.second));
    }
    text += fmt::format("\nOn {}, first | second where they differ:\n", difference.date.iso());
    text += provider_table(difference);
    text += fmt::format(
        "\nRegions that open after the start: {} in the first alone, {} in the second alone, {} at "
        "other dates, {} the same\n",
        counts.first_alone, counts.second_alone, counts.other_dates, difference.same_sites);
    text += site_table(difference);
    return text + "\nConsequences of assumptions, not forecasts\n";
}

std::string run_difference_json(const sim::RunDifference& difference, const sim::LoadedRun& first,
                                const sim::LoadedRun& second) {
    const auto counts = count(difference);
    const auto date = [](const std::optional<Date>& d) {
        return d ? ordered_json(d->iso()) : ordered_json(nullptr);
    };
    ordered_json object;
    object["schema"] = "footprint-compare-runs-1";
    object["first"] = run_object(first);
    object["second"] = run_object(second);
    object["date"] = difference.date.iso();
    object["settings"] = ordered_json::array();
    for (const auto& s : difference.settings) {
        object["settings"].push_back({{"key", s.key}, {"first", s.first}, {"second", s.second}});
    }
    object["providers"] = ordered_json::array();
    for (const auto& row : difference.providers) {
        object["providers"].push_back({{"provider", row.provider},
                                       {"first", metric_object(row.first)},
                                       {"second", metric_object(row.second)}});
    }
    object["sites_first_alone"] = counts.first_alone;
    object["sites_second_alone"] = counts.second_alone;
    object["sites_other_dates"] = counts.other_dates;
    object["sites_same"] = difference.same_sites;
    object["sites"] = ordered_json::array();
    for (const auto& site : difference.sites) {
        object["sites"].push_back({{"provider", site.provider},
                                   {"site", site.site},
                                   {"country", site.country},
                                   {"lon", site.position.lon},
                                   {"lat", site.position.lat},
                                   {"first", date(site.first)},
                                   {"second", date(site.second)}});
    }
    return object.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string run_difference_csv(const sim::RunDifference& difference) {
    std::string text = "provider,site,country,lon,lat,first_opens,second_opens\n";
    for (const auto& site : difference.sites) {
        text +=
            fmt::format("{},{},{},{},{},{},{}\n", csv_text(site.provider), csv_text(site.site),
                        csv_text(site.country), site.position.lon, site.position.lat,
                        site.first ? site.first->iso() : "", site.second ? site.second->iso() : "");
    }
    return text;
}

}  // namespace footprint::cli
