#include "tests/geo/io/tiff_sample.h"

#include <gdal_priv.h>
#include <gtest/gtest.h>
#include <ogr_spatialref.h>

#include "geo/io/gdal_session.h"

namespace footprint::test {

void write_tiff(const std::filesystem::path& file, const TiffSample& sample,
                const std::vector<double>& values) {
    geo::start_gdal();
    GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("GTiff");
    auto options = sample.options;
    const GDALDatasetUniquePtr data(driver->Create(file.c_str(), sample.columns, sample.rows, 1,
                                                   GDT_Float32,
                                                   const_cast<char**>(options.data())));
    ASSERT_NE(data, nullptr);
    auto transform = sample.transform;
    if (sample.georeference) {
        data->SetGeoTransform(transform.data());
    }
    if (!sample.system.empty()) {
        OGRSpatialReference system;
        ASSERT_EQ(system.SetFromUserInput(sample.system.c_str()), OGRERR_NONE);
        data->SetSpatialRef(&system);
    }
    data->GetRasterBand(1)->SetNoDataValue(sample.nodata);
    std::vector<double> cells = values;
    const auto count = static_cast<std::size_t>(sample.columns * sample.rows);
    for (std::size_t i = cells.size(); i < count; ++i) {
        cells.push_back(static_cast<double>(i));
    }
    ASSERT_EQ(
        data->GetRasterBand(1)->RasterIO(GF_Write, 0, 0, sample.columns, sample.rows, cells.data(),
                                         sample.columns, sample.rows, GDT_Float64, 0, 0, nullptr),
        CE_None);
}

}  // namespace footprint::test
