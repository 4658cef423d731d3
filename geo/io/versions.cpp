#include "geo/io/versions.h"

#include <fmt/format.h>
#include <gdal.h>
#include <proj.h>
#include <sqlite3.h>

#include <GeographicLib/Constants.hpp>
#include <algorithm>
#include <boost/version.hpp>

#include "geo/io/gdal_session.h"

namespace footprint::geo {

std::vector<std::pair<std::string, std::string>> library_versions() {
    return {{"GDAL", GDALVersionInfo("RELEASE_NAME")},
            {"PROJ", proj_info().version},
            {"GeographicLib", GEOGRAPHICLIB_VERSION_STRING},
            {"Boost", fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000,
                                  BOOST_VERSION % 100)},
            {"SQLite", sqlite3_libversion()}};
}

std::vector<std::string> drivers() {
    start_gdal();
    std::vector<std::string> names;
    for (int i = 0; i < GDALGetDriverCount(); ++i) {
        names.emplace_back(GDALGetDriverShortName(GDALGetDriver(i)));
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace footprint::geo
