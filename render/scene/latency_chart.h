// How a latency model does on measured pairs: a scatter with the line of identity, and a map of
// what is left over at each place.
#pragma once

#include <string>
#include <vector>

#include "geo/atlas/atlas.h"
#include "render/scene/sheet.h"

namespace footprint::render {

struct LatencyPoint {
    double measured_ms = 0;
    double modelled_ms = 0;
};

// One place and all its pairs.
struct LatencyPlace {
    std::string name;
    geo::LonLat position;
    double bias_percent = 0;   // median of modelled over measured − 1
    double error_percent = 0;  // median of its absolute value
};

struct LatencyWords {
    std::string title;
    std::string subtitle;
    std::string note;
    std::string credits;
};

// Both axes logarithmic, 5 to 500 ms; lines at ± 10 and ± 20 %. Throws Error (usage) for sides
// under 320 pixels or an unknown theme.
DisplayList latency_scatter(const std::vector<LatencyPoint>& points, const LatencyWords& words,
                            const SheetOptions& options, const TextMeasure& measure);

// A disc at each place: warm where the model is too fast, cool where it is too slow, its area the
// median error. `atlas` needs shapes. Throws as above.
DisplayList latency_map(const std::vector<LatencyPlace>& places, const geo::Atlas& atlas,
                        const LatencyWords& words, const SheetOptions& options,
                        const TextMeasure& measure);

}  // namespace footprint::render
