// Options that the verbs about coverage share.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "sim/coverage/coverage.h"

namespace footprint::cli {

// --at, or --from --to --every.
struct DateOptions {
    std::optional<std::string> at;
    std::optional<std::string> from;
    std::optional<std::string> to;
    std::string every = "year";

    void declare(OptionSet& options);
    // Ascending, at least one. Throws Error (usage) for contradictions and for more than 2,000.
    std::vector<Date> dates(Session& session) const;
};

// --threshold, --serve, --weight.
struct CoverageFlags {
    std::vector<double> thresholds_ms = sim::kDefaultThresholds_ms;
    std::string serve = "anywhere";
    std::string weight = "people";

    void declare(OptionSet& options);
    // Thresholds ascending, each once. Throws Error (usage).
    sim::CoverageOptions options(Session& session, const ScopeOptions& scope) const;
};

// Areas by name, the world when none is named. Throws Error (usage) with a suggestion.
std::vector<geo::Atlas::Area> require_areas(const geo::Atlas& atlas,
                                            const std::vector<std::string>& names);

}  // namespace footprint::cli
