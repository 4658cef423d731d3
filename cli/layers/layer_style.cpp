#include "cli/layers/layer_style.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/xml.h"
#include "cli/layers/values.h"
#include "render/scene/theme.h"
#include "sim/coverage/areas.h"

namespace footprint::cli {
namespace {

using render::Color;
using render::Shape;

bool is_area(geo::GeometryType type) {
    return type == geo::GeometryType::polygon || type == geo::GeometryType::multipolygon;
}

bool has_field(const std::vector<geo::Field>& fields, const std::string& name) {
    return std::ranges::any_of(fields, [&](const geo::Field& field) { return field.name == name; });
}

// ---- classes ----------------------------------------------------------------------------------

LayerStyle by_provider(const geo::Catalog& catalog, const LayerRequest& request) {
    const auto& hues = render::find_theme("light").hues;
    const auto styles = render::provider_styles(catalog);
    LayerStyle style{"provider", {}};
    for (const geo::ProviderIndex index : request.providers) {
        const geo::Provider& provider = catalog.provider(index);
        style.classes.push_back(
            {provider.id, provider.name, hues[styles[index].hue], styles[index].shape});
    }
    return style;
}

LayerStyle by_threshold(const LayerRequest& request) {
    const render::Theme& theme = render::find_theme("light");
    LayerStyle style{"threshold_ms", {}};
    for (const double threshold_ms : request.coverage.thresholds_ms) {
        const auto at = std::ranges::lower_bound(render::kClassBreaks_ms, threshold_ms) -
                        render::kClassBreaks_ms.begin();
        style.classes.push_back({threshold_ms, fmt::format("within {} ms", threshold_ms),
                                 theme.classes[static_cast<std::size_t>(at)]});
    }
    return style;
}

LayerStyle by_gap(const geo::Catalog& catalog, const LayerRequest& request) {
    constexpr Color kBoth{0x9a, 0x9a, 0x9a, 255};
    constexpr Color kNeither{0xee, 0xee, 0xee, 255};
    const LayerStyle providers = by_provider(catalog, request);
    const auto class_of = [](sim::GapKind kind, std::string label, Color colour) {
        return LayerStyle::Class{std::string(sim::to_string(kind)), std::move(label), colour};
    };
    const auto& a = providers.classes.front();
    const auto& b = providers.classes.back();
    return {"kind",
            {class_of(sim::GapKind::only_a, a.label + " only", a.colour),
             class_of(sim::GapKind::only_b, b.label + " only", b.colour),
             class_of(sim::GapKind::both, "both", kBoth),
             class_of(sim::GapKind::neither, "neither", kNeither)}};
}

// ---- QGIS -------------------------------------------------------------------------------------

std::string rgba(Color c, int alpha) {
    return fmt::format("{},{},{},{}", c.r, c.g, c.b, alpha);
}

// QGIS's name of a marker, and how it is turned.
std::pair<const char*, int> marker(Shape shape) {
    constexpr std::array<std::pair<const char*, int>, render::kShapeCount> kMarkers{
        {{"circle", 0},
         {"square", 0},
         {"triangle", 0},
         {"triangle", 180},
         {"diamond", 0},
         {"hexagon", 0},
         {"pentagon", 0},
         {"star", 0},
         {"cross_fill", 0},
         {"octagon", 0},
         {"diamond_star", 0}}};
    return kMarkers[static_cast<std::size_t>(shape)];
}

using Properties = std::vector<std::pair<std::string, std::string>>;

Properties fill_properties(Color colour) {
    constexpr int kFillAlpha = 110;
    return {{"color", rgba(colour, kFillAlpha)},
            {"style", "solid"},
            {"outline_color", rgba(colour, 255)},
            {"outline_style", "solid"},
            {"outline_width", "0.2"},
            {"outline_width_unit", "MM"}};
}

Properties marker_properties(const LayerStyle::Class& of) {
    const auto [name, angle] = marker(of.shape);
    return {{"name", name},
            {"angle", std::to_string(angle)},
            {"color", rgba(of.colour, 255)},
            {"outline_color", "255,255,255,255"},
            {"outline_style", "solid"},
            {"outline_width", "0.2"},
            {"outline_width_unit", "MM"},
            {"size", "3"},
            {"size_unit", "MM"}};
}

// Properties stand twice: since 3.20 QGIS reads Option, before it read prop.
std::string qgis_symbol(std::size_t number, const LayerStyle::Class& of, bool area) {
    const Properties properties = area ? fill_properties(of.colour) : marker_properties(of);
    std::string text = fmt::format(
        "   <symbol name=\"{}\" type=\"{}\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">\n"
        "    <layer class=\"{}\" enabled=\"1\" locked=\"0\" pass=\"0\">\n"
        "     <Option type=\"Map\">\n",
        number, area ? "fill" : "marker", area ? "SimpleFill" : "SimpleMarker");
    for (const auto& [name, value] : properties) {
        text +=
            fmt::format("      <Option name=\"{}\" type=\"QString\" value=\"{}\"/>\n", name, value);
    }
    text += "     </Option>\n";
    for (const auto& [name, value] : properties) {
        text += fmt::format("     <prop k=\"{}\" v=\"{}\"/>\n", name, value);
    }
    return text + "    </layer>\n   </symbol>\n";
}

std::string qgis_renderer(const Layer& layer, const LayerStyle& style) {
    const bool single = style.field.empty();
    std::string text = fmt::format(
        " <renderer-v2 type=\"{}\"{} symbollevels=\"0\" enableorderby=\"0\" "
        "forceraster=\"0\">\n",
        single ? "singleSymbol" : "categorizedSymbol",
        single ? "" : fmt::format(" attr=\"{}\"", style.field));
    if (!single) {
        text += "  <categories>\n";
        for (std::size_t i = 0; i < style.classes.size(); ++i) {
            const auto& of = style.classes[i];
            const auto* number = std::get_if<double>(&of.value);
            const std::string value =
                number ? fmt::format("{}", *number) : std::get<std::string>(of.value);
            text += fmt::format(
                "   <category value=\"{}\" type=\"{}\" label=\"{}\" symbol=\"{}\" "
                "render=\"true\"/>\n",
                escaped_xml(value), number ? "double" : "string", escaped_xml(of.label), i);
        }
        text += "  </categories>\n";
    }
    text += "  <symbols>\n";
    for (std::size_t i = 0; i < style.classes.size(); ++i) {
        text += qgis_symbol(i, style.classes[i], is_area(layer.geometry));
    }
    return text + "  </symbols>\n </renderer-v2>\n";
}

// Modes of QgsVectorLayerTemporalProperties: 1 an instant, 2 from one field to another; limitMode 0
// leaves the end out.
std::string qgis_temporal(const Layer& layer) {
    if (!has_field(layer.fields, "start_date")) {
        return "";
    }
    const bool has_end = has_field(layer.fields, "end_date");
    return fmt::format(
        " <temporal enabled=\"1\" mode=\"{}\" limitMode=\"0\" startField=\"start_date\" "
        "endField=\"{}\" durationField=\"\" durationUnit=\"min\" fixedDuration=\"0\" "
        "accumulate=\"{}\" startExpression=\"\" endExpression=\"\">\n"
        "  <fixedRange>\n   <start></start>\n   <end></end>\n  </fixedRange>\n </temporal>\n",
        has_end ? 2 : 1, has_end ? "end_date" : "", has_end ? 0 : 1);
}

// ---- simplestyle ------------------------------------------------------------------------------

std::string hex(Color c) {
    return fmt::format("#{:02x}{:02x}{:02x}", c.r, c.g, c.b);
}

class SimpleStyleSink final : public geo::FeatureSink {
  public:
    SimpleStyleSink(geo::FeatureSink& to, const geo::Schema& schema, LayerStyle style)
        : to_(&to), style_(std::move(style)), is_area_(is_area(schema.geometry)) {
        for (std::size_t i = 0; i < schema.fields.size(); ++i) {
            if (schema.fields[i].name == style_.field) {
                field_ = i;
            }
        }
    }

    void write(const geo::Feature& feature) override {
        geo::Feature styled = feature;
        const std::string colour = hex(class_of(feature).colour);
        styled.values.emplace_back(colour);
        if (is_area_) {
            styled.values.emplace_back(1.0);
            styled.values.emplace_back(colour);
            styled.values.emplace_back(0.4);
        } else {
            styled.values.emplace_back(std::string("small"));
        }
        to_->write(styled);
    }

    void commit() override { to_->commit(); }

  private:
    const LayerStyle::Class& class_of(const geo::Feature& feature) const {
        if (field_) {
            for (const auto& of : style_.classes) {
                if (of.value == feature.values[*field_]) {
                    return of;
                }
            }
        }
        return style_.classes.front();
    }

    geo::FeatureSink* to_;
    LayerStyle style_;
    bool is_area_;
    std::optional<std::size_t> field_;
};

}  // namespace

LayerStyle layer_style(const Layer& layer, const geo::Catalog& catalog,
                       const LayerRequest& request) {
    if (layer.name == "gap") {
        return by_gap(catalog, request);
    }
    if (has_field(layer.fields, "threshold_ms")) {
        return by_threshold(request);
    }
    if (has_field(layer.fields, "provider")) {
        return by_provider(catalog, request);
    }
    constexpr Color kPlain{0x7a, 0x8a, 0x99, 255};
    return {"", {{geo::Value{}, layer.name, kPlain}}};
}

std::string qgis_style(const Layer& layer, const LayerStyle& style) {
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
           "<qgis version=\"3.22\" styleCategories=\"Symbology|Temporal\">\n" +
           qgis_temporal(layer) + qgis_renderer(layer, style) + "</qgis>\n";
}

geo::Schema simplestyle_schema(const geo::Schema& schema) {
    using geo::FieldType;
    geo::Schema styled = schema;
    const std::vector<geo::Field> area{{"stroke", FieldType::text, -1},
                                       {"stroke-width", FieldType::real, -1},
                                       {"fill", FieldType::text, -1},
                                       {"fill-opacity", FieldType::real, -1}};
    const std::vector<geo::Field> point{{"marker-color", FieldType::text, -1},
                                        {"marker-size", FieldType::text, -1}};
    const auto& more = is_area(schema.geometry) ? area : point;
    styled.fields.insert(styled.fields.end(), more.begin(), more.end());
    return styled;
}

std::unique_ptr<geo::FeatureSink> simplestyle_sink(geo::FeatureSink& to, const geo::Schema& schema,
                                                   const LayerStyle& style) {
    return std::make_unique<SimpleStyleSink>(to, schema, style);
}

}  // namespace footprint::cli
