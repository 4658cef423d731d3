// SFML's keys as the view understands them.
#pragma once

#include <SFML/Window/Event.hpp>

#include "render/window/view_state.h"

namespace footprint::render {

KeyPress key_press(const sf::Event::KeyEvent& event);

}  // namespace footprint::render
