// The view as it was left, for the next time.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "render/window/view_state.h"

namespace footprint::render {

// One JSON object. `providers` are ids in the legend's order.
std::string view_memory(const ViewState& state, const std::vector<std::string>& providers,
                        int width, int height);

// Size of the picture as it was left; nothing where the text does not say.
std::optional<std::pair<int, int>> remembered_size(const std::string& text);

// Brings the state to what the text says, as far as it makes sense here: another catalog may have
// other providers, another version other words. Never throws for what the text holds.
void recall_view(const std::string& text, const std::vector<std::string>& providers, double lon0,
                 ViewState& state);

}  // namespace footprint::render
