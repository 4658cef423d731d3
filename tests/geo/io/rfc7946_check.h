// A strict reader of RFC 7946 that shares no code with the writer.
#pragma once

#include <string>
#include <vector>

namespace footprint::test {

// Everything that is wrong with a FeatureCollection; empty when it obeys to the letter: UTF-8
// without BOM, no crs, known types, positions finite and in range, closed rings of at least four
// positions that turn the right way, no step over ±180°, no duplicate members.
std::vector<std::string> rfc7946_faults(const std::string& text);

}  // namespace footprint::test
