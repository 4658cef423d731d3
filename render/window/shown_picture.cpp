#include "render/window/shown_picture.h"

#include <fmt/format.h>

#include <SFML/OpenGL.hpp>
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "render/paint/raster.h"

namespace footprint::render {
namespace {

const sf::BlendMode kPremultiplied(sf::BlendMode::One, sf::BlendMode::OneMinusSrcAlpha);
constexpr int kTile_px = 32;

bool is_clear(const Image& image, const sf::IntRect& tile) {
    for (int y = tile.top; y < tile.top + tile.height; ++y) {
        const std::uint32_t* row = image.row(y) + tile.left;
        if (std::any_of(row, row + tile.width, [](std::uint32_t p) { return p != 0; })) {
            return false;
        }
    }
    return true;
}

// In tiles, joined with their neighbours in the row.
std::vector<sf::IntRect> written_parts(const Image& image) {
    std::vector<sf::IntRect> parts;
    for (int y = 0; y < image.height; y += kTile_px) {
        const int height = std::min(kTile_px, image.height - y);
        bool joins = false;
        for (int x = 0; x < image.width; x += kTile_px) {
            const sf::IntRect tile(x, y, std::min(kTile_px, image.width - x), height);
            const bool is_written = !is_clear(image, tile);
            if (is_written && joins) {
                parts.back().width += tile.width;
            } else if (is_written) {
                parts.push_back(tile);
            }
            joins = is_written;
        }
    }
    return parts;
}

// In the painter's own order of bytes, which cards and OpenGL in software like best, and which
// sf::Texture::update does not take.
void upload(sf::Texture& texture, const Image& image) {
    const sf::Vector2u size(static_cast<unsigned>(image.width),
                            static_cast<unsigned>(image.height));
    const bool is_new = texture.getSize() != size;
    if (is_new && !texture.create(size.x, size.y)) {
        throw Error(
            ExitCode::failed,
            fmt::format("the graphics card takes no picture of {} × {} pixels (at most {}); "
                        "make the window smaller",
                        image.width, image.height, sf::Texture::getMaximumSize()));
    }
    sf::Texture::bind(&texture);
    if (is_new) {
        glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, image.width, image.height, 0, GL_BGRA,
                     GL_UNSIGNED_INT_8_8_8_8_REV, image.pixels.data());
    } else {
        glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, image.width, image.height, GL_BGRA,
                        GL_UNSIGNED_INT_8_8_8_8_REV, image.pixels.data());
    }
    sf::Texture::bind(nullptr);
}

Rect common(const Rect& a, const Rect& b) {
    const double left = std::max(a.x, b.x);
    const double top = std::max(a.y, b.y);
    return {left, top, std::max(0.0, std::min(a.right(), b.right()) - left),
            std::max(0.0, std::min(a.bottom(), b.bottom()) - top)};
}

// What of `whole` lies outside of `hole`, in rectangles.
std::vector<Rect> around(const Rect& whole, const Rect& hole) {
    const Rect in = common(whole, hole);
    if (in.width <= 0 || in.height <= 0) {
        return {whole};
    }
    std::vector<Rect> parts{{whole.x, whole.y, whole.width, in.y - whole.y},
                            {whole.x, in.bottom(), whole.width, whole.bottom() - in.bottom()},
                            {whole.x, in.y, in.x - whole.x, in.height},
                            {in.right(), in.y, whole.right() - in.right(), in.height}};
    std::erase_if(parts, [](const Rect& part) { return part.width <= 0 || part.height <= 0; });
    return parts;
}

// Only this part of the window is drawn into.
sf::View cut_to(const sf::RenderWindow& window, const Rect& area) {
    const sf::Vector2u size = window.getSize();
    const auto in = [](double part, unsigned all) {
        return static_cast<float>(part / static_cast<double>(std::max(all, 1U)));
    };
    sf::View view(sf::FloatRect(static_cast<float>(area.x), static_cast<float>(area.y),
                                static_cast<float>(area.width), static_cast<float>(area.height)));
    view.setViewport(sf::FloatRect(in(area.x, size.x), in(area.y, size.y), in(area.width, size.x),
                                   in(area.height, size.y)));
    return view;
}

// Pixels on pixels where nothing is scaled: as sharp as it was painted, and cheaper.
Placement settled(Placement place) {
    constexpr double kSame = 1e-9;
    if (std::abs(place.scale - 1) < kSame) {
        place.scale = 1;
        place.offset = {std::round(place.offset.x), std::round(place.offset.y)};
    }
    return place;
}

void draw_part(sf::RenderWindow& window, sf::Texture& texture, const Placement& place,
               const Rect& part) {
    texture.setSmooth(place.scale != 1);
    sf::Sprite sprite(texture);
    sprite.setPosition(static_cast<float>(place.offset.x), static_cast<float>(place.offset.y));
    sprite.setScale(static_cast<float>(place.scale), static_cast<float>(place.scale));
    window.setView(cut_to(window, part));
    window.draw(sprite, sf::BlendNone);
}

Rect rect_of(const sf::Texture& texture, const Placement& place) {
    const sf::Vector2u size = texture.getSize();
    return {place.offset.x, place.offset.y, place.scale * size.x, place.scale * size.y};
}

}  // namespace

Painted painted(ViewPainter& painter, const ViewQuestion& question) {
    Painted result{{question, painter.paint(question)}, {}};
    result.written = written_parts(result.picture.furniture);
    return result;
}

Image flattened(const ViewPicture& picture, int split_px) {
    Image image = picture.map;
    if (picture.right) {
        const int from = std::clamp(split_px, 0, image.width);
        for (int y = 0; y < image.height; ++y) {
            std::copy(picture.right->row(y) + from, picture.right->row(y) + image.width,
                      image.row(y) + from);
        }
    }
    blit_over(image, picture.furniture, 0, 0, 255, {0, 0, image.width, image.height});
    return image;
}

void ShownPicture::take(Painted picture, const std::string& projection) {
    const ViewQuestion& answered = picture.question;
    const auto fill = [&](std::shared_ptr<MapTexture>& kept, const Image& image) {
        if (!kept || kept == world_) {
            kept = std::make_shared<MapTexture>();
        }
        upload(kept->texture, image);
        kept->camera = answered.camera;
    };
    const bool is_whole = answered.is_whole && answered.look.projection == projection;
    if (is_whole && map_ == world_) {
        world_.reset();  // the new one takes its place
    }
    fill(map_, picture.picture.map);
    if (is_whole) {
        world_ = map_;
    }
    if (picture.picture.right) {
        fill(right_, *picture.picture.right);
    } else {
        right_.reset();
    }
    const Image& furniture = picture.picture.furniture;
    const bool is_same = newest_ && furniture.width == newest_->picture.furniture.width &&
                         furniture.pixels == newest_->picture.furniture.pixels;
    if (!is_same) {
        upload(furniture_, furniture);
    }
    newest_ = std::move(picture);
}

void ShownPicture::draw_under(sf::RenderWindow& window, const ViewState& state,
                              double world_width_m, const Rect& part) const {
    const Placement place =
        settled(placement(world_->camera, state.camera(), state.area(), world_width_m));
    const Rect visible = common(rect_of(world_->texture, place), part);
    if (visible.width >= 1 && visible.height >= 1) {
        draw_part(window, world_->texture, place, part);
    }
}

void ShownPicture::draw(sf::RenderWindow& window, const ViewState& state, double world_width_m,
                        double split_px) const {
    if (!newest_) {
        return;
    }
    const ViewQuestion& question = newest_->question;
    // Furniture that was painted for the whole world has no panels yet, which a closer map would
    // run under.
    const bool is_bare = question.is_whole && !state.is_whole();
    const Rect whole{0, 0, 1.0 * question.width, 1.0 * question.height};
    Rect part = is_bare ? state.area() : whole;
    const sf::View view = window.getView();
    // A picture of another projection stays as it is until the next one is there.
    const bool moves = question.look.projection == state.look().projection;
    const auto place_of = [&](const MapTexture& map) {
        return moves ? settled(placement(map.camera, state.camera(), state.area(), world_width_m))
                     : Placement{1, {0, 0}};
    };
    const Placement place = place_of(*map_);
    if (world_ && world_ != map_) {
        for (const Rect& edge : around(part, rect_of(map_->texture, place))) {
            draw_under(window, state, world_width_m, edge);
        }
    }
    draw_part(window, map_->texture, place, part);
    if (right_ && state.look().comparing) {
        const double from = std::clamp(std::round(split_px), part.x, part.right());
        part.width = part.right() - from;
        part.x = from;
        if (part.width >= 1) {
            draw_part(window, right_->texture, place_of(*right_), part);
        }
    }
    window.setView(view);
    draw_written(window);
}

void ShownPicture::draw_written(sf::RenderWindow& window) const {
    sf::VertexArray corners(sf::Quads);
    for (const sf::IntRect& part : newest_->written) {
        const auto left = static_cast<float>(part.left);
        const auto top = static_cast<float>(part.top);
        const auto right = static_cast<float>(part.left + part.width);
        const auto bottom = static_cast<float>(part.top + part.height);
        for (const sf::Vector2f corner :
             {sf::Vector2f{left, top}, sf::Vector2f{right, top}, sf::Vector2f{right, bottom},
              sf::Vector2f{left, bottom}}) {
            corners.append(sf::Vertex(corner, sf::Color::White, corner));
        }
    }
    sf::RenderStates states(kPremultiplied);
    states.texture = &furniture_;
    window.draw(corners, states);
}

}  // namespace footprint::render
