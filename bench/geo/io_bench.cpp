// The writers alone, into /dev/null: features a second.
#include <benchmark/benchmark.h>

#include <cmath>

#include "geo/io/vector_output.h"

namespace footprint::geo {
namespace {

Schema schema(GeometryType geometry) {
    return {"bench",
            "",
            "",
            geometry,
            {{"name", FieldType::text, -1},
             {"country", FieldType::text, -1},
             {"population", FieldType::integer, -1},
             {"zones", FieldType::integer, -1},
             {"height_m", FieldType::real, 3},
             {"opened", FieldType::date, -1}}};
}

Feature feature(Geometry geometry) {
    return {std::nullopt,
            std::move(geometry),
            {std::string("Querétaro"), std::string("MX"), std::int64_t{1234567}, std::int64_t{3},
             2282.887, Date::from_ymd(2018, 3, 5)}};
}

Geometry ring(std::size_t vertices) {
    PlanarRing points;
    for (std::size_t k = 0; k < vertices; ++k) {
        const double angle = 2 * M_PI * static_cast<double>(k) / static_cast<double>(vertices - 1);
        points.push_back({10.123456 + 3 * std::cos(angle), 50.654321 + 3 * std::sin(angle)});
    }
    points.back() = points.front();
    return Polygons{{{points}}, false};
}

void write(benchmark::State& state, VectorFormat format, const Schema& layer,
           const Feature& sample) {
    const auto sink = make_sink("/dev/null", format, layer, {});
    for (auto _ : state) {
        sink->write(sample);
    }
    sink->commit();
    state.SetItemsProcessed(state.iterations());
}

void points(benchmark::State& state, VectorFormat format) {
    write(state, format, schema(GeometryType::point),
          feature(Points{{{-100.3898811, 20.5887932}}, false}));
}

void polygons(benchmark::State& state, VectorFormat format) {
    write(state, format, schema(GeometryType::polygon), feature(ring(200)));
}

BENCHMARK_CAPTURE(points, geojson, VectorFormat::geojson);
BENCHMARK_CAPTURE(points, geojsonseq, VectorFormat::geojsonseq);
BENCHMARK_CAPTURE(points, csv, VectorFormat::csv);
BENCHMARK_CAPTURE(polygons, geojson_200_vertices, VectorFormat::geojson);

}  // namespace
}  // namespace footprint::geo
