// Layers that several tests write.
#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "geo/io/vector_output.h"

namespace footprint::test {

inline geo::Schema sample_schema(geo::GeometryType geometry = geo::GeometryType::point) {
    return {"regions",
            "Regions at a date",
            "Made for a test",
            geometry,
            {{"name", geo::FieldType::text, -1},
             {"zones", geo::FieldType::integer, -1},
             {"rtt_ms", geo::FieldType::real, -1},
             {"start_date", geo::FieldType::date, -1},
             {"open", geo::FieldType::boolean, -1}}};
}

inline geo::Feature sample_feature(geo::Geometry geometry, const std::string& name = "Querétaro") {
    return {std::nullopt,
            std::move(geometry),
            {name, std::int64_t{3}, 12.25, Date::from_ymd(2018, 3, 5), true}};
}

inline geo::Geometry point(double lon, double lat) {
    return geo::Points{{{lon, lat}}, false};
}

inline geo::Geometry polygon(geo::PlanarPolygon rings) {
    return geo::Polygons{{std::move(rings)}, false};
}

// What an Error said, or "" when there was none.
inline std::string refusal(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace footprint::test
