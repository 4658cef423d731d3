// What the window tells of regions and places: the questions, and the answers as they are shown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "geo/catalog/catalog.h"
#include "geo/sphere/lonlat.h"
#include "render/window/view_state.h"

namespace footprint::render {

// Something that happened, for the timeline.
struct ViewEvent {
    Date date;
    int provider = 0;  // place in the legend's order
    std::string text;  // "Alibaba opens Mexico"
};

// Of a region, or of a place.
struct CardQuestion {
    std::optional<geo::RegionIndex> region;
    geo::LonLat place;
    Date date;
    double threshold_ms = 50;
    std::vector<bool> shown;  // by provider, in the legend's order
    std::vector<Outage> outages;

    bool operator==(const CardQuestion&) const = default;
};

struct CardRow {
    std::string name;
    std::string value;
};

// A provider's best region for a place.
struct CardServer {
    std::string provider;
    std::string region;  // empty: none serves it
    std::string city;
    double distance_km = 0;
    double rtt_ms = 0;
};

struct Card {
    std::string title;
    std::string subtitle;
    std::vector<CardRow> rows;
    std::vector<CardServer> servers;  // the fastest first
    std::string note;
};

// A place or region that a search found.
struct Found {
    std::string name;
    std::string detail;
    geo::LonLat position;
    std::optional<geo::RegionIndex> region;
};

class ViewFacts {
  public:
    virtual ~ViewFacts() = default;
    // What is known without asking a model; never waits.
    virtual Card at_once(const CardQuestion& question) = 0;
    // All of it; called on a thread of its own.
    virtual Card card(const CardQuestion& question) = 0;
    // The best matches first, at most `most`; called on a thread of its own.
    virtual std::vector<Found> search(const std::string& text, std::size_t most) = 0;
    // "aws:us-east-1"
    virtual std::string id(geo::RegionIndex region) = 0;
    virtual geo::LonLat position(geo::RegionIndex region) = 0;
    virtual bool is_land(geo::LonLat place) = 0;
    // May the region be taken out on that day? Never waits.
    virtual bool can_be_out(geo::RegionIndex region, Date date) = 0;
};

}  // namespace footprint::render
