// What changed between two dates, on one picture: a map of what opened, grew, was announced and
// closed, the totals in large numbers, and the people whom each provider gained.
#pragma once

#include <string>
#include <vector>

#include "geo/atlas/atlas.h"
#include "render/scene/sheet.h"
#include "sim/coverage/difference.h"

namespace footprint::render {

struct Postcard {
    const sim::Timeline* timeline = nullptr;  // and through it the catalog
    const geo::Atlas* atlas = nullptr;        // with shapes
    const sim::Difference* difference = nullptr;
    sim::RegionScope scope;             // of what is drawn as unchanged
    std::vector<double> thresholds_ms;  // of the difference; sim::headline_threshold() is shown
    std::string area;                   // whose people are counted
    bool is_world = true;
    std::vector<geo::CountryIndex>
        countries;  // of the area; the map shows it, and what changed there
    std::string who = "people";
    std::string title;  // empty: one made from the rest
    std::string note;
    std::string credits;
};

// The numbers in large.
struct PostcardTotals {
    int opened = 0;
    int expected = 0;            // to open, as announced or as a run has it
    bool are_simulated = false;  // does any of them come from a run?
    int listed = 0;              // first seen, without a date: when they opened is not known
    int closed = 0;
    int zones_gained = 0;  // less those lost; of regions whose number of zones is known
    int grew = 0;          // regions with more zones
    int announced = 0;
    int impaired = 0;
};
PostcardTotals postcard_totals(const sim::Difference& difference);

// "2023-12 → 2025-12"; with days where a date is not the end of a month.
std::string span_text(Date from, Date to);

// "expected" or, of a run, "simulated": what regions to come are called.
std::string to_come(const PostcardTotals& totals);
// "161 regions opened, 5 expected, 3 closed"
std::string postcard_title(const PostcardTotals& totals);

// Throws Error (usage) for sides under 320 pixels or an unknown theme.
DisplayList postcard(const Postcard& card, const SheetOptions& options, const TextMeasure& measure);

}  // namespace footprint::render
