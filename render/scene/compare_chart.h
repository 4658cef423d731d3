// A comparison of providers as a picture: bars of people within round-trip times at one date; of
// two providers also who is reached by one alone; dots by area; lines over time.
#pragma once

#include <string>
#include <vector>

#include "geo/catalog/catalog.h"
#include "render/scene/sheet.h"
#include "sim/coverage/comparison.h"

namespace footprint::render {

struct CompareChart {
    const geo::Catalog* catalog = nullptr;
    const std::vector<sim::DateComparison>* dates = nullptr;  // at least one, as compare() gives
    std::vector<double> thresholds_ms;                        // ascending, of the comparison
    Date as_of;                                               // later dates are marked
    std::string who = "people";                               // who is counted
    std::string title;                                        // empty: one made from the rest
    std::string note;                                         // added to the footer
    std::string credits;
};

// "Whom Alibaba and AWS reach in South-East Asia"
std::string compare_title(const CompareChart& chart);

// One date and one area: bars. One date and several areas: a dot plot, of the areas that fit, in
// order. Several dates: lines, one panel an area. Throws Error (usage) for sides under 320 pixels
// or an unknown theme.
DisplayList compare_chart(const CompareChart& chart, const SheetOptions& options,
                          const TextMeasure& measure);

}  // namespace footprint::render
