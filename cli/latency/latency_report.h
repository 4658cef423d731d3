// `footprint latency fit` and `report`: learning the model and telling how wrong it is.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/frame/command.h"
#include "cli/pictures/picture_file.h"
#include "sim/latency/validation.h"

namespace footprint::cli {

// A table of measured pairs with the network that it is judged on.
struct MeasuredSetup {
    std::shared_ptr<const sim::Backbone> backbone;
    std::unique_ptr<sim::LandLinker> linker;
    sim::MeasuredTable table;
    std::unique_ptr<sim::BackboneFitter> fitter;
};
MeasuredSetup load_measured(Session& session, const std::filesystem::path& pairs, Date date);

// The whole fit: parameters on all pairs, intervals from pairs left out by region.
sim::BackboneParameters fit_backbone(const MeasuredSetup& setup, Date date);

// One model judged by leaving out regions and pairs of continents.
struct JudgedModel {
    std::string name;
    sim::ErrorMeasures by_region;
    sim::ErrorMeasures by_continents;
};

struct LatencyReport {
    std::string table;
    Date date;
    std::size_t places = 0;
    std::size_t pairs = 0;
    std::vector<JudgedModel> models;  // the shipped one first
    // Instead of `models`: given parameters on every pair.
    std::optional<sim::ErrorMeasures> as_given;
    double interval_coverage = 0;        // of the first model's 90 % intervals
    std::vector<sim::LeftOut> left_out;  // of the first model, by region; or every pair once
    struct Worst {
        std::string from, to;
        double measured_ms = 0;
        double modelled_ms = 0;
        std::string path;
    };
    std::vector<Worst> worst;
    // Over all left-out pairs of a place; the largest error first.
    struct AtPlace {
        std::string name;
        geo::LonLat position;
        double bias_percent = 0;   // median of modelled over measured − 1
        double error_percent = 0;  // median of its absolute value
    };
    std::vector<AtPlace> at_places;
};

// `variants`: also judge the structures that lost (minutes rather than half a minute).
LatencyReport judge(const MeasuredSetup& setup, Date date, bool variants);

// Parameters that never saw the table (or did: who gives them knows), on each of its pairs.
LatencyReport judge_as_given(const MeasuredSetup& setup, const sim::BackboneParameters& parameters,
                             Date date);

std::string report_text(const LatencyReport& report);
std::string report_json(const LatencyReport& report);

// Measured against modelled RTT of every left-out pair.
std::string report_scatter(Session& session, const LatencyReport& report, PictureFormat format,
                           const ChartOptions& options);
// What is left over at each place, on the world's map.
std::string report_map(Session& session, const LatencyReport& report, PictureFormat format,
                       const ChartOptions& options);

}  // namespace footprint::cli
