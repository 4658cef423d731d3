#include "render/window/view_memory.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace footprint::render {
namespace {

using Memory = nlohmann::json;

constexpr std::size_t kMostBytes = 1 << 16;
constexpr int kSmallest = 320;
constexpr int kLargest = 16384;

std::optional<double> number(const Memory& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number()) {
        return std::nullopt;
    }
    const double value = found->get<double>();
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::string word(const Memory& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<int> place(const std::vector<std::string>& providers, const std::string& id) {
    const auto found = std::find(providers.begin(), providers.end(), id);
    return found == providers.end() ? std::nullopt
                                    : std::optional(static_cast<int>(found - providers.begin()));
}

Memory parsed(const std::string& text) {
    Memory json = text.size() <= kMostBytes ? Memory::parse(text, nullptr, false) : Memory();
    return json.is_object() ? json : Memory::object();
}

void recall_world(const Memory& json, double lon0, ViewState& state) {
    const std::string projection = word(json, "projection");
    if (projection.empty() || projection == state.look().projection) {
        return;
    }
    try {
        state.set_world(projection, view_world(projection, lon0));
    } catch (const Error&) {
        // Of another version, or by hand; the one at hand will do.
    }
}

void recall_camera(const Memory& json, ViewState& state) {
    const auto found = json.find("camera");
    if (found == json.end() || !found->is_object()) {
        return;
    }
    const auto lon0 = number(*found, "lon0");
    const auto lat0 = number(*found, "lat0");
    const auto x = number(*found, "x");
    const auto y = number(*found, "y");
    const auto zoom = number(*found, "zoom");
    if (!lon0 || !lat0 || !x || !y || !zoom || !(*zoom >= 1)) {
        return;
    }
    const bool is_home_lat = state.is_globe() || *lat0 == 0;
    if (is_home_lat) {
        state.look_at({*lon0, *lat0, *x, *y, state.home_metres_per_pixel() / *zoom});
    }
}

void recall_providers(const Memory& json, const std::vector<std::string>& providers,
                      ViewState& state) {
    const auto hidden = json.find("hidden");
    if (hidden == json.end() || !hidden->is_array()) {
        return;
    }
    std::vector<bool> shown(providers.size(), true);
    for (const Memory& id : *hidden) {
        const auto at = id.is_string() ? place(providers, id.get<std::string>()) : std::nullopt;
        if (at) {
            shown[static_cast<std::size_t>(*at)] = false;
        }
    }
    state.set_shown(shown);
}

void recall_look(const Memory& json, const std::vector<std::string>& providers, ViewState& state) {
    const std::string shade = word(json, "shade");
    if (shade == "best") {
        state.set_shade(kBestShade);
    } else if (const auto at = place(providers, shade)) {
        state.set_shade(*at);
    }
    const auto threshold = number(json, "threshold_ms");
    if (threshold && std::find(kViewThresholds_ms.begin(), kViewThresholds_ms.end(), *threshold) !=
                         kViewThresholds_ms.end()) {
        state.set_threshold(*threshold);
    }
    const auto left = place(providers, word(json, "left"));
    const auto right = place(providers, word(json, "right"));
    if (left && right) {
        state.set_compare(true, *left, *right);
    }
    if (const auto split = number(json, "split")) {
        state.set_split(*split);
    }
}

}  // namespace

std::string view_memory(const ViewState& state, const std::vector<std::string>& providers,
                        int width, int height) {
    const Camera& camera = state.camera();
    const ViewLook& look = state.look();
    Memory hidden = Memory::array();
    for (std::size_t i = 0; i < state.shown().size(); ++i) {
        if (!state.shown()[i]) {
            hidden.push_back(providers.at(i));
        }
    }
    const auto id = [&](int at) { return providers.at(static_cast<std::size_t>(at)); };
    Memory json{{"width", width},
                {"height", height},
                {"projection", look.projection},
                {"camera",
                 {{"lon0", camera.lon0_deg},
                  {"lat0", camera.lat0_deg},
                  {"x", camera.x},
                  {"y", camera.y},
                  {"zoom", state.home_metres_per_pixel() / camera.metres_per_pixel}}},
                {"day", state.date().iso()},
                {"speed", state.speed()},
                {"hidden", hidden},
                {"shade", look.shade == kNoShade     ? std::string("none")
                          : look.shade == kBestShade ? std::string("best")
                                                     : id(look.shade)},
                {"threshold_ms", look.threshold_ms},
                {"split", state.split()}};
    if (look.comparing) {
        json["left"] = id(look.left);
        json["right"] = id(look.right);
    }
    return json.dump(2) + "\n";
}

std::optional<std::pair<int, int>> remembered_size(const std::string& text) {
    const Memory json = parsed(text);
    const auto width = number(json, "width");
    const auto height = number(json, "height");
    const auto fits = [](double side) { return side >= kSmallest && side <= kLargest; };
    if (!width || !height || !fits(*width) || !fits(*height)) {
        return std::nullopt;
    }
    return std::pair(static_cast<int>(*width), static_cast<int>(*height));
}

void recall_view(const std::string& text, const std::vector<std::string>& providers, double lon0,
                 ViewState& state) {
    const Memory json = parsed(text);
    recall_world(json, lon0, state);
    recall_camera(json, state);
    recall_providers(json, providers, state);
    recall_look(json, providers, state);
    if (const auto speed = number(json, "speed")) {
        state.set_speed(*speed);
    }
    try {
        const std::string day = word(json, "day");
        if (!day.empty()) {
            state.seek(parse_date_as_of(day).days());
        }
    } catch (const Error&) {
        // Not a date after all.
    }
}

}  // namespace footprint::render
