// What lies on the window besides the map: cards, the search, a film in the making; and what its
// widgets ask for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "render/window/film_job.h"
#include "render/window/view_facts.h"

namespace footprint::render {

// What a card is about.
struct Target {
    std::optional<geo::RegionIndex> region;
    geo::LonLat place;  // the region's own, if it is one
    bool operator==(const Target&) const = default;
};

struct Search {
    bool is_open = false;
    std::string text;
    int chosen = 0;
    bool go = false;        // Enter was pressed: to the chosen one, once it is found
    bool is_new = false;    // opened since the last frame
    std::string found_for;  // the text that `found` answers
    std::vector<Found> found;
};

struct FilmDesk {
    bool is_open = false;
    std::string command;  // as one would type it
    std::string file;
    FilmJob::Status status;
    std::string fault;  // why there is no film
};

struct Desk {
    std::optional<Target> hovered;
    std::optional<Target> pinned;
    Card card;                   // of the pinned one, else of the hovered one
    bool is_card_ready = false;  // all of it is there
    bool can_be_out = false;     // the pinned region
    Search search;
    FilmDesk film;
    std::string note;  // what there is to say about the last deed

    // Asked by widgets of the last frame.
    std::vector<Request> requests;
    std::optional<Found> go_to;
    std::optional<std::string> projection;
    bool stop_film = false;
};

}  // namespace footprint::render
