// Rasters as others write them, for tests of what reads them.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

namespace footprint::test {

struct TiffSample {
    int columns = 8;
    int rows = 4;
    std::string system = "EPSG:4326";  // empty: none
    std::array<double, 6> transform{10, 0.5, 0, 50, 0, -0.5};
    bool georeference = true;
    double nodata = -9999;
    std::vector<const char*> options{nullptr};
};

// float32; cells beyond `values` hold their index. Failures are the test's.
void write_tiff(const std::filesystem::path& file, const TiffSample& sample,
                const std::vector<double>& values = {});

}  // namespace footprint::test
