#include "tests/geo/io/geos_check.h"

#include <gdal_priv.h>
#include <gtest/gtest.h>
#include <ogr_geometry.h>
#include <ogrsf_frmts.h>

#include "geo/io/gdal_session.h"

namespace footprint::test {

GeosVerdict judge_by_geos(const std::filesystem::path& file) {
    geo::start_gdal();
    GeosVerdict verdict;
    EXPECT_TRUE(OGRGeometryFactory::haveGEOS());
    const GDALDatasetUniquePtr data(GDALDataset::Open(file.c_str(), GDAL_OF_VECTOR));
    if (!data || data->GetLayerCount() < 1) {
        verdict.faults.push_back("cannot be opened");
        return verdict;
    }
    OGRMultiPolygon all;
    for (const auto& feature : data->GetLayer(0)) {
        const OGRGeometry* const shape = feature->GetGeometryRef();
        if (shape == nullptr || !shape->IsValid()) {
            verdict.faults.push_back("feature " + std::to_string(feature->GetFID()));
            continue;
        }
        const bool is_one = wkbFlatten(shape->getGeometryType()) == wkbPolygon;
        for (int i = 0; i < (is_one ? 1 : shape->toMultiPolygon()->getNumGeometries()); ++i) {
            const OGRPolygon* const part =
                is_one ? shape->toPolygon() : shape->toMultiPolygon()->getGeometryRef(i);
            all.addGeometry(part);
        }
    }
    verdict.area = all.get_Area();
    const OGRGeometryUniquePtr united(all.UnionCascaded());
    if (!united) {
        verdict.faults.push_back("cannot be united");
        return verdict;
    }
    const OGRGeometryUniquePtr parts(OGRGeometryFactory::forceToMultiPolygon(united->clone()));
    verdict.united_area = parts->toMultiPolygon()->get_Area();
    for (const auto* part : parts->toMultiPolygon()) {
        verdict.united_parts += static_cast<std::size_t>(1 + part->getNumInteriorRings());
    }
    return verdict;
}

}  // namespace footprint::test
