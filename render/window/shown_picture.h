// Pictures as the graphics card has them, and how they lie on the screen until the next is there.
#pragma once

#include <SFML/Graphics.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "render/window/view_state.h"
#include "render/window/viewer.h"

namespace footprint::render {

struct Painted : AnsweredPicture {
    std::vector<sf::IntRect> written;  // where the furniture is not clear; they do not overlap
};

// Paints and prepares; for the painter's thread.
Painted painted(ViewPainter& painter, const ViewQuestion& question);

// Furniture over map, as the window shows it. Two that are compared meet at `split_px`.
Image flattened(const ViewPicture& picture, int split_px);

// The newest picture, moved and scaled to where the map is by now. Under it lies the last one of
// the whole world, so that what a hand brings in is never empty. Every pixel is drawn as seldom as
// can be: without a graphics card each costs the processor.
class ShownPicture {
  public:
    // Throws Error (failed) where the card takes no such picture.
    void take(Painted picture, const std::string& projection);
    const std::optional<Painted>& newest() const { return newest_; }
    // No longer of this size or projection.
    void forget_world() { world_.reset(); }

    // Where the pictures' pixels lie by now, of a map this wide round the world.
    void draw(sf::RenderWindow& window, const ViewState& state, double world_width_m,
              double split_px) const;

  private:
    struct MapTexture {
        mutable sf::Texture texture;
        Camera camera;
    };

    void draw_under(sf::RenderWindow& window, const ViewState& state, double world_width_m,
                    const Rect& part) const;
    void draw_written(sf::RenderWindow& window) const;

    std::optional<Painted> newest_;
    std::shared_ptr<MapTexture> map_;
    std::shared_ptr<MapTexture> right_;  // when comparing
    std::shared_ptr<MapTexture> world_;  // the last map of the whole world; may be map_
    sf::Texture furniture_;
};

}  // namespace footprint::render
