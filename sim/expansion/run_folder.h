// What a run leaves behind: a folder with its regions, events, figures and manifest, complete or
// not there at all. Whoever reads it back gets a catalog and a timeline like any other.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "sim/expansion/simulation.h"

namespace footprint::sim {

// The folder while it is being written: TARGET.partial, locked, renamed to TARGET at the end.
class RunFolder {
  public:
    // Throws Error (failed) when the target exists and may not be replaced, or another run writes
    // it. With `resume` what an earlier run left in TARGET.partial stays.
    RunFolder(std::filesystem::path target, Overwrite overwrite, bool resume);
    ~RunFolder();
    RunFolder(const RunFolder&) = delete;
    RunFolder& operator=(const RunFolder&) = delete;

    const std::filesystem::path& folder() const { return partial_; }
    // A file of the result. Complete on disk when it returns; its digest is kept.
    void write(const std::string& name, std::string_view text);
    // A file that somebody else wrote there.
    void note(const std::string& name);
    const std::map<std::string, std::string>& digests() const { return digests_; }
    // Takes the checkpoint away and renames. Nothing may be written after.
    void commit();
    // Keeps TARGET.partial when the object goes without commit(): there is something to resume.
    void keep() { keep_ = true; }

  private:
    void take_lock();
    std::filesystem::path target_;
    std::filesystem::path partial_;
    Overwrite overwrite_;
    int lock_ = -1;
    bool committed_ = false;
    bool keep_ = false;
    std::map<std::string, std::string> digests_;
};

inline constexpr const char* kCheckpoint = "checkpoint.jsonl";

// Tables of a run, as CSV. Columns: docs/scenarios/README.md.
std::string regions_csv(const geo::Catalog& catalog);
std::string providers_csv(const geo::Catalog& catalog);
std::string events_csv(const Timeline& timeline);
std::string pipeline_csv(const RunResult& run, const geo::Catalog& catalog);
std::string metrics_csv(const World& world, const RunResult& run);
std::string market_csv(const RunResult& run);
std::string areas_csv(const World& world, const RunResult& run);
std::string hubs_csv(const World& world, const RunResult& run);  // a header alone before the hubs

// A run read back. The catalog is on the heap because the timeline points to it.
struct LoadedRun {
    std::unique_ptr<geo::Catalog> catalog;  // as_of is the start of the scenario
    std::unique_ptr<Timeline> timeline;
    Date start;
    Date end;  // the last day of the scenario
    std::string name;
    std::string title;
    std::uint64_t seed = 0;
    std::uint32_t runs = 1;
    std::string scenario;  // resolved, TOML
    std::filesystem::path folder;
    std::vector<double> chances;  // by region, see load_chances; else empty
};
bool is_run_folder(const std::filesystem::path& folder);
// Throws Error (invalid) that names file and line.
LoadedRun load_run(const std::filesystem::path& folder);
// All runs of an ensemble in one: what was open at the start, and every site that any run builds,
// simulated to open at the median of its dates, with the share of runs that build it. Throws Error
// (usage) when the folder holds one run alone.
LoadedRun load_chances(const std::filesystem::path& folder);
// metrics.csv of a run, by step and provider of its catalog. Throws Error (invalid).
std::vector<Metric> load_metrics(const LoadedRun& run);

}  // namespace footprint::sim
