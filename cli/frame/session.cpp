#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/console.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/paths.h"
#include "base/text.h"
#include "cli/frame/command.h"
#include "geo/catalog/locate.h"
#include "geo/catalog/validate.h"
#include "sim/expansion/run_folder.h"

namespace footprint::cli {
namespace {

std::vector<std::string> class_names() {
    std::vector<std::string> names;
    for (int i = 0; i < geo::kRegionClassCount; ++i) {
        names.emplace_back(geo::to_string(static_cast<geo::RegionClass>(i)));
    }
    return names;
}

geo::RegionClass require_class(const std::string& name) {
    if (const auto region_class = geo::parse_region_class(lower_ascii(name))) {
        return *region_class;
    }
    const auto names = class_names();
    throw Error(ExitCode::usage, fmt::format("'{}' is not a class of regions.{} Classes: {}", name,
                                             did_you_mean(name, names), join(names, ", ")));
}

// A point in the wrong country can be drawn and counted, but not without a word.
void warn_of_places(Session& session, const geo::LoadedCatalog& loaded) {
    auto faults = geo::validate(loaded, session.atlas(), session.cities());
    std::erase_if(faults, [](const Diagnostic& d) { return d.severity != Severity::error; });
    if (faults.empty()) {
        return;
    }
    constexpr std::size_t kShown = 5;
    session.say("warning: rows of your catalog look wrong, and are taken as they are:\n" +
                std::string(trimmed(format(faults, kShown))) +
                "\nfootprint validate, given the same files, says everything");
}

}  // namespace

struct Session::Impl {
    GlobalOptions options;
    ThreadLimit threads;
    std::optional<std::filesystem::path> datasets;
    std::optional<geo::Catalog> catalog;
    std::optional<sim::Timeline> timeline;
    std::optional<geo::Atlas> tables;
    std::optional<geo::Atlas> atlas;
    std::optional<geo::Cities> cities;
    std::optional<sim::LoadedRun> run;

    explicit Impl(const GlobalOptions& given) : options(given), threads(given.threads) {}
};

Session::Session(const GlobalOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Session::~Session() = default;

const GlobalOptions& Session::options() const {
    return impl_->options;
}

const std::filesystem::path& Session::datasets() {
    if (!impl_->datasets) {
        impl_->datasets = find_datasets(impl_->options.data);
    }
    return *impl_->datasets;
}

std::optional<std::filesystem::path> Session::take_data_file() {
    auto& data = impl_->options.data;
    std::error_code ignored;
    if (!data || std::filesystem::is_directory(*data, ignored)) {
        return std::nullopt;
    }
    return std::exchange(data, std::nullopt);
}

const sim::LoadedRun* Session::run() {
    if (impl_->options.runs.empty()) {
        return nullptr;
    }
    if (impl_->options.runs.size() > 1) {
        throw Error(ExitCode::usage,
                    "one run folder at a time; only 'compare' and 'animate' take two");
    }
    if (!impl_->run) {
        if (!impl_->options.catalogs.empty()) {
            throw Error(ExitCode::usage,
                        "--catalog and a run folder exclude each other: a run holds its regions");
        }
        impl_->run = sim::load_run(impl_->options.runs.front());
    }
    return &*impl_->run;
}

void Session::show_chances() {
    if (impl_->options.runs.size() != 1) {
        throw Error(ExitCode::usage, "--chances needs a run folder of several runs");
    }
    if (!impl_->run || impl_->run->chances.empty()) {
        impl_->run = sim::load_chances(impl_->options.runs.front());
    }
}

const geo::Catalog& Session::catalog() {
    if (const auto* loaded = run()) {
        return *loaded->catalog;
    }
    if (!impl_->catalog) {
        if (impl_->options.only_catalog && impl_->options.catalogs.empty()) {
            throw Error(ExitCode::usage,
                        "--only-catalog leaves our regions out and needs yours: --catalog FILE");
        }
        const auto& given = impl_->options;
        auto loaded =
            geo::load_catalog({datasets(), given.catalogs, given.events, given.only_catalog});
        geo::require_no_errors(loaded);
        if (!given.catalogs.empty()) {
            warn_of_places(*this, loaded);
        }
        impl_->catalog = std::move(loaded.catalog);
        if (geo::lacks_countries(*impl_->catalog)) {
            impl_->catalog = geo::with_countries(*impl_->catalog, atlas());
        }
    }
    return *impl_->catalog;
}

void Session::serve_together(const std::vector<geo::ProviderIndex>& providers,
                             sim::RegionScope& scope) {
    if (run() != nullptr) {
        throw Error(ExitCode::usage, "providers of a run folder are not served together");
    }
    impl_->timeline.reset();
    impl_->catalog = geo::together(catalog(), providers, scope.counted);
    scope.counted = {impl_->catalog->provider(0).counted};
}

geo::RegionIndex Session::add_regions(const std::vector<geo::Region>& regions) {
    if (run() != nullptr) {
        throw Error(ExitCode::usage, "regions cannot be added to a run folder");
    }
    const auto& known = catalog();
    std::vector<geo::Region> all(known.regions().begin(), known.regions().end());
    const auto first = static_cast<geo::RegionIndex>(all.size());
    all.insert(all.end(), regions.begin(), regions.end());
    geo::Catalog more({known.providers().begin(), known.providers().end()}, std::move(all),
                      {known.events().begin(), known.events().end()}, known.as_of());
    impl_->timeline.reset();
    impl_->catalog = std::move(more);
    return first;
}

void Session::locate_regions() {
    if (run() != nullptr) {
        return;  // a run knows the countries of its regions
    }
    auto located = geo::with_countries(catalog(), atlas());
    impl_->timeline.reset();
    impl_->catalog = std::move(located);
}

const sim::Timeline& Session::timeline() {
    if (const auto* loaded = run()) {
        return *loaded->timeline;
    }
    if (!impl_->timeline) {
        impl_->timeline = sim::Timeline::from_catalog(catalog());
    }
    return *impl_->timeline;
}

const geo::Atlas& Session::tables() {
    if (impl_->atlas) {
        return *impl_->atlas;
    }
    if (!impl_->tables) {
        impl_->tables = geo::Atlas::load_tables(datasets());
    }
    return *impl_->tables;
}

const geo::Atlas& Session::atlas() {
    if (!impl_->atlas) {
        impl_->atlas = geo::Atlas::load(datasets());
    }
    return *impl_->atlas;
}

const geo::Cities& Session::cities() {
    if (!impl_->cities) {
        impl_->cities = geo::Cities::load(datasets());
    }
    return *impl_->cities;
}

ProgressStyle Session::progress_style() const {
    const auto& given = impl_->options;
    if (given.quiet || given.no_progress || given.progress == "no") {
        return ProgressStyle::none;
    }
    if (given.progress == "json") {
        return ProgressStyle::json;
    }
    if (given.progress == "yes") {
        return ProgressStyle::bar;
    }
    return ::isatty(STDERR_FILENO) == 1 ? ProgressStyle::bar : ProgressStyle::none;
}

void Session::say(const std::string& line) const {
    if (!impl_->options.quiet) {
        tell(line + "\n");
    }
}

void Session::detail(const std::string& line) const {
    if (impl_->options.verbose) {
        tell(line + "\n");
    }
}

std::vector<geo::ProviderIndex> Session::providers(const std::vector<std::string>& names) {
    std::vector<geo::ProviderIndex> result;
    const auto add = [&](geo::ProviderIndex provider) {
        for (const auto known : result) {
            if (known == provider) {
                return;
            }
        }
        result.push_back(provider);
    };
    bool all = names.empty();
    for (const auto& name : names) {
        all = all || lower_ascii(name) == "all";
    }
    if (all) {
        for (std::size_t i = 0; i < catalog().providers().size(); ++i) {
            add(static_cast<geo::ProviderIndex>(i));
        }
        return result;
    }
    for (const auto& name : names) {
        add(catalog().require_provider(name));
    }
    return result;
}

Date Session::date_or_as_of(const std::optional<std::string>& text) {
    if (text) {
        return parse_date_as_of(*text);
    }
    const auto* loaded = run();
    return loaded != nullptr ? loaded->end : catalog().as_of();
}

sim::RegionScope Session::scope(const std::vector<std::string>& include,
                                const std::vector<std::string>& exclude) {
    auto scope = sim::RegionScope::published(catalog());
    for (const auto& name : include) {
        const auto same = [&](const std::string& other) {
            return lower_ascii(other) == lower_ascii(name);
        };
        if (std::any_of(exclude.begin(), exclude.end(), same)) {
            throw Error(
                ExitCode::usage,
                fmt::format("--include {} and --exclude {} contradict each other; leave one "
                            "out",
                            name, name));
        }
    }
    for (const auto& name : include) {
        scope.include(require_class(name));
    }
    for (const auto& name : exclude) {
        scope.exclude(require_class(name));
    }
    return scope;
}

void OutputOptions::declare(OptionSet& options, const std::string& what) {
    options.add("-o,--output", &output, "FILE", what)
        .add("-f,--format", &format, "FORMAT",
             "Format of the output, when its suffix does not say it")
        .flag("-O,--overwrite", overwrite, "Replace the output if it exists");
}

void OutputOptions::check_writable() const {
    if (output) {
        refuse_existing(*output, mode());
        refuse_unwritable(*output);
    }
}

std::string OutputOptions::choose_format(const std::string& verb,
                                         const std::vector<std::string>& known, bool json) const {
    std::string suffix;
    if (output && output->has_extension()) {
        suffix = lower_ascii(output->extension().string().substr(1));
    }
    const std::string chosen = format            ? lower_ascii(*format)
                               : !suffix.empty() ? suffix
                               : json            ? "json"
                                                 : known.front();
    const auto is_known = [&](const std::string& name) {
        return std::find(known.begin(), known.end(), name) != known.end();
    };
    if (!is_known(chosen)) {
        throw Error(ExitCode::usage,
                    fmt::format("{} does not write '{}'.{} It writes {}", verb, chosen,
                                did_you_mean(chosen, known), join(known, ", ")));
    }
    if (format && is_known(suffix) && suffix != chosen) {
        throw Error(ExitCode::usage, fmt::format("--format {} disagrees with the name {}", *format,
                                                 output->string()));
    }
    if (json && chosen != "json") {
        throw Error(
            ExitCode::usage,
            fmt::format("--json and the output format '{}' disagree; leave one out", chosen));
    }
    return chosen;
}

void say_wrote(const Session& session, const OutputOptions& output) {
    if (output.output && *output.output != "-") {
        session.say(fmt::format("wrote {}", output.output->string()));
    }
}

void ScopeOptions::declare(OptionSet& options) {
    options
        .add("--include", &include, "CLASS,…",
             "Also count, and let serve, regions of these classes (gov, china, sovereign, "
             "dedicated, "
             "finance, limited, invite, automotive, …)")
        .add("--exclude", &exclude, "CLASS,…", "Leave out regions of these classes");
}

void declare_global_options(OptionSet& options, GlobalOptions& globals) {
    options
        .add("--data", &globals.data, "FOLDER",
             "Folder of the facts (else FOOTPRINT_DATA, else beside the program)")
        .add("--catalog", &globals.catalogs, "FILE",
             "Your own regions (CSV, GeoJSON or GPKG; - reads CSV from standard input) layered "
             "over ours; may be repeated")
        .flag("--only-catalog", globals.only_catalog, "Take the regions of --catalog alone")
        .add("--events", &globals.events, "FILE",
             "Your own events (CSV in the form of datasets/events.csv, - from standard input) of "
             "our regions or yours; may be repeated")
        .add("--threads", &globals.threads, "N",
             "Threads to use; results do not depend on it (0: all)")
        .add("--progress", &globals.progress, "WHEN", "Progress on standard error")
        .choices({"auto", "yes", "no", "json"})
        .flag("--no-progress", globals.no_progress, "No progress, same as --progress no")
        .flag("-q,--quiet", globals.quiet, "Say nothing but errors")
        .flag("-v,--verbose", globals.verbose, "Say what is done and how long it takes");
}

}  // namespace footprint::cli
