// What GEOS, which shares no code with ours, says of polygons.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace footprint::test {

struct GeosVerdict {
    std::vector<std::string> faults;  // of features that are not valid
    double area = 0;                  // of all features, in square degrees
    double united_area = 0;           // the same where none overlaps another
    std::size_t united_parts = 0;     // polygons and holes of all together
};

// Of the features of a file's first layer.
GeosVerdict judge_by_geos(const std::filesystem::path& file);

}  // namespace footprint::test
