// Checks a JSON document against a JSON Schema: the keywords that the schemas in docs/schemas use.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace footprint::test {

// Faults as "/budgets/0/basis: …", none when the document fits. Throws std::invalid_argument for a
// keyword that this does not know, so that nothing goes unchecked.
std::vector<std::string> schema_faults(const nlohmann::json& document,
                                       const nlohmann::json& schema);

}  // namespace footprint::test
