// What is done of a film, in a folder beside it, so that a run that was killed can go on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "render/film/encoder.h"

namespace footprint::render {

// Onto the disk, whatever happens to the machine. Throws Error (failed).
void flush_to_disk(const std::filesystem::path& file);

// Holds the folder for as long as it lives: a second run of the same film is refused. What was
// there from an earlier run is kept with `resume` and else removed. The folder goes with its owner,
// unless `resume` asks for it to stay and something is done; a killed run leaves it anyway.
class FilmParts {
  public:
    // Throws Error (failed): another run writes this film, the folder cannot be made, or what was
    // begun has another recipe; the message says which lines differ.
    explicit FilmParts(const FilmSettings& settings);
    ~FilmParts();
    FilmParts(const FilmParts&) = delete;
    FilmParts& operator=(const FilmParts&) = delete;

    const std::filesystem::path& folder() const { return folder_; }
    // What is done, in order, as far as nothing is missing; whatever else is there is removed.
    const std::vector<std::filesystem::path>& done() const { return done_; }
    // The next part is done, and lies at `finished`, a path from temporary() or beside it. Its name
    // then ends with `mark`, which must hold letters and digits only.
    void add(const std::filesystem::path& finished, std::string_view mark);
    std::filesystem::path temporary() const;

    // The film is complete, or there is nothing to go on from: nothing stays.
    void drop() { stays_ = false; }

  private:
    void lock();
    void begin(const std::string& recipe);
    void check(const std::string& recipe) const;
    void find_done();
    void remove_unfinished() const;

    std::filesystem::path folder_;
    std::vector<std::filesystem::path> done_;
    int lock_ = -1;
    bool stays_ = false;
};

}  // namespace footprint::render
