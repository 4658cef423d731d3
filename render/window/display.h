// Is there a display to open a window on?
#pragma once

namespace footprint::render {

// Throws Error (failed) when no window can be opened: DISPLAY is not set, does not answer, or has
// no OpenGL. SFML would abort the program instead, so call this before anything of SFML. From then
// on, a display that goes away ends the program with exit code 1 and a message.
void require_display();

}  // namespace footprint::render
