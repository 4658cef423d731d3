// Dear ImGui in an SFML window: events in, triangles out, dressed as the map is.
#pragma once

#include <SFML/Window/Event.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "render/scene/theme.h"

namespace footprint::render {

// A control as it stands on the screen, for whoever cannot look.
struct Control {
    std::string name;
    std::string value;
    Rect rect;  // pixels of the window
};

// One at a time; it owns the context of ImGui and needs an active OpenGL context throughout.
class Gui {
  public:
    // `scale` is 1 for 96 dots an inch. Throws Error (failed) when a font cannot be read.
    Gui(const Theme& theme, double scale);
    ~Gui();
    Gui(const Gui&) = delete;
    Gui& operator=(const Gui&) = delete;

    double scale() const;
    // Length of so many pixels at 96 dots an inch.
    float px(double design) const;

    // Tells ImGui of an event. True when it is a press or release of a button, after which a frame
    // is due before the next event: ImGui looks once a frame.
    bool handle(const sf::Event& event);
    // A character for the field that has the keys, or for the one that is about to: ImGui gives a
    // field the keys only frames after it appeared, and what is typed meanwhile waits here.
    void type(std::uint32_t character);
    // Does anything typed still wait for its field?
    bool awaits_text() const;
    void forget_text();
    // Were these pixels under a window of the last frame?
    bool covers(Point at) const;
    bool wants_text() const;
    // Is a list or menu open, which takes the keys?
    bool is_menu_open() const;

    // Characters of texts to come: those of East Asia are drawn once a text has them.
    void learn(const std::string& text);

    void begin(int width, int height, double seconds);
    // Draws the frame into the current OpenGL context.
    void end();
    // The heading's type, until pop.
    void push_heading();
    void pop_heading();

    // Of the control drawn last.
    void note(std::string name, std::string value = {});
    // Of something drawn otherwise.
    void note_at(std::string name, std::string value, const Rect& rect);
    const std::vector<Control>& controls() const;
    // Of the window being drawn, so that covers() knows.
    void note_window();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace footprint::render
