#include "render/window/viewer.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <SFML/Graphics.hpp>
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "render/paint/png.h"
#include "render/window/desk.h"
#include "render/window/film_job.h"
#include "render/window/gui.h"
#include "render/window/keys.h"
#include "render/window/latest_worker.h"
#include "render/window/panels.h"
#include "render/window/shown_picture.h"
#include "render/window/view_memory.h"
#include "render/window/view_report.h"
#include "render/window/whereabouts.h"

namespace footprint::render {
namespace {

constexpr double kWheelStep = 1.25;
// Xlib tells SFML of no uncovering, so an idle window repaints itself now and then.
const sf::Time kIdleRedraw = sf::milliseconds(250);
const sf::Time kLate = sf::milliseconds(250);
// No more than some 80 pictures a second: what is left is the painter's.
const sf::Time kLeastBetween = sf::milliseconds(12);
const sf::Time kNap = sf::milliseconds(2);
const sf::Time kBetweenLooks = sf::milliseconds(150);  // at the film in the making
const sf::Time kHoverRest = sf::milliseconds(120);     // before a model is asked
// ImGui takes a few frames to settle after something happened: it learns sizes by drawing.
constexpr int kSettle = 4;
constexpr double kClick_px = 4;  // a hand moves so far in a click
constexpr double kReach_px = 4;  // beyond a symbol's edge
constexpr double kFlight_s = 1.4;
constexpr double kNear_m_per_px = 2500;  // where a flight ends
constexpr std::size_t kMostFound = 8;
const sf::Time kBetweenReports = sf::milliseconds(40);

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

// This thread comes after those that answer a hand. (Linux gives every thread a niceness.)
void give_way() {
    constexpr int kNice = 5;
    if (::getpriority(PRIO_PROCESS, 0) < kNice) {
        ::setpriority(PRIO_PROCESS, 0, kNice);
    }
}

struct FoundPlaces {
    std::string text;
    std::vector<Found> found;
};

struct AnsweredCard {
    CardQuestion question;
    Card card;
};

class Viewer {
  public:
    Viewer(const ViewerOptions& options, ViewPainter& painter, ViewFacts& facts)
        : options_(options),
          painter_(painter),
          facts_(facts),
          theme_(find_theme(options.theme)),
          scale_(options.scale),
          width_(std::max(options.width, kSmallestWindow_px)),
          height_(std::max(options.height, kSmallestWindow_px)),
          state_(options.settings, painter.map_area(width_, height_, options.settings.look)),
          where_(state_, options.settings.world.bounds.width()),
          worker_([&painter](const ViewQuestion& question) {
              give_way();
              return painted(painter, question);
          }),
          cards_([&facts](const CardQuestion& question) {
              return AnsweredCard{question, facts.card(question)};
          }),
          searches_([&facts](const std::string& text) {
              return FoundPlaces{text, facts.search(text, kMostFound)};
          }) {
        recall_view(options_.remembered, options_.providers, options_.lon0, state_);
        where_.set_world_width_m(
            view_world(state_.look().projection, options_.lon0).bounds.width());
        ask();  // painted while the window opens
        open();
        gui_ = std::make_unique<Gui>(theme_, scale_);
        for (const std::string& name : options_.names) {
            gui_->learn(name);
        }
    }

    ~Viewer() {
        gui_.reset();  // while its OpenGL context lives
    }
    Viewer(const Viewer&) = delete;
    Viewer& operator=(const Viewer&) = delete;

    void run() {
        sf::Clock frame;
        while (window_.isOpen()) {
            throw_if_interrupted();
            handle_events();
            do_requests();
            state_.advance(frame.restart().asSeconds());
            fit();
            ask();
            take();
            follow_card();
            follow_search();
            follow_film();
            take_screenshot();
            show();
            report();
        }
        if (options_.remember) {
            options_.remember(view_memory(state_, options_.providers, width_, height_));
        }
    }

  private:
    void open() {
        const SfmlWords words;
        const int all = height_ + bar_height(width_, scale_);
        window_.create(sf::VideoMode(static_cast<unsigned>(width_), static_cast<unsigned>(all)),
                       options_.title);
        if (!window_.isOpen() || !window_.setActive(true)) {
            throw Error(ExitCode::failed, fmt::format("cannot open a window. {}", words.text()));
        }
        window_width_ = width_;
        window_height_ = all;
        const sf::VideoMode screen = sf::VideoMode::getDesktopMode();
        window_.setPosition({std::max(0, (static_cast<int>(screen.width) - width_) / 2),
                             std::max(0, (static_cast<int>(screen.height) - all) / 2)});
        window_.setKeyRepeatEnabled(true);
        window_.resetGLStates();  // else the widgets would restore those of before SFML's own
    }

    // ---- events

    void handle_events() {
        sf::Event event{};
        bool has_moved = false;
        while (window_.isOpen() && !owes_frame_ && next_event(event)) {
            const bool is_release = event.type == sf::Event::MouseButtonReleased;
            if (is_release && has_moved && !hand_) {
                held_ = event;  // a widget that is dragged is to see where to
                owes_frame_ = true;
                break;
            }
            has_moved = has_moved || event.type == sf::Event::MouseMoved;
            stir();
            const bool had_text = is_typing();
            owes_frame_ = !is_for_search(event) && gui_->handle(event);
            if (event.type == sf::Event::TextEntered && had_text) {
                gui_->type(event.text.unicode);
            }
            if (!is_for_widgets(event, had_text)) {
                handle(event);
            }
        }
    }

    bool next_event(sf::Event& event) {
        if (const auto held = std::exchange(held_, std::nullopt)) {
            event = *held;
            return true;
        }
        return window_.pollEvent(event);
    }

    // Widgets are to be drawn for a few frames.
    void stir() {
        unsettled_ = kSettle;
        stale_ = true;
    }

    bool is_typing() const { return desk_.search.is_open || gui_->wants_text(); }

    // The field itself would give up the keys at these.
    bool is_for_search(const sf::Event& event) const {
        return desk_.search.is_open && event.type == sf::Event::KeyPressed &&
               (event.key.code == sf::Keyboard::Enter || event.key.code == sf::Keyboard::Escape);
    }

    bool is_for_widgets(const sf::Event& event, bool had_text) const {
        switch (event.type) {
            case sf::Event::MouseButtonPressed:
                return gui_->covers(at(event.mouseButton)) || gui_->is_menu_open();
            case sf::Event::MouseWheelScrolled:
                return gui_->covers(at(event.mouseWheelScroll)) || gui_->is_menu_open();
            case sf::Event::TextEntered:
                return had_text || gui_->is_menu_open();
            case sf::Event::KeyPressed:
                return gui_->is_menu_open();
            default:
                return false;
        }
    }

    template <typename MouseEvent>
    static Point at(const MouseEvent& event) {
        return {static_cast<double>(event.x), static_cast<double>(event.y)};
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
                type(event.text.unicode);
                break;
            case sf::Event::MouseWheelScrolled:
                if (event.mouseWheelScroll.wheel == sf::Mouse::VerticalWheel) {
                    state_.wheel(
                        at(event.mouseWheelScroll),
                        std::pow(kWheelStep, static_cast<double>(event.mouseWheelScroll.delta)));
                }
                break;
            case sf::Event::MouseButtonPressed:
                button_pressed(event.mouseButton);
                break;
            case sf::Event::MouseButtonReleased:
                if (event.mouseButton.button == sf::Mouse::Left) {
                    let_go(at(event.mouseButton));
                }
                break;
            case sf::Event::MouseMoved:
                move(at(event.mouseMove));
                break;
            case sf::Event::MouseLeft:
                desk_.hovered.reset();
                break;
            default:
                break;
        }
    }

    // Characters, as they lie on other keys of every layout.
    void type(sf::Uint32 character) {
        if (character == '?') {
            state_.press({Key::help, 0});
        } else if (character == '/') {
            open_search();
        }
    }

    void press(const sf::Event::KeyEvent& event) {
        if (desk_.search.is_open) {
            press_in_search(event.code);
            return;
        }
        if (event.code == sf::Keyboard::Escape && close_topmost()) {
            return;
        }
        const Request request = state_.press(key_press(event));
        if (request != Request::nothing) {
            desk_.requests.push_back(request);
        }
    }

    void press_in_search(sf::Keyboard::Key code) {
        Search& search = desk_.search;
        const int last = static_cast<int>(search.found.size()) - 1;
        if (code == sf::Keyboard::Escape) {
            search = {};
        } else if (code == sf::Keyboard::Enter) {
            search.go = true;
            go_after_ = frames_ + 2;
        } else if (code == sf::Keyboard::Down) {
            search.chosen = std::min(search.chosen + 1, std::max(0, last));
        } else if (code == sf::Keyboard::Up) {
            search.chosen = std::max(search.chosen - 1, 0);
        }
    }

    bool close_topmost() {
        if (state_.help()) {
            state_.show_help(false);
        } else if (desk_.film.is_open) {
            desk_.stop_film = true;
        } else if (desk_.pinned) {
            desk_.pinned.reset();
        } else {
            return false;
        }
        return true;
    }

    void button_pressed(const sf::Event::MouseButtonEvent& event) {
        const Point here = at(event);
        if (event.button == sf::Mouse::Right) {
            if (const auto region = region_at(here)) {
                toggle_outage(*region);
            }
            return;
        }
        if (event.button != sf::Mouse::Left) {
            return;
        }
        // On the legend a provider comes or goes; elsewhere the hand takes the map.
        const auto lines = painter_.legend_lines(width_, height_, state_.look());
        const auto line = std::find_if(lines.begin(), lines.end(),
                                       [&](const Rect& each) { return each.contains(here); });
        if (line != lines.end()) {
            state_.toggle_provider(static_cast<int>(line - lines.begin()));
            return;
        }
        hand_ = Hand{here, here};
        state_.grab();
    }

    void move(Point here) {
        if (hand_) {
            state_.drag(here.x - hand_->last.x, here.y - hand_->last.y, now_s());
            hand_->last = here;
            desk_.hovered.reset();
            return;
        }
        const bool is_free = here.y < height_ && !gui_->covers(here);
        const auto region = is_free ? region_at(here) : std::nullopt;
        if (!region) {
            desk_.hovered.reset();
        } else if (!desk_.hovered || desk_.hovered->region != region) {
            desk_.hovered = target_of(*region);
        }
    }

    void let_go(Point here) {
        if (!hand_) {
            return;
        }
        const bool is_click =
            std::hypot(here.x - hand_->from.x, here.y - hand_->from.y) < kClick_px;
        hand_.reset();
        state_.release(now_s());
        if (is_click) {
            click(here);
        }
    }

    // A symbol's region, or whoever serves the land there, is told of and stays in sight.
    void click(Point here) {
        if (const auto region = region_at(here)) {
            pin(target_of(*region));
        } else {
            ask_about(here);
        }
    }

    void ask_about(Point here) {
        const auto place = where_.lonlat_at(here);
        // A click on the sea puts a card away, or says that nobody lives there.
        const bool is_answer = place && (facts_.is_land(*place) || !desk_.pinned);
        if (is_answer) {
            pin({std::nullopt, *place});
        } else {
            desk_.pinned.reset();
        }
    }

    void pin(const Target& target) {
        desk_.pinned = target;
        desk_.hovered.reset();
        stir();
    }

    double now_s() const { return age_.getElapsedTime().asSeconds(); }

    // ---- requests

    void do_requests() {
        for (const Request request : std::exchange(desk_.requests, {})) {
            stir();
            do_request(request);
        }
        if (const auto projection = std::exchange(desk_.projection, std::nullopt)) {
            set_projection(*projection);
        }
        if (const auto found = std::exchange(desk_.go_to, std::nullopt)) {
            desk_.search = {};
            fly_to(*found);
        }
    }

    void do_request(Request request) {
        switch (request) {
            case Request::close:
                window_.close();
                break;
            case Request::screenshot:
                screenshot_ = question();
                break;
            case Request::search:
                open_search();
                break;
            case Request::record:
                record();
                break;
            case Request::projection:
                next_projection();
                break;
            case Request::outage:
                if (desk_.pinned && desk_.pinned->region) {
                    toggle_outage(*desk_.pinned->region);
                }
                break;
            case Request::ask:
                ask_about(state_.area().centre());
                break;
            case Request::next_region:
                step_region(1);
                break;
            case Request::previous_region:
                step_region(-1);
                break;
            case Request::nothing:
                break;
        }
    }

    void open_search() {
        if (!desk_.search.is_open) {
            desk_.search = {};
            gui_->forget_text();
            desk_.search.is_open = true;
            desk_.search.is_new = true;
            stir();
        }
    }

    void set_projection(const std::string& name) {
        const ViewWorld world = view_world(name, options_.lon0);
        state_.set_world(name, world);
        where_.set_world_width_m(world.bounds.width());
        picture_.forget_world();
        stir();
    }

    void next_projection() {
        const auto names = geo::Projection::names();
        const auto now = std::find(names.begin(), names.end(), state_.look().projection);
        const auto next = now == names.end() || now + 1 == names.end() ? names.begin() : now + 1;
        set_projection(std::string(*next));
    }

    void toggle_outage(geo::RegionIndex region) {
        if (!state_.is_out(region) && !facts_.can_be_out(region, state_.date())) {
            desk_.note = "It is not in service on this day";
            return;
        }
        state_.toggle_outage(region);
        desk_.note = fmt::format("{} {} {}", facts_.id(region),
                                 state_.is_out(region) ? "taken out from" : "is back on",
                                 state_.date().iso());
    }

    // Through the symbols on the screen, from west to east.
    void step_region(int step) {
        if (!picture_.newest()) {
            return;
        }
        const auto order = where_.from_west_to_east(*picture_.newest());
        if (order.empty()) {
            return;
        }
        const auto count = static_cast<std::ptrdiff_t>(order.size());
        std::ptrdiff_t at = step > 0 ? -1 : 0;
        for (std::ptrdiff_t i = 0; i < count; ++i) {
            const bool is_it =
                desk_.pinned && desk_.pinned->region == order[static_cast<std::size_t>(i)].second;
            at = is_it ? i : at;
        }
        at = (at + step + count) % count;
        pin(target_of(order[static_cast<std::size_t>(at)].second));
    }

    // ---- where things are

    std::optional<geo::RegionIndex> region_at(Point here) const {
        return picture_.newest() ? where_.region_at(here, kReach_px * scale_, *picture_.newest())
                                 : std::nullopt;
    }

    // Nothing outside of the picture.
    std::optional<Point> place_of(const Target& target) {
        const Painted* const seen = picture_.newest() ? &*picture_.newest() : nullptr;
        const auto at = where_.place_of(target, seen);
        const bool is_seen = at && at->x >= 0 && at->x < width_ && at->y >= 0 && at->y < height_;
        return is_seen ? at : std::nullopt;
    }

    Target target_of(geo::RegionIndex region) { return {region, facts_.position(region)}; }

    // Travels there as a film's camera does, from the middle of what is seen now.
    void fly_to(const Found& found) {
        pin({found.region, found.position});
        const double home = state_.home_metres_per_pixel();
        const double nearer = std::min(state_.camera().metres_per_pixel, kNear_m_per_px);
        const auto middle = state_.is_globe()
                                ? geo::LonLat{state_.camera().lon0_deg, state_.camera().lat0_deg}
                                : where_.lonlat_at(state_.area().centre());
        if (!where_.projection().forward(found.position) && !state_.is_globe()) {
            desk_.note = found.name + " is not on this map";
            return;
        }
        std::vector<CameraKey> keys(2);
        keys[0].at = middle;
        keys[0].zoom = home / state_.camera().metres_per_pixel;
        keys[1].second = kFlight_s;
        keys[1].at = found.position;
        keys[1].zoom = home / std::min(nearer, home);
        keys[1].travel_s = kFlight_s;
        state_.fly(std::make_shared<const CameraPath>(where_.projection(), state_.area(), keys),
                   kFlight_s);
    }

    // ---- size and picture

    // Pictures are never smaller than the painter's least; a tiny window shows a part of one.
    void resize(const sf::Event::SizeEvent& size) {
        window_.setView(sf::View(
            sf::FloatRect(0, 0, static_cast<float>(size.width), static_cast<float>(size.height))));
        window_width_ = static_cast<int>(size.width);
        window_height_ = static_cast<int>(size.height);
        width_ = std::max(window_width_, kSmallestWindow_px);
        height_ = std::max(window_height_ - bar_height(window_width_, scale_), kSmallestWindow_px);
        picture_.forget_world();
        fit();
        stir();
    }

    void fit() {
        const Rect area = painter_.map_area(width_, height_, state_.look());
        if (area != state_.area()) {
            state_.resize(area);
            picture_.forget_world();
        }
    }

    ViewQuestion question() const {
        return {width_,           height_,        state_.camera(), state_.is_whole(), state_.day(),
                state_.playing(), state_.shown(), state_.look(),   state_.outages()};
    }

    void ask() {
        ViewQuestion now = question();
        if (asked_ != now) {
            if (is_answered()) {
                pending_.restart();
            }
            worker_.ask(now);
            asked_ = std::move(now);
            stir();
        }
        if (window_.isOpen()) {
            set_title();
        }
    }

    bool is_answered() const {
        return picture_.newest() && asked_ && picture_.newest()->question == *asked_;
    }

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
        ++pictures_;
        picture_.take(std::move(*ready), state_.look().projection);
        stir();
    }

    // ---- cards, search, film

    CardQuestion card_question(const Target& target) const {
        return {target.region,  target.place,    state_.date(), state_.look().threshold_ms,
                state_.shown(), state_.outages()};
    }

    // What is known is told at once; the model's part when it is there.
    void follow_card() {
        if (auto answer = cards_.take()) {
            if (card_asked_ == answer->question) {
                desk_.card = std::move(answer->card);
                desk_.is_card_ready = true;
                stir();
            }
        }
        const auto& target = desk_.pinned ? desk_.pinned : desk_.hovered;
        if (!target) {
            card_asked_.reset();
            return;
        }
        CardQuestion now = card_question(*target);
        if (card_asked_ != now) {
            desk_.card = facts_.at_once(now);
            desk_.is_card_ready = false;
            desk_.can_be_out = target->region && facts_.can_be_out(*target->region, now.date);
            card_asked_ = std::move(now);
            is_card_due_ = true;
            card_since_.restart();
            stir();
        }
        const bool rests = desk_.pinned || card_since_.getElapsedTime() > kHoverRest;
        if (is_card_due_ && rests && !state_.playing()) {
            cards_.ask(*card_asked_);
            is_card_due_ = false;
        }
    }

    void follow_search() {
        Search& search = desk_.search;
        if (auto answer = searches_.take()) {
            search.found_for = answer->text;
            search.found = std::move(answer->found);
            stir();
        }
        if (!search.is_open) {
            searched_.reset();
            return;
        }
        if (searched_ != search.text) {
            searched_ = search.text;
            searches_.ask(search.text);
        }
        // After the frame in which the last characters were typed.
        if (gui_->awaits_text()) {
            go_after_ = frames_ + 2;
        }
        const bool is_settled = frames_ >= go_after_ && search.found_for == search.text;
        if (search.go && is_settled) {
            search.go = false;
            const auto chosen = static_cast<std::size_t>(std::max(search.chosen, 0));
            if (chosen < search.found.size()) {
                desk_.go_to = search.found[chosen];
            }
        }
    }

    void record() {
        FilmDesk& film = desk_.film;
        if (film_) {
            film.is_open = true;
            return;
        }
        film = {};
        film.is_open = true;
        try {
            const FilmOrder order = options_.film(question());
            film.command = shell_line(order.shown);
            film.file = order.film.string();
            film_ = std::make_unique<FilmJob>(order.arguments);
        } catch (const Error& error) {
            film.fault = error.what();
        }
    }

    void follow_film() {
        FilmDesk& film = desk_.film;
        if (std::exchange(desk_.stop_film, false)) {
            film_.reset();
            film = {};
            stir();
        }
        if (!film_ || film.status.exit_code || looked_.getElapsedTime() < kBetweenLooks) {
            return;
        }
        looked_.restart();
        film.status = film_->status();
        stir();
        if (film.status.exit_code == 0 && options_.say) {
            options_.say("wrote " + film.file);
        }
        if (film.status.exit_code) {
            film_.reset();
        }
    }

    // ---- screenshots

    void take_screenshot() {
        if (!screenshot_ || !picture_.newest()) {
            return;
        }
        // While the film runs, the next picture will do; else it must be the one asked for.
        if (picture_.newest()->question == *screenshot_ || (state_.playing() && !worker_.busy())) {
            write_screenshot();
            screenshot_.reset();
        } else if (!worker_.busy()) {
            screenshot_ = question();
        }
    }

    void write_screenshot() {
        const Date date(static_cast<std::int32_t>(std::floor(picture_.newest()->question.day)));
        const std::string stem = fmt::format("footprint-{}", date.iso());
        std::filesystem::path file = options_.screenshots / (stem + ".png");
        for (int i = 2; std::filesystem::exists(file); ++i) {
            file = options_.screenshots / fmt::format("{}-{}.png", stem, i);
        }
        const int split = static_cast<int>(std::lround(where_.split_px()));
        write_text(file, encode_png(flattened(picture_.newest()->picture, split)),
                   Overwrite::refuse);
        saved_ = file.string();
        desk_.note = "Saved " + file.filename().string();
        stir();
        if (options_.say) {
            options_.say("wrote " + file.string());
        }
    }

    // ---- drawing

    void show() {
        if (!window_.isOpen()) {
            return;
        }
        const sf::Time since = shown_.getElapsedTime();
        const bool is_due = stale_ || unsettled_ > 0 || since >= kIdleRedraw;
        if (!is_due || since < kLeastBetween) {
            sf::sleep(kNap);
            return;
        }
        shown_.restart();
        window_.clear({theme_.background.r, theme_.background.g, theme_.background.b});
        picture_.draw(window_, state_, where_.world_width_m(), where_.split_px());
        draw_widgets(since);
        window_.display();
        ++frames_;
        stale_ = false;
        owes_frame_ = false;
        unsettled_ = std::max(0, unsettled_ - 1);
    }

    // Of what people and catalogs write.
    void learn_characters() {
        gui_->learn(desk_.search.text);
        for (const Found& found : desk_.search.found) {
            gui_->learn(found.name);
        }
        gui_->learn(desk_.card.title + desk_.card.subtitle);
        for (const CardRow& row : desk_.card.rows) {
            gui_->learn(row.value);
        }
        for (const CardServer& server : desk_.card.servers) {
            gui_->learn(server.city);
        }
    }

    void draw_widgets(sf::Time since_last) {
        window_.pushGLStates();
        learn_characters();
        gui_->begin(window_width_, window_height_, since_last.asSeconds());
        PanelInput in{
            options_,
            theme_,
            state_,
            desk_,
            *gui_,
            window_width_,
            window_height_,
            std::min(height_, std::max(0, window_height_ - bar_height(window_width_, scale_))),
            painter_.furniture(width_, height_, state_.look()),
            [this](const Target& target) { return place_of(target); }};
        draw_panels(in);
        gui_->end();
        window_.popGLStates();
    }

    // After show(): whoever reads of a picture can see it.
    void report() {
        if (options_.state_json.empty() || told_.getElapsedTime() < kBetweenReports) {
            return;
        }
        told_.restart();
        WindowFacts facts;
        facts.width = width_;
        facts.height = height_;
        facts.window_width = window_width_;
        facts.window_height = window_height_;
        facts.scale = scale_;
        facts.painted =
            is_answered() && asked_ == question() && !state_.is_moving() && unsettled_ == 0;
        facts.frames = frames_;
        facts.pictures = pictures_;
        facts.providers = options_.providers;
        facts.saved = saved_;
        facts.people = picture_.newest() ? picture_.newest()->picture.people : std::nullopt;
        for (const Control& control : gui_->controls()) {
            facts.controls.push_back({control.name, control.value, control.rect});
        }
        const auto lines = painter_.legend_lines(width_, height_, state_.look());
        for (std::size_t i = 0; i < lines.size(); ++i) {
            facts.controls.push_back({"legend: " + options_.providers.at(i),
                                      state_.shown().at(i) ? "shown" : "hidden", lines[i]});
        }
        for (const Outage& outage : state_.outages()) {
            facts.outages.push_back(facts_.id(outage.region));
        }
        facts.desk = &desk_;
        std::string text = view_report(state_, facts);
        if (text != reported_) {
            write_text(options_.state_json, text, Overwrite::replace);
            reported_ = std::move(text);
        }
    }

    struct Hand {
        Point from;
        Point last;
    };

    const ViewerOptions& options_;
    ViewPainter& painter_;
    ViewFacts& facts_;
    const Theme& theme_;
    double scale_;
    int width_;  // of the picture
    int height_;
    int window_width_ = 0;
    int window_height_ = 0;
    ViewState state_;
    Whereabouts where_;
    Desk desk_;
    sf::RenderWindow window_;
    std::unique_ptr<Gui> gui_;
    ShownPicture picture_;
    std::optional<ViewQuestion> asked_;
    std::optional<ViewQuestion> screenshot_;
    std::optional<CardQuestion> card_asked_;
    bool is_card_due_ = false;
    sf::Clock card_since_;
    std::optional<std::string> searched_;
    std::uint64_t go_after_ = 0;  // frames
    std::unique_ptr<FilmJob> film_;
    sf::Clock looked_;  // at the film
    std::string titled_;
    std::string saved_;     // the last screenshot
    std::string reported_;  // what the state file says
    sf::Clock told_;        // since it was last compared
    sf::Clock pending_;     // since the oldest question that waits
    sf::Clock age_;
    std::optional<Hand> hand_;
    std::optional<sf::Event> held_;  // for the next frame
    bool owes_frame_ = false;        // to the widgets, which look once a frame, before more events
    sf::Clock shown_;                // since the last picture was begun
    bool stale_ = true;
    int unsettled_ = kSettle;  // frames until the widgets are as they will be
    std::uint64_t frames_ = 0;
    std::uint64_t pictures_ = 0;
    LatestWorker<ViewQuestion, Painted> worker_;  // last: they end before what they work for
    LatestWorker<CardQuestion, AnsweredCard> cards_;
    LatestWorker<std::string, FoundPlaces> searches_;
};

// The controls are below the map: a window that is higher than the screen would hide them.
ViewerOptions as_the_screen_has_room(const OpenDisplay& display, ViewerOptions options) {
    const int width = std::max(std::min(options.width, display.width()), kSmallestWindow_px);
    const int room = display.height() - bar_height(width, options.scale);
    const int height = std::max(std::min(options.height, room), kSmallestWindow_px);
    if (options.say && (width < options.width || height < options.height)) {
        options.say(fmt::format("the screen has room for a map of {} × {} and the controls below",
                                width, height));
    }
    options.width = width;
    options.height = height;
    return options;
}

}  // namespace

void run_viewer(const OpenDisplay& display, const ViewerOptions& options, ViewPainter& painter,
                ViewFacts& facts) {
    const ViewerOptions fitting = as_the_screen_has_room(display, options);
    Viewer(fitting, painter, facts).run();
}

}  // namespace footprint::render
