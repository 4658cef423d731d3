// Where the runs of an ensemble are kept as they are made, so that an interruption loses none.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace footprint::sim {

// What runs are made of: the same gives the same bytes.
struct RunsOf {
    std::string file;                            // the scenario's, as it was named
    std::string scenario;                        // resolved
    std::map<std::string, std::string> inputs;   // digests by name: tables and plans
    std::string version;                         // of footprint
    std::map<std::string, std::string> options;  // settings that an option gave: "seed", "--seed"
};

// One line of JSON a run, after a line that says of what. A line that was cut off is made again.
class Checkpoint {
  public:
    // Opens or begins the file. Throws Error (invalid) when its runs are of something else, naming
    // the first setting that differs with its place, or the input, and what to do. Names, titles
    // and descriptions may differ: no run depends on them.
    Checkpoint(std::filesystem::path file, const RunsOf& of);
    ~Checkpoint();
    Checkpoint(const Checkpoint&) = delete;
    Checkpoint& operator=(const Checkpoint&) = delete;

    bool has(std::uint32_t run) const { return run < done_.size() && done_[run]; }
    std::size_t count() const { return count_; }  // of runs that are there
    // On disk when it returns. One thread at a time.
    void add(std::uint32_t run, const std::string& line);
    const std::filesystem::path& file() const { return file_; }

  private:
    std::uint64_t read(const RunsOf& of);  // bytes that are good
    void append(const std::string& line);
    void mark(std::uint32_t run);
    std::filesystem::path file_;
    std::vector<bool> done_;
    std::size_t count_ = 0;
    int descriptor_ = -1;
};

}  // namespace footprint::sim
