#include "sim/expansion/run_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/csv.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/text.h"
#include "sim/expansion/run_table.h"

namespace footprint::sim {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSimulatedSource = "simulated: ";

std::string interval_columns(const DateInterval& when) {
    return fmt::format("{},{}", when.first_day().iso(), when.last_day().iso());
}

std::string optional_number(const std::optional<int>& value) {
    return value ? fmt::format("{}", *value) : "";
}

std::string classes_text(const geo::ClassSet& classes) {
    std::string text;
    for (int c = 0; c < geo::kRegionClassCount; ++c) {
        const auto value = static_cast<geo::RegionClass>(c);
        if (classes.has(value)) {
            text += (text.empty() ? "" : ";") + std::string(geo::to_string(value));
        }
    }
    return text;
}

const geo::Provider& provider_of(const geo::Catalog& catalog, std::size_t i) {
    return catalog.provider(static_cast<ProviderIndex>(i));
}

std::optional<Provenance> parse_provenance(std::string_view text) {
    for (const auto value :
         {Provenance::fact, Provenance::undated, Provenance::announced, Provenance::simulated}) {
        if (to_string(value) == text) {
            return value;
        }
    }
    return std::nullopt;
}

std::vector<geo::Provider> read_providers(const fs::path& file) {
    RunTable table(file, {"provider", "name", "short_name", "aliases", "bloc", "home_country",
                          "counted_classes", "as_of"});
    std::vector<geo::Provider> providers;
    while (table.next()) {
        geo::Provider row;
        row.id = table.text("provider");
        row.name = table.text("name");
        row.short_name = table.text("short_name");
        row.aliases = split(table.text("aliases"), ';');
        row.bloc = table.text("bloc");
        row.home_country = table.text("home_country");
        for (const auto& word : split(table.text("counted_classes"), ';')) {
            const auto value = geo::parse_region_class(word);
            if (!value) {
                table.fail("counted_classes", "classes of regions");
            }
            row.counted.add(*value);
        }
        row.as_of = parse_date_interval(table.text("as_of"));
        providers.push_back(std::move(row));
    }
    return providers;
}

std::vector<geo::Region> read_regions(const fs::path& file, const geo::Catalog& providers) {
    RunTable table(file,
                   {"provider", "region_id", "name", "city", "country", "lon", "lat", "precision_m",
                    "zones", "status", "class", "as_of", "confidence", "source", "note"});
    std::vector<geo::Region> regions;
    while (table.next()) {
        geo::Region row;
        const auto provider = providers.find_provider(table.text("provider"));
        if (!provider) {
            table.fail("provider", "one of providers.csv");
        }
        row.provider = *provider;
        row.id = table.text("region_id");
        row.name = table.text("name");
        row.city = table.text("city");
        row.country = table.text("country");
        row.position = {table.number("lon"), table.number("lat")};
        if (std::abs(row.position.lat) > 90 || std::abs(row.position.lon) > 180) {
            table.fail("lon", "a position on the globe");
        }
        row.precision_m = table.number("precision_m");
        row.zones = table.optional_count("zones");
        row.status = table.word("status", &geo::parse_region_status);
        row.region_class = table.word("class", &geo::parse_region_class);
        row.as_of = parse_date_interval(table.text("as_of"));
        row.confidence = table.word("confidence", &geo::parse_confidence);
        row.source = table.text("source");
        row.note = table.text("note");
        row.origin = {file.string(), regions.size() + 2};
        regions.push_back(std::move(row));
    }
    return regions;
}

std::vector<Event> read_events(const fs::path& file, const geo::Catalog& catalog) {
    RunTable table(file, {"date", "first_day", "last_day", "provider", "region_id", "kind", "zones",
                          "provenance"});
    std::map<std::string, RegionIndex> regions;
    for (RegionIndex i = 0; i < catalog.regions().size(); ++i) {
        regions.emplace(catalog.qualified_id(i), i);
    }
    std::vector<Event> events;
    while (table.next()) {
        const auto region = regions.find(table.text("provider") + ":" + table.text("region_id"));
        if (region == regions.end()) {
            table.fail("region_id", "a region of regions.csv");
        }
        Event event;
        event.date = table.date("date");
        event.when.begin = table.date("first_day");
        event.when.end = table.date("last_day").plus_days(1);
        event.when.precision = event.when.is_exact() ? DatePrecision::day : DatePrecision::none;
        event.region = region->second;
        event.kind = table.word("kind", &geo::parse_event_kind);
        event.zones = table.optional_count("zones");
        event.provenance = table.word("provenance", &parse_provenance);
        events.push_back(event);
    }
    return events;
}

// Whether a file that was opened still has its name: another run that ends takes its folder along.
// errno is then as if that run went on.
bool is_still(const fs::path& file, int descriptor) {
    struct stat opened {};
    struct stat named {};
    const bool same = ::fstat(descriptor, &opened) == 0 && ::stat(file.c_str(), &named) == 0 &&
                      opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
    errno = same ? 0 : EWOULDBLOCK;
    return same;
}

}  // namespace

RunFolder::RunFolder(fs::path target, Overwrite overwrite, bool resume)
    : target_(std::move(target)), overwrite_(overwrite) {
    if (!target_.has_filename()) {
        target_ = target_.parent_path();
    }
    refuse_existing(target_, overwrite_);
    std::error_code error;
    if (fs::exists(target_, error) && !is_run_folder(target_)) {
        throw Error(
            ExitCode::failed,
            fmt::format("{} exists and is no run folder; it is left alone", target_.string()));
    }
    partial_ = target_;
    partial_ += ".partial";
    if (resume && !fs::exists(partial_, error)) {
        throw Error(ExitCode::failed,
                    fmt::format("there is nothing to resume: no {}", partial_.string()));
    }
    fs::create_directory(partial_, error);
    if (error) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot make {}: {}", partial_.string(), error.message()));
    }
    take_lock();
    const bool interrupted = fs::exists(partial_ / kCheckpoint, error);
    if (interrupted && !resume && overwrite_ == Overwrite::refuse) {
        ::close(lock_);
        throw Error(ExitCode::failed,
                    fmt::format("{} holds runs of an ensemble that was interrupted: --resume goes "
                                "on with them, -O begins anew",
                                partial_.string()));
    }
    keep_ = resume;  // until this run has made something of its own
    for (const auto& entry : fs::directory_iterator(partial_)) {
        const auto name = entry.path().filename();
        if (name != "lock" && !(resume && name == kCheckpoint)) {
            fs::remove_all(entry.path());
        }
    }
}

void RunFolder::take_lock() {
    const auto file = partial_ / "lock";
    lock_ = ::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666);
    if (lock_ >= 0 && ::flock(lock_, LOCK_EX | LOCK_NB) == 0 && is_still(file, lock_)) {
        return;
    }
    const int number = errno;
    if (lock_ >= 0) {
        ::close(lock_);
    }
    throw Error(ExitCode::failed,
                number == EWOULDBLOCK
                    ? fmt::format("{} is being written by another run; wait for it or choose "
                                  "another folder",
                                  target_.string())
                    : fmt::format("cannot lock {}: {}", partial_.string(), std::strerror(number)));
}

RunFolder::~RunFolder() {
    std::error_code ignored;
    if (!committed_ && !keep_) {
        fs::remove_all(partial_, ignored);
    }
    ::close(lock_);
}

void RunFolder::write(const std::string& name, std::string_view text) {
    AtomicFile file(partial_ / name, Overwrite::replace);
    file.write(text);
    file.commit();
    digests_[name] = sha256_hex(text);
}

void RunFolder::note(const std::string& name) {
    digests_[name] = sha256_of_file(partial_ / name);
}

void RunFolder::commit() {
    std::error_code error;
    fs::remove(partial_ / kCheckpoint, error);
    fs::remove(partial_ / "lock", error);
    fs::path old = target_;
    old += ".old";
    const bool replaces = fs::exists(target_, error);
    if (replaces) {
        refuse_existing(target_, overwrite_);
        fs::rename(target_, old, error);
        if (error) {
            throw Error(ExitCode::failed,
                        fmt::format("cannot replace {}: {}", target_.string(), error.message()));
        }
    }
    fs::rename(partial_, target_, error);
    if (error) {
        const std::string message = error.message();
        if (replaces) {
            fs::rename(old, target_, error);
        }
        throw Error(ExitCode::failed,
                    fmt::format("cannot write {}: {}", target_.string(), message));
    }
    committed_ = true;
    if (replaces) {
        fs::remove_all(old, error);
    }
}

std::string providers_csv(const geo::Catalog& catalog) {
    std::string text = "provider,name,short_name,aliases,bloc,home_country,counted_classes,as_of\n";
    for (const auto& row : catalog.providers()) {
        text += fmt::format("{},{},{},{},{},{},{},{}\n", csv_text(row.id), csv_text(row.name),
                            csv_text(row.short_name), csv_text(join(row.aliases, ";")),
                            csv_text(row.bloc), csv_text(row.home_country),
                            classes_text(row.counted), row.as_of.text());
    }
    return text;
}

std::string regions_csv(const geo::Catalog& catalog) {
    std::string text =
        "provider,region_id,name,city,country,lon,lat,precision_m,zones,status,class,as_of,"
        "confidence,source,note\n";
    for (const auto& row : catalog.regions()) {
        text += fmt::format(
            "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n",
            csv_text(catalog.provider(row.provider).id), csv_text(row.id), csv_text(row.name),
            csv_text(row.city), csv_text(row.country), row.position.lon, row.position.lat,
            row.precision_m, optional_number(row.zones), geo::to_string(row.status),
            geo::to_string(row.region_class), row.as_of.text(), geo::to_string(row.confidence),
            csv_text(row.source), csv_text(row.note));
    }
    return text;
}

std::string events_csv(const Timeline& timeline) {
    const auto& catalog = timeline.catalog();
    std::string text =
        "date,first_day,last_day,provider,region_id,name,country,lon,lat,kind,zones,provenance\n";
    for (const auto& event : timeline.events()) {
        const auto& row = catalog.region(event.region);
        text += fmt::format(
            "{},{},{},{},{},{},{},{},{},{},{}\n", event.date.iso(), interval_columns(event.when),
            csv_text(catalog.provider(row.provider).id), csv_text(row.id), csv_text(row.name),
            csv_text(row.country), row.position.lon, row.position.lat, geo::to_string(event.kind),
            optional_number(event.zones), to_string(event.provenance));
    }
    return text;
}

std::string pipeline_csv(const RunResult& run, const geo::Catalog& catalog) {
    std::string text =
        "provider,region_id,name,country,lon,lat,ordered,earliest,state,ended,lead_months,kind,"
        "zones,mw,cost_usd_m,announced_before_start,reason\n";
    for (const auto& order : run.orders) {
        const auto& row = catalog.region(order.region);
        text += fmt::format(
            "{},{},{},{},{},{},{},{},{},{},{:.1f},{},{},{:.2f},{:.1f},{},{}\n",
            csv_text(provider_of(catalog, order.provider).id), csv_text(row.id), csv_text(row.name),
            csv_text(row.country), row.position.lon, row.position.lat, order.ordered.iso(),
            order.earliest.iso(), to_string(order.state), order.ended ? order.ended->iso() : "",
            (order.earliest - order.ordered) / 30.436875, to_string(order.kind), order.zones,
            order.mw, order.usd_m, order.from_before ? "yes" : "no", csv_text(order.reason));
    }
    return text;
}

std::string metrics_csv(const World& world, const RunResult& run) {
    std::string text =
        "date,provider,regions,zones,regions_in_market,building,capacity_mw,load_mw,utilisation_"
        "percent,idle_mw,"
        "served_usd_m_per_year,share_percent,share_china_percent,money_in_usd_m,spent_usd_m,"
        "cash_usd_m,returned_usd_m,people_within_20_ms_percent,people_within_30_ms_percent,"
        "people_within_50_ms_percent,people_within_100_ms_percent\n";
    for (const auto& m : run.metrics) {
        text += fmt::format(
            "{},{},{},{},{},{},{:.2f},{:.2f},{:.2f},{:.2f},{:.2f},{:.4f},{:.4f},{:.2f},{:.2f},{:."
            "2f},"
            "{:.2f},{:.3f},{:.3f},{:.3f},{:.3f}\n",
            m.date.iso(), provider_of(world.known.catalog, m.provider).id, m.regions, m.zones,
            m.regions_in_market, m.building, m.capacity_mw, m.load_mw,
            m.capacity_mw > 0 ? 100 * m.load_mw / m.capacity_mw : 0, m.capacity_mw - m.load_mw,
            m.served_usd_m, m.share_percent, m.share_china_percent, m.money_in_usd_m, m.spent_usd_m,
            m.cash_usd_m, m.returned_usd_m, m.people_within_percent[0], m.people_within_percent[1],
            m.people_within_percent[2], m.people_within_percent[3]);
    }
    return text;
}

std::string market_csv(const RunResult& run) {
    std::string text =
        "date,demand_usd_m_per_year,served_usd_m_per_year,others_usd_m_per_year,"
        "unserved_hot_usd_m_per_year,unserved_warm_usd_m_per_year,unserved_cold_usd_m_per_year,"
        "unserved_training_usd_m_per_year,china_movable_west_percent,"
        "china_west_within_hot_limit_percent,china_west_within_one_way_target_percent,"
        "china_west_within_warm_limit_percent\n";
    for (const auto& m : run.market) {
        text += fmt::format(
            "{},{:.2f},{:.2f},{:.2f},{:.2f},{:.2f},{:.2f},{:.2f},{:.3f},{:.3f},{:.3f},{:.3f}\n",
            m.date.iso(), m.demand_usd_m, m.served_usd_m, m.others_usd_m, m.unserved_usd_m[0],
            m.unserved_usd_m[1], m.unserved_usd_m[2], m.unserved_usd_m[3], m.china_movable_percent,
            m.china_west_percent[0], m.china_west_percent[1], m.china_west_percent[2]);
    }
    return text;
}

std::string areas_csv(const World& world, const RunResult& run) {
    std::string text =
        "date,area,provider,regions,regions_in_market,people_within_20_ms_percent,people_within_30_"
        "ms_percent,"
        "people_within_50_ms_percent,people_within_100_ms_percent\n";
    for (const auto& m : run.areas) {
        text += fmt::format(
            "{},{},{},{},{},{:.3f},{:.3f},{:.3f},{:.3f}\n", m.date.iso(),
            csv_text(world.areas[m.area].name), provider_of(world.known.catalog, m.provider).id,
            m.regions, m.regions_in_market, m.people_within_percent[0], m.people_within_percent[1],
            m.people_within_percent[2], m.people_within_percent[3]);
    }
    return text;
}

std::string hubs_csv(const World& world, const RunResult& run) {
    std::string text =
        "date,hub,cluster,role,provider,regions_in_market,capacity_mw,load_mw,pue_target,power_mw_"
        "at_target,"
        "green_power_target_percent,green_power_mw_at_target\n";
    const auto& hubs = world.known.facts.hubs;
    for (const auto& m : run.hubs) {
        text += m.date.iso() + ',';
        text += m.hub < hubs.size()
                    ? fmt::format("{},{},{}", csv_text(hubs[m.hub].hub), csv_text(hubs[m.hub].name),
                                  hubs[m.hub].supplies ? "supply" : "demand")
                    : "none,,";
        text += fmt::format(",{},{},{:.2f},{:.2f}", provider_of(world.known.catalog, m.provider).id,
                            m.regions_in_market, m.capacity_mw, m.load_mw);
        if (m.hub < hubs.size() && hubs[m.hub].pue_most > 0) {
            const double power_mw = m.load_mw * hubs[m.hub].pue_most;
            text += fmt::format(",{:.3f},{:.2f},{:.0f},{:.2f}\n", hubs[m.hub].pue_most, power_mw,
                                hubs[m.hub].green_power_percent,
                                power_mw * hubs[m.hub].green_power_percent / 100);
        } else {
            text += ",,,,\n";
        }
    }
    return text;
}

namespace {

// Facts end where they ended for the catalog that the run went on from: with the day that its last
// provider was looked at.
geo::SimulatedRun simulated_run(const LoadedRun& run) {
    Date facts_as_of{std::numeric_limits<std::int32_t>::min()};
    for (const auto& provider : run.catalog->providers()) {
        facts_as_of = std::max(facts_as_of, provider.as_of.middle());
    }
    return {run.title,
            run.catalog->providers().empty() ? run.start : std::min(facts_as_of, run.start)};
}

}  // namespace

bool is_run_folder(const fs::path& folder) {
    std::error_code ignored;
    return fs::is_regular_file(folder / "run.json", ignored) &&
           fs::is_regular_file(folder / "events.csv", ignored);
}

LoadedRun load_run(const fs::path& folder) {
    LoadedRun run;
    try {
        const auto manifest = nlohmann::json::parse(read_file(folder / "run.json", 64U << 20U));
        run.name = manifest.at("name").get<std::string>();
        run.title = manifest.at("title").get<std::string>();
        run.start = parse_date_interval(manifest.at("start").get<std::string>()).begin;
        run.end = parse_date_interval(manifest.at("end").get<std::string>()).begin.plus_days(-1);
        run.seed = manifest.value("seed", std::uint64_t{0});
        run.runs = manifest.value("runs", std::uint32_t{1});
        run.scenario = manifest.value("scenario", std::string{});
        run.folder = folder;
    } catch (const nlohmann::json::exception& error) {
        throw Error(ExitCode::invalid, fmt::format("{}: not a manifest that footprint wrote: {}",
                                                   (folder / "run.json").string(), error.what()));
    }
    auto providers = read_providers(folder / "providers.csv");
    const geo::Catalog bare(providers, {}, {}, run.start);
    run.catalog = std::make_unique<geo::Catalog>(std::move(providers),
                                                 read_regions(folder / "regions.csv", bare),
                                                 std::vector<geo::EventRecord>{}, run.start);
    run.catalog->set_run(simulated_run(run));
    const auto events = read_events(folder / "events.csv", *run.catalog);
    run.timeline = std::make_unique<Timeline>(Timeline::from_events(*run.catalog, events));
    return run;
}

LoadedRun load_chances(const fs::path& folder) {
    LoadedRun run = load_run(folder);
    if (!fs::is_regular_file(folder / "sites.csv")) {
        throw Error(ExitCode::usage, fmt::format("{} holds one run; chances need several: simulate "
                                                 "--runs N",
                                                 folder.string()));
    }
    const auto first_run = std::move(run.catalog);
    std::vector<geo::Region> regions;
    std::vector<Event> events;
    std::map<RegionIndex, RegionIndex> kept;
    for (RegionIndex i = 0; i < first_run->regions().size(); ++i) {
        const auto& row = first_run->region(i);
        if (row.source.starts_with(kSimulatedSource)) {
            continue;
        }
        kept[i] = static_cast<RegionIndex>(regions.size());
        run.chances.push_back(row.status == geo::RegionStatus::planned ? 0 : 1);
        regions.push_back(row);
    }
    for (Event event : run.timeline->events()) {
        const auto found = kept.find(event.region);
        if (found != kept.end() && event.provenance != Provenance::simulated) {
            event.region = found->second;
            events.push_back(event);
        }
    }
    RunTable table(folder / "sites.csv", {"provider", "site", "country", "lon", "lat", "announced",
                                          "probability", "opens_p50"});
    while (table.next()) {
        const auto provider = first_run->find_provider(table.text("provider"));
        if (!provider) {
            table.fail("provider", "one of providers.csv");
        }
        const auto when = parse_date_interval(table.text("opens_p50"));
        RegionIndex region = static_cast<RegionIndex>(regions.size());
        if (table.text("announced") == "yes") {
            const auto known = std::find_if(regions.begin(), regions.end(), [&](const auto& row) {
                return row.provider == *provider && row.id == table.text("site");
            });
            if (known == regions.end()) {
                table.fail("site", "a region of regions.csv");
            }
            region = static_cast<RegionIndex>(known - regions.begin());
        } else {
            geo::Region row;
            row.provider = *provider;
            row.id = fmt::format("site-{}", regions.size());
            row.name = row.city = table.text("site");
            row.country = table.text("country");
            row.position = {table.number("lon"), table.number("lat")};
            if (!geo::is_valid(row.position)) {
                table.fail("lon", "a position on the globe");
            }
            row.status = geo::RegionStatus::planned;
            row.region_class = geo::RegionClass::public_;
            row.source = kSimulatedSource;
            run.chances.push_back(0);
            regions.push_back(std::move(row));
        }
        run.chances[region] = std::clamp(table.number("probability"), 0.0, 1.0);
        events.push_back({when.begin,
                          {when.begin, when.begin.plus_days(1), DatePrecision::day},
                          region,
                          EventKind::opened,
                          std::nullopt,
                          Provenance::simulated});
    }
    run.catalog = std::make_unique<geo::Catalog>(
        std::vector<geo::Provider>(first_run->providers().begin(), first_run->providers().end()),
        std::move(regions), std::vector<geo::EventRecord>{}, run.start);
    run.catalog->set_run(simulated_run(run));
    run.timeline = std::make_unique<Timeline>(Timeline::from_events(*run.catalog, events));
    return run;
}

std::vector<Metric> load_metrics(const LoadedRun& run) {
    RunTable table(run.folder / "metrics.csv",
                   {"date", "provider", "regions", "zones", "regions_in_market", "building",
                    "capacity_mw", "load_mw", "served_usd_m_per_year", "share_percent",
                    "share_china_percent", "money_in_usd_m", "spent_usd_m", "cash_usd_m",
                    "people_within_20_ms_percent", "people_within_30_ms_percent",
                    "people_within_50_ms_percent", "people_within_100_ms_percent"});
    std::vector<Metric> metrics;
    while (table.next()) {
        const auto provider = run.catalog->find_provider(table.text("provider"));
        if (!provider) {
            table.fail("provider", "one of providers.csv");
        }
        Metric row;
        row.date = table.date("date");
        row.provider = *provider;
        row.regions = table.whole("regions");
        row.zones = table.whole("zones");
        row.regions_in_market = table.whole("regions_in_market");
        row.building = table.whole("building");
        row.capacity_mw = table.number("capacity_mw");
        row.load_mw = table.number("load_mw");
        row.served_usd_m = table.number("served_usd_m_per_year");
        row.share_percent = table.number("share_percent");
        row.share_china_percent = table.number("share_china_percent");
        row.money_in_usd_m = table.number("money_in_usd_m");
        row.spent_usd_m = table.number("spent_usd_m");
        row.cash_usd_m = table.number("cash_usd_m");
        row.people_within_percent = {table.number("people_within_20_ms_percent"),
                                     table.number("people_within_30_ms_percent"),
                                     table.number("people_within_50_ms_percent"),
                                     table.number("people_within_100_ms_percent")};
        metrics.push_back(row);
    }
    return metrics;
}

}  // namespace footprint::sim
