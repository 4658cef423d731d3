// A display to open a window on.
#pragma once

#include <memory>

namespace footprint::render {

// A connection to the display that DISPLAY names, held while a window is open. SFML aborts the
// program where it cannot connect, so nothing of SFML may be touched without one; and a display
// that nobody else uses may start anew, and refuse the next connection, when its last one ends.
class OpenDisplay {
  public:
    // Throws Error (failed) when no window can be opened: DISPLAY is not set, does not answer, or
    // has no OpenGL. From then on, a display that goes away ends the program with exit code 1 and a
    // message.
    OpenDisplay();
    ~OpenDisplay();
    OpenDisplay(const OpenDisplay&) = delete;
    OpenDisplay& operator=(const OpenDisplay&) = delete;

    // How large things are to be drawn, by the display's own setting (Xft.dpi ÷ 96), 1 to 3; 1
    // where it has none.
    double scale() const;
    // Of the screen, pixels.
    int width() const;
    int height() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace footprint::render
