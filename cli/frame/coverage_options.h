// Options that the verbs about coverage share.
#pragma once

#include <string>
#include <vector>

#include "cli/frame/command.h"
#include "cli/frame/latency_options.h"
#include "sim/coverage/coverage.h"

namespace footprint::cli {

// --at, or --from --to --every.
struct DateOptions {
    std::optional<std::string> at;
    std::optional<std::string> from;
    std::optional<std::string> to;
    std::optional<std::string> every;  // year when left out; needs `from`

    void declare(OptionSet& options);
    // Ascending, at least one. Throws Error (usage) for contradictions and for more than 2,000.
    std::vector<Date> dates(Session& session) const;
};

// Throws Error (usage) unless the number is one that --threshold takes: 0 to 10,000 ms.
void require_threshold(double threshold_ms);

// --serve of pictures: anywhere, same-continent or same-country.
void declare_serve(OptionSet& options, std::string& serve);
sim::ServeRule serve_rule(std::string_view serve);

// --threshold, --serve, --blocs, --weight.
struct CoverageFlags {
    std::vector<double> thresholds_ms = sim::kDefaultThresholds_ms;
    std::string serve = "anywhere";
    std::optional<std::filesystem::path> blocs;
    std::string weight = "people";

    void declare(OptionSet& options);
    // Thresholds ascending, each once. Throws Error (usage).
    sim::CoverageOptions options(Session& session, const ScopeOptions& scope) const;

  private:
    void read_serve(Session& session, sim::CoverageOptions& options) const;
    std::vector<sim::Bloc> chosen_blocs(Session& session, const std::string& names) const;
};

// --kind, --latency and what is taken from or added to the cables.
struct ClientFlags {
    std::string kind = "fixed";
    LatencyFlags latency;

    void declare(OptionSet& options);
    // The model asked for, with clients' access as a distribution on the backbone's paths.
    // `backbone`: one that is loaded already, by load_backbone() with latency.with.
    std::unique_ptr<sim::LatencyModel> model(
        Session& session, sim::ServeRule serve,
        std::shared_ptr<const sim::Backbone> backbone = nullptr) const;
    // The prices of paths alone: access and the detours of public routes are the clients'.
    static sim::BackboneParameters path_parameters(sim::BackboneParameters parameters);
    // What a reader is told after the model's name when it is not as usual:
    // ", wireless, without chokepoint:suez"; else nothing.
    std::string details() const;
};

// Clients' lines of a kind. Detours were measured towards regions of the own continent: where any
// region may serve they count up to ClientAccess::kMostDetourAnywhere.
sim::ClientAccess load_clients(Session& session, const std::string& kind, sim::ServeRule serve);

// Says on standard error where the people of a date after the last known year are held.
void note_held_people(Session& session, Date date);
// The year whose people stand for those of a date.
int people_year(Session& session, Date date);

// The regions that a scope counts but that are impaired at a date, of some providers, within the
// areas: "AWS me-south-1 (Manama) since 2026-03-01".
std::vector<std::string> impaired_regions(Session& session, Date date,
                                          const std::vector<geo::ProviderIndex>& providers,
                                          const sim::RegionScope& scope,
                                          const std::vector<geo::Atlas::Area>& areas);

// What is known of the day on which a region's present state began, as its source says it; nothing
// for one that is absent or that no source dates.
std::optional<DateInterval> known_since(const sim::Timeline& timeline, const sim::RegionAt& region);

// Areas by name, the world when none is named. Throws Error (usage) with a suggestion.
std::vector<geo::Atlas::Area> require_areas(const geo::Atlas& atlas,
                                            const std::vector<std::string>& names);

}  // namespace footprint::cli
