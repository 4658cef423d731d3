#include "render/window/view_report.h"

#include <nlohmann/json.hpp>

namespace footprint::render {

std::string view_report(const ViewState& state, const WindowFacts& facts) {
    using Json = nlohmann::ordered_json;
    const Camera& camera = state.camera();
    Json providers = Json::array();
    for (std::size_t i = 0; i < state.shown().size(); ++i) {
        providers.push_back(
            {{"provider", facts.providers.at(i)}, {"shown", static_cast<bool>(state.shown()[i])}});
    }
    const Json report{{"width", facts.width},
                      {"height", facts.height},
                      {"painted", facts.painted},
                      {"date", state.date().iso()},
                      {"from", state.from().iso()},
                      {"to", state.to().iso()},
                      {"playing", state.playing()},
                      {"speed", state.speed()},
                      {"whole_world", state.is_whole()},
                      {"camera",
                       {{"central_meridian", camera.lon0_deg},
                        {"central_latitude", camera.lat0_deg},
                        {"x_m", camera.x},
                        {"y_m", camera.y},
                        {"metres_per_pixel", camera.metres_per_pixel}}},
                      {"providers", providers},
                      {"help", state.help()},
                      {"saved", facts.saved}};
    // A file's name need not be UTF-8.
    return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace footprint::render
