#include "render/window/panels.h"

#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "geo/projection/projection.h"
#include "render/window/placing.h"

namespace footprint::render {
namespace {

constexpr double kRow_px = 25.5;
constexpr double kGap_px = 8;
constexpr double kPad_px = 9;
constexpr std::array<double, 9> kSpeeds{1.0 / 16, 1.0 / 8, 1.0 / 4, 1.0 / 2, 1, 2, 4, 8, 16};

constexpr ImGuiWindowFlags kStill = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize |
                                    ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                                    ImGuiWindowFlags_NoCollapse;
constexpr ImGuiWindowFlags kFixed =
    kStill | ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse;
// What doesn't fit over the map is scrolled.
constexpr ImGuiWindowFlags kCard =
    kStill | ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoFocusOnAppearing;

// The second row, from left to right.
enum class Tool { shade, threshold, projection, clouds, compare, search, film, picture, keys };
struct ToolWidth {
    Tool tool;
    double width;
};
constexpr std::array<ToolWidth, 9> kTools{{{Tool::shade, 190},
                                           {Tool::threshold, 104},
                                           {Tool::projection, 164},
                                           {Tool::clouds, 84},
                                           {Tool::compare, 58},
                                           {Tool::search, 84},
                                           {Tool::film, 62},
                                           {Tool::picture, 76},
                                           {Tool::keys, 34}}};

std::string speed_text(double speed) {
    return speed >= 1 ? fmt::format("{:g}×", speed) : fmt::format("1/{:g}×", 1 / speed);
}

std::string projection_text(const std::string& name) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kNames{
        {{"equal-earth", "Equal Earth"},
         {"robinson", "Robinson"},
         {"natural-earth", "Natural Earth"},
         {"mollweide", "Mollweide"},
         {"winkel-tripel", "Winkel Tripel"},
         {"orthographic", "Globe"},
         {"web-mercator", "Web Mercator"},
         {"azimuthal-equidistant", "Azimuthal"}}};
    for (const auto& [id, text] : kNames) {
        if (id == name) {
            return std::string(text);
        }
    }
    return name;
}

std::string shade_text(const PanelInput& in, int shade) {
    if (shade == kNoShade) {
        return "Land: plain";
    }
    return shade == kBestShade ? std::string("Land: best RTT")
                               : "Land: " + in.options.names.at(static_cast<std::size_t>(shade));
}

// A list to choose from; the place of what was chosen.
std::optional<int> choose(const PanelInput& in, const char* name, double width,
                          const std::string& shown, const std::vector<std::string>& items,
                          int current) {
    std::optional<int> chosen;
    ImGui::SetNextItemWidth(static_cast<float>(width));
    ImGui::PushID(name);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    in.gui.note_at(name, shown, {at.x, at.y, width, ImGui::GetFrameHeight()});
    const bool is_open = ImGui::BeginCombo("##list", shown.c_str(), ImGuiComboFlags_HeightLargest);
    if (is_open) {
        in.gui.note_window();
        for (int i = 0; i < static_cast<int>(items.size()); ++i) {
            const std::string& item = items[static_cast<std::size_t>(i)];
            ImGui::PushID(i);
            if (ImGui::Selectable(item.c_str(), i == current)) {
                chosen = i;
            }
            in.gui.note(std::string(name) + ": " + item, i == current ? "chosen" : "");
            ImGui::PopID();
        }
        ImGui::EndCombo();
    }
    ImGui::PopID();
    return chosen;
}

bool button(const PanelInput& in, const char* name, const char* text, double width,
            std::string value = {}) {
    const bool pressed = ImGui::Button(text, {static_cast<float>(width), 0});
    in.gui.note(name, std::move(value));
    return pressed;
}

void hint(const char* text) {
    if (ImGui::IsItemHovered()) {
        ImGui::SetTooltip("%s", text);
    }
}

ImU32 packed(Color color, double opacity = 1) {
    return IM_COL32(color.r, color.g, color.b, static_cast<int>(opacity * 255));
}

// ---- the timeline

struct Track {
    float left = 0;
    float right = 0;
    float bottom = 0;
    double from = 0;
    double days = 1;
    float x(Date date) const {
        const double share = (date.days() - from) / days;
        return left + static_cast<float>(share) * (right - left);
    }
};

// Ticks where something happened, higher where more did; the events near the cursor in words.
void events_on(const PanelInput& in, const Track& track) {
    const auto columns = static_cast<std::size_t>(std::max(1.0F, track.right - track.left + 1));
    std::vector<int> counts(columns);
    std::string near;
    int more = 0;
    const float cursor = ImGui::GetIO().MousePos.x;
    const bool is_hovered = ImGui::IsItemHovered() && !ImGui::IsItemActive();
    for (const ViewEvent& event : in.options.events) {
        const bool is_shown = in.state.shown().at(static_cast<std::size_t>(event.provider));
        if (!is_shown || event.date < in.state.from() || event.date > in.state.to()) {
            continue;
        }
        const float x = track.x(event.date);
        ++counts.at(std::min(columns - 1, static_cast<std::size_t>(x - track.left)));
        if (is_hovered && std::abs(x - cursor) <= in.gui.px(3)) {
            constexpr int kMost = 8;
            const auto lines = std::count(near.begin(), near.end(), '\n');
            if (lines < kMost) {
                near += event.date.iso().substr(0, 7) + "  " + event.text + "\n";
            } else {
                ++more;
            }
        }
    }
    ImDrawList* draw = ImGui::GetWindowDrawList();
    for (std::size_t i = 0; i < columns; ++i) {
        if (counts[i] > 0) {
            const float x = track.left + static_cast<float>(i) + 0.5F;
            const float height = in.gui.px(std::min(3 + 1.5 * counts[i], 11.0));
            draw->AddLine({x, track.bottom - height}, {x, track.bottom}, packed(in.theme.text, 0.5),
                          1);
        }
    }
    if (!near.empty()) {
        near += more > 0 ? fmt::format("and {} more", more) : "";
        ImGui::SetTooltip("%s", std::string(trimmed(near)).c_str());
        in.gui.note("event", near);
    }
}

void timeline(const PanelInput& in, float width) {
    ViewState& state = in.state;
    int day = static_cast<int>(std::floor(state.day()));
    const int from = state.from().days();
    const int to = state.to().days();
    ImGui::SetNextItemWidth(width);
    if (ImGui::SliderInt("##timeline", &day, from, to, state.date().iso().c_str(),
                         ImGuiSliderFlags_NoInput | ImGuiSliderFlags_AlwaysClamp)) {
        state.seek(day);
    }
    in.gui.note("timeline", state.date().iso());
    const ImVec2 low = ImGui::GetItemRectMin();
    const ImVec2 high = ImGui::GetItemRectMax();
    // Where the middle of ImGui's grab runs.
    const float grab = std::max(ImGui::GetStyle().GrabMinSize,
                                (high.x - low.x - 4) / static_cast<float>(to - from + 1));
    events_on(in, {low.x + 2 + grab / 2, high.x - 2 - grab / 2, high.y - 1,
                   static_cast<double>(from), static_cast<double>(std::max(1, to - from))});
}

void first_row(const PanelInput& in) {
    ViewState& state = in.state;
    Gui& gui = in.gui;
    if (button(in, "play", state.playing() ? "Pause" : "Play", gui.px(70),
               state.playing() ? "playing" : "paused")) {
        state.toggle_play();
    }
    ImGui::SameLine();
    if (ImGui::ArrowButton("##back", ImGuiDir_Left)) {
        state.step_months(-1);
    }
    gui.note("month back");
    hint("A month back (←)");
    ImGui::SameLine(0, gui.px(3));
    if (ImGui::ArrowButton("##on", ImGuiDir_Right)) {
        state.step_months(1);
    }
    gui.note("month on");
    hint("A month on (→)");
    ImGui::SameLine();
    const float speed_width = gui.px(76);
    const float rest = ImGui::GetContentRegionAvail().x - speed_width - gui.px(kGap_px);
    timeline(in, std::max(rest, gui.px(40)));
    ImGui::SameLine();
    std::vector<std::string> speeds;
    int current = 0;
    for (std::size_t i = 0; i < kSpeeds.size(); ++i) {
        speeds.push_back(speed_text(kSpeeds.at(i)));
        current = kSpeeds.at(i) == state.speed() ? static_cast<int>(i) : current;
    }
    const auto chosen =
        choose(in, "speed", speed_width, speed_text(state.speed()), speeds, current);
    if (chosen) {
        state.set_speed(kSpeeds.at(static_cast<std::size_t>(*chosen)));
    }
}

// ---- the tools

void shade_tool(const PanelInput& in, double width) {
    std::vector<std::string> items;
    for (int i = kNoShade; i < static_cast<int>(in.options.names.size()); ++i) {
        items.push_back(shade_text(in, i));
    }
    const ViewLook& look = in.state.look();
    const std::string shown = look.comparing ? "Land: A | B" : shade_text(in, look.shade);
    const int current = look.comparing ? -1 : look.shade - kNoShade;
    if (const auto chosen = choose(in, "shade", width, shown, items, current)) {
        in.state.set_shade(*chosen + kNoShade);
    }
    hint("What the land's shade says (C)");
}

void threshold_tool(const PanelInput& in, double width) {
    std::vector<std::string> items;
    int current = -1;
    for (const double ms : kViewThresholds_ms) {
        current = ms == in.state.look().threshold_ms ? static_cast<int>(items.size()) : current;
        items.push_back(fmt::format("{:g} ms", ms));
    }
    const std::string shown = fmt::format("{:g} ms", in.state.look().threshold_ms);
    if (const auto chosen = choose(in, "threshold", width, shown, items, current)) {
        in.state.set_threshold(kViewThresholds_ms.at(static_cast<std::size_t>(*chosen)));
    }
    hint("Within which time people count as served (T)");
}

void projection_tool(const PanelInput& in, double width) {
    const auto names = geo::Projection::names();
    std::vector<std::string> items;
    int current = -1;
    for (const auto name : names) {
        current = name == in.state.look().projection ? static_cast<int>(items.size()) : current;
        items.push_back(projection_text(std::string(name)));
    }
    const std::string shown = projection_text(in.state.look().projection);
    if (const auto chosen = choose(in, "projection", width, shown, items, current)) {
        in.desk.projection = std::string(names[static_cast<std::size_t>(*chosen)]);
    }
    hint("The map's projection (P)");
}

void clouds_tool(const PanelInput& in, double width) {
    const auto& shown = in.state.shown();
    const auto count = std::count(shown.begin(), shown.end(), true);
    if (button(in, "clouds", "Clouds", width, fmt::format("{} of {}", count, shown.size()))) {
        ImGui::OpenPopup("clouds");
    }
    hint("Show and hide providers (1 to 9, or a click on the legend)");
    if (!ImGui::BeginPopup("clouds")) {
        return;
    }
    in.gui.note_window();
    for (std::size_t i = 0; i < shown.size(); ++i) {
        bool is_shown = shown[i];
        if (ImGui::Checkbox(in.options.names[i].c_str(), &is_shown)) {
            in.state.toggle_provider(static_cast<int>(i));
        }
        in.gui.note("cloud: " + in.options.providers[i], is_shown ? "shown" : "hidden");
    }
    ImGui::EndPopup();
}

void compare_tool(const PanelInput& in, double width) {
    const ViewLook& look = in.state.look();
    ImGui::BeginDisabled(in.options.names.size() < 2);
    if (look.comparing) {
        ImGui::PushStyleColor(ImGuiCol_Button, ImGui::GetStyleColorVec4(ImGuiCol_ButtonActive));
    }
    const bool was = look.comparing;
    if (button(in, "compare", "A | B", width, look.comparing ? "on" : "off")) {
        in.state.set_compare(!look.comparing, look.left, look.right);
    }
    if (was) {
        ImGui::PopStyleColor();
    }
    ImGui::EndDisabled();
    hint("Two providers, left and right of a line (A)");
}

void tool(const PanelInput& in, const ToolWidth& which) {
    const double width = in.gui.px(which.width);
    auto& requests = in.desk.requests;
    switch (which.tool) {
        case Tool::shade:
            shade_tool(in, width);
            break;
        case Tool::threshold:
            threshold_tool(in, width);
            break;
        case Tool::projection:
            projection_tool(in, width);
            break;
        case Tool::clouds:
            clouds_tool(in, width);
            break;
        case Tool::compare:
            compare_tool(in, width);
            break;
        case Tool::search:
            if (button(in, "search", "Search", width)) {
                requests.push_back(Request::search);
            }
            hint("A city or a region (/)");
            break;
        case Tool::film:
            if (button(in, "film", "Film", width)) {
                requests.push_back(Request::record);
            }
            hint("Record what is on the screen as a film (R)");
            break;
        case Tool::picture:
            if (button(in, "picture", "Picture", width)) {
                requests.push_back(Request::screenshot);
            }
            hint("Save the picture (S)");
            break;
        case Tool::keys:
            if (button(in, "keys", "?", width, in.state.help() ? "shown" : "hidden")) {
                in.state.show_help(!in.state.help());
            }
            hint("The keys (?)");
            break;
    }
}

void second_row(const PanelInput& in) {
    const double inner = in.width - 2.0 * in.gui.px(kPad_px);
    double x = 0;
    for (const ToolWidth& which : kTools) {
        const double width = in.gui.px(which.width);
        if (x > 0 && x + width <= inner) {
            ImGui::SameLine();
        } else {
            x = 0;
        }
        x += width + in.gui.px(kGap_px);
        tool(in, which);
    }
    const double left = inner - x;
    const std::string& note = in.desk.note;
    if (!note.empty() && left > in.gui.px(120)) {
        ImGui::SameLine();
        ImGui::AlignTextToFramePadding();
        ImGui::TextDisabled("%s", note.c_str());
        in.gui.note("note", note);
    }
}

void bar(const PanelInput& in) {
    const float top = static_cast<float>(in.picture_height);
    ImGui::SetNextWindowPos({0, top});
    ImGui::SetNextWindowSize({static_cast<float>(in.width), static_cast<float>(in.height) - top});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding,
                        ImVec2(in.gui.px(kPad_px), in.gui.px(kPad_px)));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(in.gui.px(kGap_px), in.gui.px(6)));
    ImGui::Begin("##bar", nullptr, kFixed | ImGuiWindowFlags_NoBringToFrontOnFocus);
    in.gui.note_window();
    first_row(in);
    second_row(in);
    ImGui::End();
    ImGui::PopStyleVar(4);
}

// ---- A | B

void compared_name(const PanelInput& in, bool is_left, float x, float width) {
    const ViewLook look = in.state.look();
    const auto top = static_cast<float>(in.state.area().y) + in.gui.px(10);
    ImGui::SetNextWindowPos({x, top});
    ImGui::SetNextWindowSize({width, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    ImGui::Begin(is_left ? "##left" : "##right", nullptr, kFixed | ImGuiWindowFlags_NoBackground);
    in.gui.note_window();
    const int current = is_left ? look.left : look.right;
    const auto chosen =
        choose(in, is_left ? "left" : "right", width,
               in.options.names.at(static_cast<std::size_t>(current)), in.options.names, current);
    if (chosen) {
        in.state.set_compare(true, is_left ? *chosen : look.left, is_left ? look.right : *chosen);
    }
    ImGui::End();
    ImGui::PopStyleVar();
}

// On either side of the line, inside the window.
void compared_names(const PanelInput& in, float line) {
    const float width = in.gui.px(150);
    const float gap = in.gui.px(10);
    const float most = static_cast<float>(in.width) - gap - width;
    const float left = std::clamp(line - gap - width, gap, std::max(gap, most - width - gap));
    const float right =
        std::clamp(line + gap, left + width + gap, std::max(left + width + gap, most));
    compared_name(in, true, std::min(left, right - width - gap), width);
    compared_name(in, false, right, width);
}

void split_knob(const PanelInput& in, float x, float middle) {
    const float radius = in.gui.px(13);
    const Rect& area = in.state.area();
    ImGui::SetNextWindowPos({x - radius, middle - radius});
    ImGui::SetNextWindowSize({2 * radius, 2 * radius});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, ImVec2(1, 1));
    ImGui::Begin("##split", nullptr, kFixed | ImGuiWindowFlags_NoBackground);
    in.gui.note_window();
    ImGui::InvisibleButton("##handle", {2 * radius, 2 * radius});
    in.gui.note("split", fmt::format("{:.0f} %", 100 * in.state.split()));
    if (ImGui::IsItemActive()) {
        in.state.set_split((static_cast<double>(ImGui::GetIO().MousePos.x) - area.x) / area.width);
    }
    ImDrawList* knob = ImGui::GetWindowDrawList();
    knob->AddCircleFilled({x, middle}, radius, packed(in.theme.text));
    const float a = in.gui.px(4);
    for (const float side : {-1.0F, 1.0F}) {
        const float tip = x + side * in.gui.px(9);
        knob->AddTriangleFilled({tip, middle}, {tip - side * a * 1.3F, middle - a},
                                {tip - side * a * 1.3F, middle + a}, packed(in.theme.background));
    }
    ImGui::End();
    ImGui::PopStyleVar(2);
}

void compare_line(const PanelInput& in) {
    if (!in.state.look().comparing) {
        return;
    }
    const Rect& area = in.state.area();
    const auto x = static_cast<float>(area.x + in.state.split() * area.width);
    const auto middle = static_cast<float>(area.y + area.height * 0.35);
    // Down to what stands below the map.
    double bottom = area.bottom();
    for (const Rect& rect : in.furniture) {
        const bool is_below = rect.y > static_cast<double>(middle);
        if (is_below && rect.x <= static_cast<double>(x) && static_cast<double>(x) < rect.right()) {
            bottom = std::min(bottom, rect.y);
        }
    }
    ImGui::GetBackgroundDrawList()->AddLine({x, static_cast<float>(area.y)},
                                            {x, static_cast<float>(bottom)}, packed(in.theme.text),
                                            in.gui.px(2));
    split_knob(in, x, middle);
    compared_names(in, x);
}

// ---- cards

Rect picture_rect(const PanelInput& in) {
    const double margin = in.gui.px(8);
    return {margin, margin, in.width - 2 * margin, in.picture_height - 2 * margin};
}

// Beside its subject, by its size in the frame before; the first time ImGui hides it to find out.
void place_window(const PanelInput& in, std::string_view name, Point anchor) {
    double width = in.gui.px(300);
    double height = in.gui.px(200);
    for (const Control& control : in.gui.controls()) {
        if (control.name == name) {
            width = control.rect.width;
            height = control.rect.height;
        }
    }
    const Rect room = picture_rect(in);
    const Rect at = placed_beside(anchor, width, height, in.gui.px(16), room, in.furniture);
    ImGui::SetNextWindowSizeConstraints(
        {0, 0}, {static_cast<float>(room.width), static_cast<float>(room.height)});
    ImGui::SetNextWindowPos({static_cast<float>(at.x), static_cast<float>(at.y)});
}

void note_whole_window(const PanelInput& in, const char* name, const std::string& value) {
    const ImVec2 at = ImGui::GetWindowPos();
    const ImVec2 size = ImGui::GetWindowSize();
    in.gui.note_at(name, value, {at.x, at.y, size.x, size.y});
}

void rows_of_card(const PanelInput& in, const Card& card) {
    if (card.rows.empty() || !ImGui::BeginTable("##rows", 2, ImGuiTableFlags_SizingFixedFit)) {
        return;
    }
    for (const CardRow& row : card.rows) {
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        ImGui::TextDisabled("%s", row.name.c_str());
        ImGui::TableNextColumn();
        ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + in.gui.px(230));
        ImGui::TextUnformatted(row.value.c_str());
        ImGui::PopTextWrapPos();
    }
    ImGui::EndTable();
}

void right_aligned(const std::string& text) {
    const float shift = ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(text.c_str()).x;
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0F, shift));
    ImGui::TextUnformatted(text.c_str());
}

void servers_of_card(const PanelInput& in, const Card& card) {
    if (card.servers.empty() ||
        !ImGui::BeginTable("##servers", 4, ImGuiTableFlags_SizingFixedFit)) {
        return;
    }
    ImGui::TableSetupColumn("provider");
    ImGui::TableSetupColumn("region");
    ImGui::TableSetupColumn("km", ImGuiTableColumnFlags_WidthFixed, in.gui.px(66));
    ImGui::TableSetupColumn("ms", ImGuiTableColumnFlags_WidthFixed, in.gui.px(54));
    for (const CardServer& server : card.servers) {
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        ImGui::TextUnformatted(server.provider.c_str());
        ImGui::TableNextColumn();
        if (server.region.empty()) {
            ImGui::TextDisabled("nobody");
            continue;
        }
        ImGui::TextDisabled("%s", server.city.c_str());
        ImGui::TableNextColumn();
        right_aligned(with_thousands(std::llround(server.distance_km)) + " km");
        ImGui::TableNextColumn();
        right_aligned(fmt::format("{:.0f} ms", server.rtt_ms));
    }
    ImGui::EndTable();
}

void card_buttons(const PanelInput& in) {
    const Target& target = *in.desk.pinned;
    ImGui::Spacing();
    if (target.region) {
        const bool is_out = in.state.is_out(*target.region);
        ImGui::BeginDisabled(!is_out && !in.desk.can_be_out);
        if (button(in, "outage", is_out ? "Put back" : "Take out", in.gui.px(90),
                   is_out ? "out" : "in")) {
            in.desk.requests.push_back(Request::outage);
        }
        ImGui::EndDisabled();
        hint("What if it failed from this day on? (X, or a right click on its symbol)");
        ImGui::SameLine();
    }
    if (button(in, "close card", "Close", in.gui.px(64))) {
        in.desk.pinned.reset();
    }
}

void card_window(const PanelInput& in, const Target& target, bool is_pinned) {
    const auto place = in.place_of(target);
    const Rect& area = in.state.area();
    place_window(in, "card", place.value_or(Point{area.right(), area.y}));
    ImGui::Begin("##card", nullptr, kCard);
    in.gui.push_heading();
    ImGui::TextUnformatted(in.desk.card.title.c_str());
    in.gui.pop_heading();
    ImGui::TextDisabled("%s", in.desk.card.subtitle.c_str());
    ImGui::Spacing();
    rows_of_card(in, in.desk.card);
    servers_of_card(in, in.desk.card);
    if (!in.desk.is_card_ready) {
        ImGui::TextDisabled("asking the model …");
    } else if (!in.desk.card.note.empty()) {
        ImGui::PushTextWrapPos(in.gui.px(330));
        ImGui::TextDisabled("%s", in.desk.card.note.c_str());
        ImGui::PopTextWrapPos();
    }
    if (is_pinned) {
        card_buttons(in);
        in.gui.note_window();  // what only hovers lets clicks through to the map
    }
    note_whole_window(in, "card", in.desk.card.title);
    ImGui::End();
    if (place && is_pinned) {
        ImGui::GetBackgroundDrawList()->AddCircle(
            {static_cast<float>(place->x), static_cast<float>(place->y)}, in.gui.px(9),
            packed(in.theme.text), 0, in.gui.px(2));
    }
}

void card(const PanelInput& in) {
    if (in.desk.search.is_open) {
        return;
    }
    if (in.desk.pinned) {
        const Target target = *in.desk.pinned;
        card_window(in, target, true);
    } else if (in.desk.hovered) {
        card_window(in, *in.desk.hovered, false);
    }
}

// ---- the search

void search(const PanelInput& in) {
    Search& search = in.desk.search;
    if (!search.is_open) {
        return;
    }
    const float width = std::min(in.gui.px(420), static_cast<float>(in.width) - in.gui.px(20));
    const Rect& area = in.state.area();
    ImGui::SetNextWindowPos(
        {(static_cast<float>(in.width) - width) / 2, static_cast<float>(area.y) + in.gui.px(10)});
    ImGui::SetNextWindowSize({width, 0});
    ImGui::Begin("##search", nullptr, kFixed);
    in.gui.note_window();
    const bool is_left = in.gui.awaits_text() && !ImGui::IsAnyItemActive();
    if (search.is_new || is_left) {
        ImGui::SetKeyboardFocusHere();
        search.is_new = false;
    }
    ImGui::SetNextItemWidth(-1);
    if (ImGui::InputTextWithHint("##text", "A city, a region or a provider", &search.text)) {
        search.chosen = 0;
    }
    in.gui.note("search text", search.text);
    const bool is_answered = search.found_for == search.text;
    if (is_answered && search.found.empty() && !search.text.empty()) {
        ImGui::TextDisabled("nothing is called so");
    }
    for (int i = 0; i < static_cast<int>(search.found.size()); ++i) {
        const Found& found = search.found[static_cast<std::size_t>(i)];
        ImGui::PushID(i);
        if (ImGui::Selectable("##found", i == search.chosen)) {
            in.desk.go_to = found;
        }
        in.gui.note(fmt::format("found {}", i + 1), found.name);
        ImGui::SameLine(in.gui.px(14));
        ImGui::TextUnformatted(found.name.c_str());
        ImGui::SameLine();
        ImGui::TextDisabled("%s", found.detail.c_str());
        ImGui::PopID();
    }
    ImGui::End();
}

// ---- the film

void film(const PanelInput& in) {
    FilmDesk& film = in.desk.film;
    if (!film.is_open) {
        return;
    }
    const Rect& area = in.state.area();
    place_window(in, "film card", {area.right(), area.bottom()});
    ImGui::Begin("##film", nullptr, kCard);
    const bool is_running = film.fault.empty() && !film.status.exit_code;
    const bool is_done = film.fault.empty() && film.status.exit_code == 0;
    in.gui.push_heading();
    ImGui::TextUnformatted(is_running ? "Making the film" : is_done ? "The film" : "No film");
    in.gui.pop_heading();
    const float width = in.gui.px(360);
    if (is_running) {
        ImGui::ProgressBar(static_cast<float>(film.status.share), {width, in.gui.px(6)}, "");
    }
    ImGui::PushTextWrapPos(width);
    if (is_running || is_done) {
        ImGui::TextUnformatted(film.file.c_str());
    } else {
        ImGui::TextUnformatted(film.fault.empty() ? film.status.words.c_str() : film.fault.c_str());
    }
    ImGui::TextDisabled("%s", film.command.c_str());
    ImGui::PopTextWrapPos();
    if (button(in, "close film", is_running ? "Stop" : "Close", in.gui.px(70))) {
        in.desk.stop_film = true;
    }
    ImGui::SameLine();
    if (!film.command.empty() && button(in, "copy command", "Copy the command", in.gui.px(150))) {
        ImGui::SetClipboardText(film.command.c_str());
    }
    in.gui.note_window();
    note_whole_window(in, "film card", film.command);
    ImGui::End();
}

// ---- the keys

using Keys = std::vector<std::pair<std::string_view, std::string_view>>;

float text_width(std::string_view text) {
    return ImGui::CalcTextSize(text.data(), text.data() + text.size()).x;
}

// Of a table of the keys, beside each other so many at a time.
double keys_width(const PanelInput& in, const Keys& keys, std::size_t beside) {
    const std::size_t rows = (keys.size() + beside - 1) / beside;
    double all = 0;
    for (std::size_t first = 0; first < keys.size(); first += rows) {
        float key = 0;
        float meaning = 0;
        for (std::size_t i = first; i < std::min(first + rows, keys.size()); ++i) {
            key = std::max(key, text_width(keys[i].first));
            meaning = std::max(meaning, text_width(keys[i].second));
        }
        all += key + meaning + in.gui.px(40);
    }
    return all;
}

void help(const PanelInput& in) {
    if (!in.state.help()) {
        return;
    }
    const Keys keys = key_help();
    place_window(in, "help", {in.width / 2.0, 0});
    ImGui::Begin("##help", nullptr, kCard);
    in.gui.push_heading();
    ImGui::TextUnformatted("Keys and mouse");
    in.gui.pop_heading();
    ImGui::Spacing();
    const std::size_t beside = keys_width(in, keys, 2) < picture_rect(in).width ? 2 : 1;
    const std::size_t rows = (keys.size() + beside - 1) / beside;
    if (ImGui::BeginTable("##keys", static_cast<int>(2 * beside), ImGuiTableFlags_SizingFixedFit)) {
        for (std::size_t i = 0; i < rows; ++i) {
            ImGui::TableNextRow();
            for (std::size_t k = i; k < keys.size(); k += rows) {
                ImGui::TableNextColumn();
                ImGui::TextUnformatted(keys[k].first.data());
                ImGui::TableNextColumn();
                ImGui::TextDisabled("%s   ", keys[k].second.data());
            }
        }
        ImGui::EndTable();
    }
    in.gui.note_window();
    note_whole_window(in, "help", "");
    ImGui::End();
}

}  // namespace

std::vector<std::pair<std::string_view, std::string_view>> key_help() {
    return {{"wheel, + −", "closer and further"},
            {"drag, Shift ← → ↑ ↓", "move the map; past its edge, turn it"},
            {"0", "the whole world again"},
            {"Space", "play and pause"},
            {"← →", "a month back, a month on"},
            {"Page ↑ ↓", "a year back, a year on"},
            {"Home, End", "first and last day"},
            {"↑ ↓", "faster and slower"},
            {"1 to 9", "show and hide a provider; Shift: the tenth on"},
            {"C, T, P", "shade, threshold, projection"},
            {"A", "two providers, left and right of a line"},
            {", .", "move that line"},
            {"hover, click", "what a symbol stands for; keep it in sight"},
            {"click on land, Enter", "who serves this place best, how fast"},
            {"Tab", "the next region; Shift: the one before"},
            {"X, right click", "take a region out; put it back"},
            {"/", "search a city or a region"},
            {"R", "record what is on the screen as a film"},
            {"S", "save the picture"},
            {"?, H", "these keys"},
            {"Esc", "close what is open, then the window"},
            {"Q", "close the window"}};
}

int bar_height(int width, double scale) {
    std::vector<double> widths;
    for (const ToolWidth& which : kTools) {
        widths.push_back(which.width * scale);
    }
    const int rows = 1 + rows_of(widths, kGap_px * scale, width - 2 * kPad_px * scale);
    return static_cast<int>(std::ceil(scale * (2 * kPad_px + rows * kRow_px + (rows - 1) * 6)));
}

void draw_panels(PanelInput& in) {
    bar(in);
    compare_line(in);
    card(in);
    film(in);
    search(in);
    help(in);
}

}  // namespace footprint::render
