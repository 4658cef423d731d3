// What a verb is, and what verbs share.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/progress.h"
#include "cli/frame/options.h"
#include "geo/atlas/atlas.h"
#include "geo/atlas/cities.h"
#include "geo/catalog/catalog.h"
#include "sim/timeline/timeline.h"

namespace footprint::sim {
struct LoadedRun;
}

namespace footprint::cli {

// Options that every verb takes.
struct GlobalOptions {
    std::optional<std::filesystem::path> data;
    std::vector<std::filesystem::path> catalogs;  // --catalog
    std::vector<std::filesystem::path> events;    // --events
    bool only_catalog = false;
    std::vector<std::filesystem::path> runs;  // run folders named as inputs
    int threads = 0;
    bool quiet = false;
    bool verbose = false;
    std::string progress = "auto";  // auto | yes | no | json
    bool no_progress = false;
};

// The facts, loaded when first asked for and kept for the run.
class Session {
  public:
    explicit Session(const GlobalOptions& options);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    const GlobalOptions& options() const;
    const std::filesystem::path& datasets();
    // What --data names, where that is no folder; the facts are then found as without --data.
    // To be asked before anything is loaded.
    std::optional<std::filesystem::path> take_data_file();
    // With a run folder as an input, the catalog and timeline are those of the run.
    const geo::Catalog& catalog();  // ours with the user's layered over it; throws Error (invalid)
    const sim::Timeline& timeline();
    // From here on the catalog has one provider, "best", with the regions of those given.
    void serve_together(const std::vector<geo::ProviderIndex>& providers, sim::RegionScope& scope);
    // From here on the catalog has these regions, too, after all others; the first one's index.
    geo::RegionIndex add_regions(const std::vector<geo::Region>& regions);
    // Gives regions without a country the one that they lie in.
    void locate_regions();
    const geo::Atlas& tables();  // countries without shapes
    const geo::Atlas& atlas();   // with shapes
    const geo::Cities& cities();

    // The run folder named as an input, or null.
    const sim::LoadedRun* run();
    // From here on the run folder is all of its runs together: every site that any of them builds,
    // with how likely it is. Throws Error (usage) without a run folder of several runs.
    void show_chances();

    // "auto" is a bar when standard error is a terminal, and nothing else.
    ProgressStyle progress_style() const;
    // A line on standard error, unless --quiet.
    void say(const std::string& line) const;
    // The same, with --verbose only.
    void detail(const std::string& line) const;

    // Providers by name, alias or id; all of them when `names` is empty or holds "all". Throws
    // Error (usage) with a suggestion.
    std::vector<geo::ProviderIndex> providers(const std::vector<std::string>& names);
    // "2025", "2025-09", "2025-09-30" (the last day of what is named); when empty the catalog's
    // as_of, or the last day of a run.
    Date date_or_as_of(const std::optional<std::string>& text);
    // The published scope with --include and --exclude applied. Throws Error (usage).
    sim::RegionScope scope(const std::vector<std::string>& include,
                           const std::vector<std::string>& exclude);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Options that several verbs share; declare_* adds them to a verb's own.
struct OutputOptions {
    std::optional<std::filesystem::path> output;
    std::optional<std::string> format;
    bool overwrite = false;
    void declare(OptionSet& options, const std::string& what);

    Overwrite mode() const { return overwrite ? Overwrite::replace : Overwrite::refuse; }
    // Refuses, before any work, an output that exists or whose folder is not there or not ours to
    // write in. Throws Error.
    void check_writable() const;
    // The format asked for: -f, else the suffix of the output, else json with --json, else the
    // first of `known`. Throws Error (usage) that lists `known` and suggests, or when --json or a
    // suffix disagrees.
    std::string choose_format(const std::string& verb, const std::vector<std::string>& known,
                              bool json) const;
};

// "wrote FILE" on standard error, unless --quiet or the output is standard output.
void say_wrote(const Session& session, const OutputOptions& output);

struct ScopeOptions {
    std::vector<std::string> include;
    std::vector<std::string> exclude;
    void declare(OptionSet& options);
};

struct Example {
    std::string command;  // "footprint compare alibaba aws --in south-east-asia --at 2025-09"
    std::string purpose;  // "Alibaba against AWS in South-East Asia"
};

// One job of the program. options() is called once before run(); it may not open files.
class Verb {
  public:
    virtual ~Verb() = default;
    virtual std::string name() const = 0;
    virtual std::string summary() const = 0;      // one line, in the list of verbs
    virtual std::string description() const = 0;  // paragraphs, in --help and the man page
    virtual std::vector<Example> examples() const = 0;
    virtual void options(OptionSet& options) = 0;
    virtual void run(Session& session) = 0;  // throws Error
};

// Every verb that works, in the order of the help.
std::vector<std::unique_ptr<Verb>> all_verbs();

// The texts, from what verbs declare.
std::string program_help();
std::string verb_help(Verb& verb);
std::string verb_man_page(Verb& verb);
std::string program_man_page();
std::string completion(const std::string& shell);  // bash, zsh or fish; throws Error (usage)

void declare_global_options(OptionSet& options, GlobalOptions& globals);

}  // namespace footprint::cli
