#include "render/window/viewer.h"

#include <fmt/format.h>

#include <SFML/Graphics.hpp>
#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "render/paint/png.h"
#include "render/paint/raster.h"
#include "render/window/keys.h"
#include "render/window/latest_worker.h"
#include "render/window/view_report.h"

namespace footprint::render {
namespace {

constexpr double kWheelStep = 1.25;
// Xlib tells SFML of no uncovering, so an idle window repaints itself now and then.
const sf::Time kIdleRedraw = sf::milliseconds(250);
const sf::Time kLate = sf::milliseconds(250);
const sf::Time kNap = sf::milliseconds(8);
const sf::Time kBetweenReports = sf::milliseconds(100);

const sf::BlendMode kPremultiplied(sf::BlendMode::One, sf::BlendMode::OneMinusSrcAlpha);

// SFML tells its troubles to a stream of its own; kept here, for the message of an Error.
class SfmlWords {
  public:
    SfmlWords() : before_(sf::err().rdbuf(words_.rdbuf())) {}
    ~SfmlWords() { sf::err().rdbuf(before_); }
    SfmlWords(const SfmlWords&) = delete;
    SfmlWords& operator=(const SfmlWords&) = delete;
    std::string text() const { return words_.str(); }

  private:
    std::ostringstream words_;
    std::streambuf* before_;
};

// A picture as the graphics card takes it, with the question that it answers.
struct Painted {
    ViewQuestion question;
    ViewPicture picture;
    std::vector<sf::Uint8> map;        // RGBA
    std::vector<sf::Uint8> furniture;  // RGBA, premultiplied
};

std::vector<sf::Uint8> rgba(const Image& image) {
    std::vector<sf::Uint8> bytes;
    bytes.resize(image.pixels.size() * 4);
    std::size_t at = 0;
    for (const std::uint32_t pixel : image.pixels) {
        bytes[at++] = static_cast<sf::Uint8>(pixel >> 16);
        bytes[at++] = static_cast<sf::Uint8>(pixel >> 8);
        bytes[at++] = static_cast<sf::Uint8>(pixel);
        bytes[at++] = static_cast<sf::Uint8>(pixel >> 24);
    }
    return bytes;
}

// Furniture over map, as the window shows it.
Image flattened(const ViewPicture& picture) {
    Image image = picture.map;
    blit_over(image, picture.furniture, 0, 0, 255, {0, 0, image.width, image.height});
    return image;
}

void upload(sf::Texture& texture, const std::vector<sf::Uint8>& bytes, int width, int height) {
    const sf::Vector2u size(static_cast<unsigned>(width), static_cast<unsigned>(height));
    if (texture.getSize() != size && !texture.create(size.x, size.y)) {
        throw Error(
            ExitCode::failed,
            fmt::format("the graphics card takes no picture of {} × {} pixels (at most {}); "
                        "make the window smaller",
                        width, height, sf::Texture::getMaximumSize()));
    }
    texture.setSmooth(true);
    texture.update(bytes.data());
}

// The map as it lies on the card, and for which camera it was painted.
struct MapTexture {
    sf::Texture texture;
    std::optional<Camera> camera;
};

class Viewer {
  public:
    Viewer(const ViewerOptions& options, ViewPainter& painter)
        : options_(options),
          painter_(painter),
          width_(std::max(options.width, kSmallestWindow_px)),
          height_(std::max(options.height, kSmallestWindow_px)),
          state_(options.settings, painter.map_area(width_, height_)),
          worker_([&painter](const ViewQuestion& question) { return painted(painter, question); }) {
        open();
    }

    void run() {
        sf::Clock frame;
        while (window_.isOpen()) {
            throw_if_interrupted();
            handle_events();
            state_.advance(frame.restart().asSeconds());
            ask();
            take();
            take_screenshot();
            show();
            report();
        }
    }

  private:
    static Painted painted(ViewPainter& painter, const ViewQuestion& question) {
        Painted result{question, painter.paint(question), {}, {}};
        result.map = rgba(result.picture.map);
        result.furniture = rgba(result.picture.furniture);
        return result;
    }

    void open() {
        const SfmlWords words;
        window_.create(sf::VideoMode(static_cast<unsigned>(width_), static_cast<unsigned>(height_)),
                       options_.title);
        if (!window_.isOpen() || !window_.setActive(true)) {
            throw Error(ExitCode::failed, fmt::format("cannot open a window. {}", words.text()));
        }
        window_.setKeyRepeatEnabled(true);
    }

    void handle_events() {
        sf::Event event{};
        while (window_.isOpen() && window_.pollEvent(event)) {
            handle(event);
        }
    }

    void handle(const sf::Event& event) {
        switch (event.type) {
            case sf::Event::Closed:
                window_.close();
                break;
            case sf::Event::Resized:
                resize(event.size);
                break;
            case sf::Event::KeyPressed:
                press(event.key);
                break;
            case sf::Event::TextEntered:
                // The character, as it lies on another key of every layout.
                if (event.text.unicode == '?') {
                    state_.press({Key::help, 0});
                }
                break;
            case sf::Event::MouseWheelScrolled:
                wheel(event.mouseWheelScroll);
                break;
            case sf::Event::MouseButtonPressed:
                if (event.mouseButton.button == sf::Mouse::Left) {
                    click({static_cast<double>(event.mouseButton.x),
                           static_cast<double>(event.mouseButton.y)});
                }
                break;
            case sf::Event::MouseButtonReleased:
                if (event.mouseButton.button == sf::Mouse::Left) {
                    hand_.reset();
                }
                break;
            case sf::Event::MouseMoved:
                drag(event.mouseMove);
                break;
            case sf::Event::GainedFocus:
                stale_ = true;
                break;
            default:
                break;
        }
    }

    // On the legend a provider comes or goes; elsewhere the hand takes the map.
    void click(Point at) {
        if (const auto provider = painter_.provider_at(width_, height_, at)) {
            state_.toggle_provider(*provider);
        } else {
            hand_ = at;
        }
    }

    void press(const sf::Event::KeyEvent& event) {
        switch (state_.press(key_press(event))) {
            case Request::close:
                window_.close();
                break;
            case Request::screenshot:
                screenshot_ = question();
                break;
            case Request::nothing:
                break;
        }
    }

    void wheel(const sf::Event::MouseWheelScrollEvent& event) {
        if (event.wheel == sf::Mouse::VerticalWheel) {
            state_.zoom_at({static_cast<double>(event.x), static_cast<double>(event.y)},
                           std::pow(kWheelStep, static_cast<double>(event.delta)));
        }
    }

    void drag(const sf::Event::MouseMoveEvent& event) {
        if (hand_) {
            const Point now{static_cast<double>(event.x), static_cast<double>(event.y)};
            state_.pan(now.x - hand_->x, now.y - hand_->y);
            hand_ = now;
        }
    }

    // Pictures are never smaller than the painter's least; a tiny window shows a part of one.
    void resize(const sf::Event::SizeEvent& size) {
        window_.setView(sf::View(
            sf::FloatRect(0, 0, static_cast<float>(size.width), static_cast<float>(size.height))));
        width_ = std::max(static_cast<int>(size.width), kSmallestWindow_px);
        height_ = std::max(static_cast<int>(size.height), kSmallestWindow_px);
        state_.resize(painter_.map_area(width_, height_));
        overview_.camera.reset();
        stale_ = true;
    }

    ViewQuestion question() const {
        return {width_,       height_,          state_.camera(), state_.is_whole(),
                state_.day(), state_.playing(), state_.shown(),  state_.help()};
    }

    void ask() {
        ViewQuestion now = question();
        if (asked_ != now) {
            if (is_answered()) {
                pending_.restart();
            }
            worker_.ask(now);
            asked_ = std::move(now);
            stale_ = true;
        }
        set_title();
    }

    bool is_answered() const { return newest_ && asked_ && newest_->question == *asked_; }

    // The date, and dots while one waits noticeably for a picture.
    void set_title() {
        const bool late = !state_.playing() && !is_answered() && pending_.getElapsedTime() > kLate;
        const std::string title =
            fmt::format("{} {}{}", options_.title, state_.date().iso(), late ? " ..." : "");
        if (title != titled_) {
            window_.setTitle(title);
            titled_ = title;
        }
    }

    void take() {
        auto ready = worker_.take();
        if (!ready) {
            return;
        }
        const ViewQuestion& answered = ready->question;
        upload(map_.texture, ready->map, answered.width, answered.height);
        map_.camera = answered.camera;
        upload(furniture_, ready->furniture, answered.width, answered.height);
        if (answered.is_whole) {
            upload(overview_.texture, ready->map, answered.width, answered.height);
            overview_.camera = answered.camera;
        }
        newest_ = std::move(ready);
        stale_ = true;
    }

    void take_screenshot() {
        if (!screenshot_ || !newest_) {
            return;
        }
        // While the film runs, the next picture will do; else it must be the one asked for.
        if (newest_->question == *screenshot_ || (state_.playing() && !worker_.busy())) {
            write_screenshot();
            screenshot_.reset();
        } else if (!worker_.busy()) {
            screenshot_ = question();
        }
    }

    void write_screenshot() {
        const Date date(static_cast<std::int32_t>(std::floor(newest_->question.day)));
        const std::string stem = fmt::format("footprint-{}", date.iso());
        std::filesystem::path file = options_.screenshots / (stem + ".png");
        for (int i = 2; std::filesystem::exists(file); ++i) {
            file = options_.screenshots / fmt::format("{}-{}.png", stem, i);
        }
        write_text(file, encode_png(flattened(newest_->picture)), Overwrite::refuse);
        saved_ = file.string();
        if (options_.say) {
            options_.say("wrote " + file.string());
        }
    }

    void draw(const MapTexture& map) {
        if (!map.camera) {
            return;
        }
        const Placement place =
            placement(*map.camera, state_.camera(), state_.area(), options_.settings.world.width());
        sf::Sprite sprite(map.texture);
        sprite.setPosition(static_cast<float>(place.offset.x), static_cast<float>(place.offset.y));
        sprite.setScale(static_cast<float>(place.scale), static_cast<float>(place.scale));
        window_.draw(sprite, sf::BlendNone);
    }

    // Furniture that was painted for the whole world has no panels yet, which a closer map would
    // run under.
    sf::View cut_to_map_area() const {
        const Rect& area = state_.area();
        const sf::Vector2u size = window_.getSize();
        const auto in = [](double part, unsigned all) {
            return static_cast<float>(part / static_cast<double>(std::max(all, 1U)));
        };
        sf::View view(sf::FloatRect(static_cast<float>(area.x), static_cast<float>(area.y),
                                    static_cast<float>(area.width),
                                    static_cast<float>(area.height)));
        view.setViewport(sf::FloatRect(in(area.x, size.x), in(area.y, size.y),
                                       in(area.width, size.x), in(area.height, size.y)));
        return view;
    }

    // The whole world, coarse, lies under the sharp picture, so that what a hand brings in is
    // never empty.
    void show() {
        if (!window_.isOpen()) {
            return;
        }
        if (!stale_ && shown_.getElapsedTime() < kIdleRedraw) {
            sf::sleep(kNap);
            return;
        }
        window_.clear({options_.ground.r, options_.ground.g, options_.ground.b});
        const sf::View whole = window_.getView();
        if (newest_ && newest_->question.is_whole && !state_.is_whole()) {
            window_.setView(cut_to_map_area());
        }
        draw(overview_);
        draw(map_);
        window_.setView(whole);
        window_.draw(sf::Sprite(furniture_), sf::RenderStates(kPremultiplied));
        window_.display();
        shown_.restart();
        stale_ = false;
    }

    // After show(): whoever reads of a picture can see it.
    void report() {
        if (options_.state_json.empty() || told_.getElapsedTime() < kBetweenReports) {
            return;
        }
        told_.restart();
        std::string text = view_report(
            state_,
            {width_, height_, is_answered() && asked_ == question(), options_.providers, saved_});
        if (text != reported_) {
            write_text(options_.state_json, text, Overwrite::replace);
            reported_ = std::move(text);
        }
    }

    const ViewerOptions& options_;
    ViewPainter& painter_;
    int width_;
    int height_;
    ViewState state_;
    sf::RenderWindow window_;
    MapTexture map_;
    MapTexture overview_;
    sf::Texture furniture_;
    std::optional<ViewQuestion> asked_;
    std::optional<ViewQuestion> screenshot_;
    std::optional<Painted> newest_;
    std::string titled_;
    std::string saved_;     // the last screenshot
    std::string reported_;  // what the state file says
    sf::Clock told_;        // since it was last compared
    sf::Clock pending_;     // since the oldest question that waits
    std::optional<Point> hand_;
    sf::Clock shown_;
    bool stale_ = true;
    LatestWorker<ViewQuestion, Painted> worker_;  // last: ends before what it paints for
};

}  // namespace

void run_viewer(const OpenDisplay& /*display*/, const ViewerOptions& options,
                ViewPainter& painter) {
    Viewer(options, painter).run();
}

}  // namespace footprint::render
