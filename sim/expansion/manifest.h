// run.json: what was run, with what, and what came out, so that anyone can run it again.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/expansion/simulation.h"

namespace footprint::sim {

struct ManifestInput {
    std::string tool_version;
    std::string command;
    std::uint64_t seed = 0;
    std::uint32_t runs = 1;
    std::map<std::string, std::string> inputs;   // file and SHA-256
    std::map<std::string, std::string> outputs;  // the same
    std::vector<std::string> warnings;
    std::vector<std::string> attribution;
};

// docs/schemas/run.schema.json. No clock and no host: the same run gives the same bytes.
std::string manifest_json(const World& world, const ManifestInput& input);

// For people: how the scenario was set up and how it was fitted.
std::string setup_text(const World& world);

}  // namespace footprint::sim
