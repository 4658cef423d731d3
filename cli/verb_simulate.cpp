#include <fmt/format.h>

#include <array>
#include <functional>
#include <map>

#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/frame/attribution.h"
#include "cli/frame/command.h"
#include "cli/frame/coverage_options.h"
#include "cli/frame/interrupted.h"
#include "cli/frame/latency_options.h"
#include "cli/layers/layer_output.h"
#include "cli/verbs.h"
#include "geo/atlas/people.h"
#include "sim/expansion/ensemble.h"
#include "sim/expansion/hindcast.h"
#include "sim/expansion/manifest.h"
#include "sim/expansion/run_folder.h"

namespace footprint::cli {
namespace {

// A run as layers see it.
class RunFacts final : public LayerFacts {
  public:
    RunFacts(Session& session, const geo::Catalog& catalog, const sim::Timeline& timeline)
        : session_(&session), catalog_(&catalog), timeline_(&timeline) {}
    const std::filesystem::path& datasets() override { return session_->datasets(); }
    const geo::Catalog& catalog() override { return *catalog_; }
    const sim::Timeline& timeline() override { return *timeline_; }
    const geo::Atlas& tables() override { return session_->tables(); }
    const geo::Atlas& atlas() override { return session_->atlas(); }

  private:
    Session* session_;
    const geo::Catalog* catalog_;
    const sim::Timeline* timeline_;
};

std::string usd(double usd_m) {
    return usd_m >= 1000 ? fmt::format("{:.1f} bn", usd_m / 1000) : fmt::format("{:.0f} M", usd_m);
}

bool speaks_of_hubs(const sim::World& world) {
    return std::any_of(world.plans.begin(), world.plans.end(), [](const auto* plan) {
        return plan != nullptr && plan->policy == sim::PolicyKind::east_west;
    });
}

// What may move to the western hubs of mainland China, and what stands there.
std::string hubs_text(const sim::World& world, const sim::RunResult& run) {
    const auto& market = run.market.back();
    const auto& limits = world.west_limits_ms;
    const auto& west = market.china_west_percent;
    std::string text = fmt::format(
        "mainland China: {:.1f} % of the work tolerates the way to a western hub: {:.1f} % of hot "
        "work ({:g} ms), {:.1f} % of warm work ({:g} ms), all cold work and training; {:.1f} % of "
        "spending is within {:g} ms one way\n",
        market.china_movable_percent, west[0], limits[0], west[2], limits[2], west[1],
        limits[1] / 2);
    struct Side {
        double mw = 0;
        double load_mw = 0;
        double power_mw = 0;
        double green_mw = 0;
    };
    std::array<Side, 3> sides;  // western hubs, eastern hubs, elsewhere
    const auto& hubs = world.known.facts.hubs;
    for (const auto& row : run.hubs) {
        if (row.date != market.date) {
            continue;
        }
        const bool in_hub = row.hub < hubs.size();
        auto& side = sides[in_hub ? (hubs[row.hub].supplies ? 0 : 1) : 2];
        side.mw += row.capacity_mw;
        side.load_mw += row.load_mw;
        if (in_hub) {
            const double power_mw = row.load_mw * hubs[row.hub].pue_most;
            side.power_mw += power_mw;
            side.green_mw += power_mw * hubs[row.hub].green_power_percent / 100;
        }
    }
    const std::array<const char*, 3> names{"western hubs", "eastern hubs", "elsewhere"};
    for (std::size_t k = 0; k < sides.size(); ++k) {
        const auto& side = sides[k];
        text +=
            fmt::format("  {:<13} {:>6.0f} MW, load {:>6.0f} MW", names[k], side.mw, side.load_mw);
        text += side.power_mw > 0
                    ? fmt::format(
                          "; at the approved targets {:.0f} MW of power (PUE {:.2f}), "
                          "{:.0f} MW of it green\n",
                          side.power_mw, side.power_mw / side.load_mw, side.green_mw)
                    : "\n";
    }
    return text;
}

// What came of it, a line a provider.
std::string summary_text(const sim::World& world, const sim::RunResult& run) {
    const std::size_t n = world.providers();
    std::string text =
        fmt::format("{:<14} {:>15} {:>6} {:>9} {:>12} {:>6} {:>14} {:>15}\n", "provider", "regions",
                    "build", "MW", "load %", "share", "spent USD", "within 50 ms %");
    for (std::size_t i = 0; i < n; ++i) {
        const auto& first = run.metrics[i];
        const auto& last = run.metrics[run.metrics.size() - n + i];
        text += fmt::format(
            "{:<14} {:>6} to {:>5} {:>6} {:>9.0f} {:>12.1f} {:>6.1f} {:>14} {:>6.1f} to {:>5.1f}\n",
            world.known.catalog.provider(static_cast<geo::ProviderIndex>(i)).id, first.regions,
            last.regions, last.building, last.capacity_mw,
            last.capacity_mw > 0 ? 100 * last.load_mw / last.capacity_mw : 0, last.share_percent,
            usd(last.spent_usd_m), first.people_within_percent[2], last.people_within_percent[2]);
    }
    const auto& market = run.market.back();
    double unserved = 0;
    for (const double part : market.unserved_usd_m) {
        unserved += part;
    }
    text += fmt::format("spending {} USD a year, {:.1f} % by others, {:.2f} % unserved\n",
                        usd(market.demand_usd_m), 100 * market.others_usd_m / market.demand_usd_m,
                        100 * unserved / market.demand_usd_m);
    if (speaks_of_hubs(world)) {
        text += hubs_text(world, run);
    }
    return text;
}

class SimulateVerb final : public Verb {
  public:
    std::string name() const override { return "simulate"; }
    std::string summary() const override {
        return "Run a scenario: who builds what, where, when, and what it does";
    }
    std::string description() const override {
        return "Runs a scenario file (TOML; docs/scenarios/README.md, "
               "docs/schemas/scenario.schema.json) month by month: money comes in, regions that "
               "were announced or ordered open after lead times fitted to announcements, full "
               "regions grow, providers order new ones by their policies, and a market calibrated "
               "to published shares splits what people spend. What is written is a run folder: "
               "events.csv (history and simulated events, one timeline), regions.csv, "
               "pipeline.csv (every order and its reason), metrics.csv, market.csv, areas.csv, "
               "layers, scenario.toml (with every value and its source) and run.json. 'map', "
               "'animate', 'compare', 'diff', 'export' and 'info' take a run folder as an input "
               "and show it like any other timeline; what was simulated is marked.\n\n"
               "The future that this shows is a consequence of the scenario's assumptions, not a "
               "forecast. With --hindcast and no scenario, runs start from what was known at a "
               "past "
               "date and are scored against what was built, next to simple rules of thumb.";
    }
    std::vector<Example> examples() const override {
        return {{"footprint simulate scenario.toml -o run", "Run a scenario"},
                {"footprint compare run aws alibaba --from 2027 --to 2029",
                 "Two providers in that future"},
                {"footprint map run --size 720p -o run.png", "Its last day on the map"},
                {"footprint simulate scenario.toml --runs 3 -o runs",
                 "An ensemble: bands on every curve, and how likely each site opens"},
                {"footprint animate run runs --coverage none --duration 4 --size 720p --fps 8 -o "
                 "futures.mp4",
                 "Two futures beside each other, by one clock; of several runs the bands as haze"}};
    }
    void options(OptionSet& options) override {
        options.add("scenario", &file_, "FILE", "The scenario (.toml)")
            .add("-o,--output", &output_, "FOLDER", "Run folder to write")
            .flag("-O,--overwrite", overwrite_, "Replace the run folder if it exists")
            .add(
                "--runs", &runs_, "N",
                "Runs of an ensemble; the folder shows the first of them, and bands and chances of "
                "all")
            .add("--seed", &seed_, "N", "Seed of the random streams (the scenario's when left out)")
            .add("--latency", &latency_, "MODEL",
                 "Round-trip times along the cables (backbone) or by distance (the scenario's when "
                 "left out)")
            .choices({"backbone", "distance"})
            .flag("--resume", resume_, "Go on with an ensemble that was interrupted")
            .add(
                "--hindcast", &cut_, "DATE",
                "Without a scenario: start from what was known then, and score against what opened")
            .add("--until", &until_, "DATE",
                 "End of the hindcast (the catalog's date when left out)")
            .add("--provider,--providers", &providers_, "NAMES",
                 "Providers of the hindcast (all when left out)");
    }

    void run(Session& session) override {
        check_options(session);
        auto scenario = cut_ ? past(session) : sim::read_scenario(*file_);
        if (latency_) {
            scenario.by_distance = *latency_ == "distance";
        }
        if (seed_) {
            scenario.seed = static_cast<std::uint64_t>(*seed_);
        }
        std::unique_ptr<sim::RunFolder> folder;
        if (output_ && !cut_) {
            folder = std::make_unique<sim::RunFolder>(
                *output_, overwrite_ ? Overwrite::replace : Overwrite::refuse, resume_);
        }
        const auto facts = sim::Facts::load(session.datasets());
        const auto points = geo::DemandPoints::load(session.datasets(), session.tables());
        std::shared_ptr<const sim::LatencyModel> model;
        sim::WorldInput input;
        if (scenario.by_distance) {
            model = sim::make_distance_model();
        } else {
            const auto backbone = load_backbone(session);
            input.without = ways_of(session, backbone);
            input.network_changes = backbone->changes();
            input.network_known_from = session.catalog().as_of();
            model = input.without({});
        }
        input.timeline = &session.timeline();
        input.facts = &facts;
        input.atlas = &session.tables();
        input.points = &points;
        input.cities = &session.cities();
        input.model = model.get();
        input.datasets = session.datasets();
        const sim::World world(std::move(scenario), input);
        if (session.options().verbose) {
            session.detail(sim::setup_text(world));
        }
        for (const auto& note : world.notes) {
            session.say("warning: " + note);
        }
        if (cut_) {
            score(session, world);
            return;
        }
        const auto run = sim::simulate(world, world.scenario.seed, 0);
        if (runs_ > 1) {
            make_ensemble(session, world, *folder);
        }
        for (const auto& warning : run.warnings) {
            session.say("warning: " + warning);
        }
        if (folder) {
            write(session, world, run, *folder);
            folder->commit();
        }
        write_text("-", summary_text(world, run), Overwrite::refuse);
    }

  private:
    using Ways = std::function<std::shared_ptr<const sim::LatencyModel>(
        const std::vector<std::string>& without)>;
    // Clients on fixed lines along the cables of a date, less what is cut. Cuts of the record were
    // mended within months: a run of years does without them.
    static Ways ways_of(Session& session, const std::shared_ptr<const sim::Backbone>& backbone) {
        const auto parameters = ClientFlags::path_parameters(load_backbone_parameters(session));
        const auto clients =
            sim::ClientAccess::load(session.datasets() / "latency" / "clients.csv", session.atlas(),
                                    sim::ClientKind::fixed, sim::ClientAccess::kMostDetourAnywhere);
        return [=, &session](const std::vector<std::string>& without) {
            const sim::WhatIf what_if{without, false};
            if (!without.empty()) {
                backbone->in_service(backbone->first_cable(), what_if);  // throws for unknown names
            }
            return sim::with_clients(
                sim::make_backbone_model(backbone, parameters, sim::LatencyKind::fixed, what_if),
                clients, session.atlas());
        };
    }

    void check_options(Session& session) const {
        const auto refuse = [](const std::string& message) {
            throw Error(ExitCode::usage, message);
        };
        if (file_.has_value() == cut_.has_value()) {
            refuse("give a scenario file, or --hindcast DATE");
        }
        if (session.run() != nullptr) {
            refuse("a scenario starts from the catalog, not from a run folder");
        }
        if (seed_ && *seed_ < 0) {
            refuse(fmt::format("--seed {} is negative; expected 0 or more", *seed_));
        }
        if (runs_ < 1 || runs_ > 1'000'000) {
            refuse(fmt::format("--runs {}: expected 1 to 1000000", runs_));
        }
        if (!cut_ && (until_ || !providers_.empty())) {
            refuse("--until and --provider belong to --hindcast; a scenario says its own");
        }
        if (runs_ > 1 && !cut_ && !output_) {
            refuse("an ensemble needs -o FOLDER");
        }
        if (resume_ && (runs_ == 1 || cut_)) {
            refuse("--resume goes on with an ensemble: say --runs as before");
        }
    }

    sim::Scenario past(Session& session) const {
        std::vector<std::string> ids;
        for (const auto provider : session.providers(providers_)) {
            ids.push_back(session.catalog().provider(provider).id);
        }
        const Date cut = parse_date_interval(*cut_).first_day();
        const Date until = end_of_hindcast(session);
        if (cut.day() != 1) {
            throw Error(ExitCode::usage, "--hindcast takes a year or month");
        }
        if (until > session.catalog().as_of()) {
            throw Error(ExitCode::usage, fmt::format("--until {}: what opened is known until {}",
                                                     until.iso(), session.catalog().as_of().iso()));
        }
        return sim::hindcast_scenario(cut, until, ids);
    }

    Date end_of_hindcast(Session& session) const {
        return until_ ? parse_date_interval(*until_).first_day() : session.catalog().as_of();
    }

    void score(Session& session, const sim::World& world) const {
        const auto runs = static_cast<std::uint32_t>(std::max(runs_, 20));
        Progress progress(session.progress_style(), "runs", runs);
        const auto report =
            sim::hindcast(world, session.timeline(), end_of_hindcast(session), world.scenario.seed,
                          runs, [&](std::uint32_t done) { progress.update(done); });
        const bool as_csv = output_ && output_->extension() == ".csv";
        if (output_) {
            write_text(*output_, as_csv ? sim::hindcast_csv(report) : sim::hindcast_text(report),
                       overwrite_ ? Overwrite::replace : Overwrite::refuse);
        } else {
            write_text("-", sim::hindcast_text(report), Overwrite::refuse);
        }
    }

    void make_ensemble(Session& session, const sim::World& world, sim::RunFolder& folder) const {
        const auto runs = static_cast<std::uint32_t>(runs_);
        sim::Checkpoint checkpoint(folder.folder() / sim::kCheckpoint, runs_of(session, world));
        folder.keep();
        Progress progress(session.progress_style(), "runs", runs);
        try {
            sim::make_runs(world, world.scenario.seed, runs, checkpoint,
                           [&](std::uint32_t done) { progress.update(done); });
        } catch (const Interrupted& interruption) {
            throw InterruptedButKept(
                interruption,
                fmt::format("{} of {} runs stay in {}: the same command with --resume goes on, "
                            "with -O it begins anew",
                            checkpoint.count(), runs, folder.folder().string()));
        }
        const auto report = sim::report_on(world, checkpoint, runs);
        folder.write("bands.csv", report.bands_csv);
        folder.write("sites.csv", sim::sites_csv(world, report));
        write_sites(session, world, report, folder);
    }

    // How likely each site opens, as a layer.
    static void write_sites(Session& session, const sim::World& world,
                            const sim::EnsembleReport& report, sim::RunFolder& folder) {
        geo::Schema schema;
        schema.layer = "sites";
        schema.description = "Share of runs in which a site opens, and when";
        schema.attribution = join(attributions(session.datasets(), {"providers"}), "; ");
        schema.geometry = geo::GeometryType::point;
        schema.fields = {
            {"provider", geo::FieldType::text},    {"site", geo::FieldType::text},
            {"country", geo::FieldType::text},     {"announced", geo::FieldType::boolean},
            {"probability", geo::FieldType::real}, {"opens_p5", geo::FieldType::date},
            {"opens_p50", geo::FieldType::date},   {"opens_p95", geo::FieldType::date}};
        const auto output = geo::make_vector_output(folder.folder() / "sites.geojson",
                                                    geo::VectorFormat::geojson, {});
        geo::FeatureSink& sink = output->layer(schema);
        for (const auto& site : report.sites) {
            geo::Feature feature;
            feature.geometry = geo::Points{{site.position}};
            feature.values = {
                world.known.catalog.provider(static_cast<geo::ProviderIndex>(site.provider)).id,
                site.name,
                site.country,
                site.announced,
                site.probability,
                site.first,
                site.middle,
                site.last};
            sink.write(feature);
        }
        output->commit();
        folder.note("sites.geojson");
    }

    void write(Session& session, const sim::World& world, const sim::RunResult& run,
               sim::RunFolder& folder) const {
        const auto catalog = sim::catalog_of(world, run);
        const auto timeline = sim::timeline_of(world, run, catalog);
        folder.write("scenario.toml", sim::resolved(world.scenario));
        folder.write("providers.csv", sim::providers_csv(catalog));
        folder.write("regions.csv", sim::regions_csv(catalog));
        folder.write("events.csv", sim::events_csv(timeline));
        folder.write("pipeline.csv", sim::pipeline_csv(run, catalog));
        folder.write("metrics.csv", sim::metrics_csv(world, run));
        folder.write("market.csv", sim::market_csv(run));
        folder.write("areas.csv", sim::areas_csv(world, run));
        folder.write("hubs.csv", sim::hubs_csv(world, run));
        RunFacts facts(session, catalog, timeline);
        LayerRequest request;
        request.at = world.scenario.end.plus_days(-1);
        request.at_given = true;
        for (std::size_t i = 0; i < world.providers(); ++i) {
            request.providers.push_back(static_cast<geo::ProviderIndex>(i));
        }
        request.coverage.scope = world.scope;
        for (const char* name : {"regions", "pipeline"}) {
            const auto& layer = require_layer(name);
            const std::string file = std::string(name) + ".geojson";
            const auto output =
                geo::make_vector_output(folder.folder() / file, geo::VectorFormat::geojson, {});
            geo::FeatureSink& sink = output->layer(layer_schema(session, layer));
            layer.produce(facts, {&request, 1}, sink);
            output->commit();
            folder.note(file);
        }
        sim::ManifestInput manifest;
        manifest.tool_version = FOOTPRINT_VERSION;
        manifest.command = "footprint simulate " + file_->filename().string() +
                           fmt::format(" --seed {} --runs {}", world.scenario.seed, runs_);
        manifest.command += latency_ ? " --latency " + *latency_ : "";
        manifest.seed = world.scenario.seed;
        manifest.runs = static_cast<std::uint32_t>(runs_);
        manifest.inputs = inputs(session, world);
        manifest.inputs[file_->filename().string()] = sha256_of_file(*file_);
        manifest.outputs = folder.digests();
        manifest.warnings = world.notes;
        manifest.warnings.insert(manifest.warnings.end(), run.warnings.begin(), run.warnings.end());
        std::vector<std::string> used{"providers", "countries", "demand-points"};
        if (!world.scenario.by_distance) {
            used.emplace_back("latency-rtt-azure");
        }
        manifest.attribution = attributions(session.datasets(), used);
        folder.write("run.json", sim::manifest_json(world, manifest));
    }

    sim::RunsOf runs_of(Session& session, const sim::World& world) const {
        sim::RunsOf of;
        of.file = file_->string();
        of.scenario = sim::resolved(world.scenario);
        of.inputs = inputs(session, world);
        of.version = FOOTPRINT_VERSION;
        if (seed_) {
            of.options["seed"] = "--seed";
        }
        if (latency_) {
            of.options["latency"] = "--latency";
        }
        return of;
    }

    // Digests of what is read besides the scenario.
    std::map<std::string, std::string> inputs(Session& session, const sim::World& world) const {
        std::map<std::string, std::string> digests;
        for (const char* name :
             {"providers.csv", "events.csv", "announcements.csv", "budgets.csv", "build_costs.csv",
              "market_shares.csv", "policy_rules.csv", "metros.csv", "hubs.csv", "cities.csv",
              "countries.csv", "people/demand_points.csv", "cables.csv",
              "latency/backbone_parameters.json", "latency/clients.csv"}) {
            digests[std::string("datasets/") + name] = sha256_of_file(session.datasets() / name);
        }
        for (const auto& provider : world.known.catalog.providers()) {
            const auto name = "providers/" + provider.id + ".csv";
            if (std::filesystem::exists(session.datasets() / name)) {
                digests["datasets/" + name] = sha256_of_file(session.datasets() / name);
            }
        }
        for (const auto& provider : world.scenario.providers) {
            if (provider.plan) {
                digests[provider.plan->filename().string()] = sha256_of_file(*provider.plan);
            }
        }
        return digests;
    }

    std::optional<std::filesystem::path> file_;
    std::optional<std::filesystem::path> output_;
    bool overwrite_ = false;
    std::optional<int> seed_;
    int runs_ = 1;
    bool resume_ = false;
    std::optional<std::string> cut_;
    std::optional<std::string> until_;
    std::optional<std::string> latency_;
    std::vector<std::string> providers_;
};

}  // namespace

std::unique_ptr<Verb> make_simulate_verb() {
    return std::make_unique<SimulateVerb>();
}

}  // namespace footprint::cli
