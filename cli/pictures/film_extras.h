// What stands beside a film: its captions, a poster and a text for those who cannot see it.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cli/pictures/picture_options.h"
#include "render/film/film.h"

namespace footprint::cli {

// Files beside the film, named after it: FILM.vtt, FILM.poster.png, FILM.alt.txt.
class FilmExtras {
  public:
    // Kinds are vtt, poster and alt, or all. Throws Error: another kind (usage), a file that exists
    // (failed).
    FilmExtras(const std::vector<std::string>& kinds, const std::filesystem::path& film,
               Overwrite overwrite);

    // Writes them, after the film of these pictures; their names.
    std::vector<std::string> write(std::span<const std::unique_ptr<Picture>> pictures,
                                   std::span<const render::Panel> panels,
                                   const render::FilmSettings& settings) const;

  private:
    std::filesystem::path named(const std::string& suffix) const;

    std::vector<std::string> kinds_;
    std::filesystem::path film_;
    Overwrite overwrite_;
};

// "inputs sha256 …": of the folder of facts, of layered catalogs, runs and the files given, by name
// and content; the same on any machine. Names of no file are passed over.
std::string inputs_digest(Session& session, std::vector<std::filesystem::path> more);

// What is seen, in words, every number as the film shows it.
std::string alt_text(Picture& picture);

}  // namespace footprint::cli
