// How a layer looks in other programs: QGIS style files, and simplestyle properties in GeoJSON.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/layers/layer.h"
#include "geo/catalog/catalog.h"
#include "geo/io/feature.h"
#include "render/scene/geometry.h"
#include "render/scene/symbols.h"

namespace footprint::cli {

// Colours by the values of one field, those of the program's own maps.
struct LayerStyle {
    struct Class {
        geo::Value value;
        std::string label;
        render::Color colour;
        render::Shape shape = render::Shape::circle;
    };
    std::string field;           // empty: one class for all
    std::vector<Class> classes;  // at least one
};

LayerStyle layer_style(const Layer& layer, const geo::Catalog& catalog,
                       const LayerRequest& request);

// A style file as QGIS 3 reads it beside a layer: renderer by class, and the temporal controller
// set to start_date and end_date (begin included, end excluded) where the layer has them.
std::string qgis_style(const Layer& layer, const LayerStyle& style);

// The schema with the properties of simplestyle-spec 1.1 that suit the geometry, and a sink that
// gives them to features on their way to another.
geo::Schema simplestyle_schema(const geo::Schema& schema);
std::unique_ptr<geo::FeatureSink> simplestyle_sink(geo::FeatureSink& to, const geo::Schema& schema,
                                                   const LayerStyle& style);

}  // namespace footprint::cli
