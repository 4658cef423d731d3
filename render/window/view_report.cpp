#include "render/window/view_report.h"

#include <nlohmann/json.hpp>

namespace footprint::render {
namespace {

using Json = nlohmann::ordered_json;

Json shade_json(const ViewLook& look, const std::vector<std::string>& providers) {
    if (look.shade == kNoShade) {
        return "none";
    }
    return look.shade == kBestShade ? "best" : providers.at(static_cast<std::size_t>(look.shade));
}

Json compare_json(const ViewState& state, const std::vector<std::string>& providers) {
    const ViewLook& look = state.look();
    if (!look.comparing) {
        return nullptr;
    }
    return {{"left", providers.at(static_cast<std::size_t>(look.left))},
            {"right", providers.at(static_cast<std::size_t>(look.right))},
            {"split", state.split()}};
}

Json rect_json(const Rect& rect) {
    return {{"x", rect.x}, {"y", rect.y}, {"width", rect.width}, {"height", rect.height}};
}

Json controls_json(const std::vector<ControlReport>& controls) {
    Json list = Json::array();
    for (const ControlReport& control : controls) {
        Json entry{{"name", control.name}, {"value", control.value}};
        entry.update(rect_json(control.rect));
        list.push_back(std::move(entry));
    }
    return list;
}

Json card_json(const Desk& desk) {
    if (!desk.pinned && !desk.hovered) {
        return nullptr;
    }
    Json rows = Json::object();
    for (const CardRow& row : desk.card.rows) {
        rows[row.name] = row.value;
    }
    Json servers = Json::array();
    for (const CardServer& server : desk.card.servers) {
        servers.push_back({{"provider", server.provider},
                           {"region", server.region},
                           {"distance_km", server.distance_km},
                           {"rtt_ms", server.rtt_ms}});
    }
    return {{"pinned", desk.pinned.has_value()}, {"ready", desk.is_card_ready},
            {"title", desk.card.title},          {"subtitle", desk.card.subtitle},
            {"rows", std::move(rows)},           {"servers", std::move(servers)}};
}

Json search_json(const Search& search) {
    if (!search.is_open) {
        return nullptr;
    }
    Json found = Json::array();
    if (search.found_for == search.text) {
        for (const Found& one : search.found) {
            found.push_back(one.name);
        }
    }
    return {{"text", search.text}, {"found", std::move(found)}, {"chosen", search.chosen}};
}

Json film_json(const FilmDesk& film) {
    if (!film.is_open) {
        return nullptr;
    }
    const auto& code = film.status.exit_code;
    return {{"command", film.command},
            {"file", film.file},
            {"share", film.status.share},
            {"exit_code", code ? Json(*code) : Json(nullptr)},
            {"fault", film.fault}};
}

}  // namespace

std::string view_report(const ViewState& state, const WindowFacts& facts) {
    const Camera& camera = state.camera();
    Json providers = Json::array();
    for (std::size_t i = 0; i < state.shown().size(); ++i) {
        providers.push_back(
            {{"provider", facts.providers.at(i)}, {"shown", static_cast<bool>(state.shown()[i])}});
    }
    const Desk none;
    const Desk& desk = facts.desk != nullptr ? *facts.desk : none;
    const Json people = facts.people
                            ? Json{{"within", facts.people->within}, {"world", facts.people->world}}
                            : Json(nullptr);
    const Json report{{"width", facts.width},
                      {"height", facts.height},
                      {"window_width", facts.window_width},
                      {"window_height", facts.window_height},
                      {"scale", facts.scale},
                      {"map", rect_json(state.area())},
                      {"painted", facts.painted},
                      {"frames", facts.frames},
                      {"pictures", facts.pictures},
                      {"date", state.date().iso()},
                      {"from", state.from().iso()},
                      {"to", state.to().iso()},
                      {"playing", state.playing()},
                      {"speed", state.speed()},
                      {"moving", state.is_moving()},
                      {"whole_world", state.is_whole()},
                      {"camera",
                       {{"central_meridian", camera.lon0_deg},
                        {"central_latitude", camera.lat0_deg},
                        {"x_m", camera.x},
                        {"y_m", camera.y},
                        {"metres_per_pixel", camera.metres_per_pixel}}},
                      {"projection", state.look().projection},
                      {"shade", shade_json(state.look(), facts.providers)},
                      {"threshold_ms", state.look().threshold_ms},
                      {"people", people},
                      {"compare", compare_json(state, facts.providers)},
                      {"providers", providers},
                      {"outages", facts.outages},
                      {"card", card_json(desk)},
                      {"search", search_json(desk.search)},
                      {"film", film_json(desk.film)},
                      {"help", state.help()},
                      {"note", desk.note},
                      {"saved", facts.saved},
                      {"controls", controls_json(facts.controls)}};
    // A file's name need not be UTF-8.
    return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace footprint::render
