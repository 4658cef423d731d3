#include "geo/io/reference_system.h"

#include <fmt/format.h>
#include <ogr_spatialref.h>

#include <vector>

#include "base/error.h"
#include "geo/io/gdal_session.h"

namespace footprint::geo {
namespace {

constexpr std::size_t kLongestDefinition = std::size_t{16} << 10;

OGRSpatialReference wgs84() {
    OGRSpatialReference system;
    system.importFromEPSG(4326);
    system.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    return system;
}

bool looks_like_text(const std::string& definition) {
    const auto first = definition.find_first_not_of(" \t\r\n");
    return first != std::string::npos &&
           (definition[first] == '+' || definition.find('[', first) != std::string::npos);
}

// PROJ parameters that open files.
bool names_files(const std::string& definition) {
    for (const char* parameter : {"grids", "init=", "file="}) {
        if (definition.find(parameter) != std::string::npos) {
            return true;
        }
    }
    return false;
}

}  // namespace

struct ToWgs84::Impl {
    std::unique_ptr<OGRCoordinateTransformation> transformation;
    std::vector<double> x;
    std::vector<double> y;
    std::vector<int> ok;

    void apply(std::vector<LonLat>& path, const std::string& where) {
        x.resize(path.size());
        y.resize(path.size());
        ok.assign(path.size(), 0);
        for (std::size_t i = 0; i < path.size(); ++i) {
            x[i] = path[i].lon;
            y[i] = path[i].lat;
        }
        const GdalErrors errors;
        transformation->Transform(static_cast<int>(path.size()), x.data(), y.data(), nullptr,
                                  ok.data());
        for (std::size_t i = 0; i < path.size(); ++i) {
            if (ok[i] == 0) {
                throw Error(ExitCode::invalid,
                            fmt::format("{}: the position {}, {} cannot be brought to WGS 84: {}",
                                        where, path[i].lon, path[i].lat, errors.reason()));
            }
            path[i] = {x[i], y[i]};
        }
    }
};

ToWgs84::ToWgs84() = default;
ToWgs84::~ToWgs84() = default;
ToWgs84::ToWgs84(ToWgs84&&) noexcept = default;
ToWgs84& ToWgs84::operator=(ToWgs84&&) noexcept = default;

ToWgs84 ToWgs84::from(const OGRSpatialReference& system, const std::string& where) {
    start_gdal();
    const GdalErrors errors;
    OGRSpatialReference source(system);
    source.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    const OGRSpatialReference target = wgs84();
    ToWgs84 out;
    if (source.IsSame(&target) != 0) {
        return out;
    }
    std::unique_ptr<OGRCoordinateTransformation> transformation(
        OGRCreateCoordinateTransformation(&source, &target));
    if (!transformation) {
        throw Error(ExitCode::invalid,
                    fmt::format("{}: its reference system cannot be brought to WGS 84: {}", where,
                                errors.reason("PROJ knows no way")));
    }
    out.impl_ = std::make_unique<Impl>();
    out.impl_->transformation = std::move(transformation);
    return out;
}

ToWgs84 ToWgs84::from_epsg(int code, const std::string& where) {
    if (code == 4326) {
        return {};
    }
    start_gdal();
    OGRSpatialReference system;
    const GdalErrors errors;
    if (system.importFromEPSG(code) != OGRERR_NONE) {
        throw Error(ExitCode::invalid,
                    fmt::format("{}: its reference system EPSG:{} is unknown: {}", where, code,
                                errors.reason()));
    }
    return from(system, where);
}

ToWgs84 ToWgs84::from_definition(const std::string& definition, const std::string& where) {
    start_gdal();
    OGRSpatialReference system;
    const GdalErrors errors;
    OGRErr code = OGRERR_CORRUPT_DATA;
    if (definition.size() <= kLongestDefinition && looks_like_text(definition) &&
        !names_files(definition)) {
        code = definition.find('[') != std::string::npos
                   ? system.importFromWkt(definition.c_str())
                   : system.importFromProj4(definition.c_str());
    }
    if (code != OGRERR_NONE) {
        throw Error(ExitCode::invalid,
                    fmt::format("{}: the definition of its reference system is not understood: {}",
                                where, errors.reason("expected WKT or a PROJ string")));
    }
    return from(system, where);
}

void ToWgs84::apply(Geometry& geometry, const std::string& where) {
    if (!impl_) {
        return;
    }
    if (auto* points = std::get_if<Points>(&geometry)) {
        impl_->apply(points->at, where);
    } else if (auto* lines = std::get_if<Lines>(&geometry)) {
        for (Line& line : lines->lines) {
            impl_->apply(line, where);
        }
    } else if (auto* polygons = std::get_if<Polygons>(&geometry)) {
        for (PlanarPolygon& polygon : polygons->polygons) {
            for (PlanarRing& ring : polygon) {
                impl_->apply(ring, where);
            }
        }
    }
}

}  // namespace footprint::geo
