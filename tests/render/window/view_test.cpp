// The program's window on a display without a screen, driven by mouse and keys as a user would.
#include <gtest/gtest.h>

#include <SFML/Graphics/Image.hpp>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/render/window/desktop.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"

namespace footprint::test {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kWidth = 960;
constexpr int kHeight = 600;
// Other programs may take the processor; a failure takes this long, success does not.
constexpr seconds kPatience{60};
constexpr milliseconds kRest{450};
constexpr seconds kAlone{2};

class View : public testing::Test {
  protected:
    void SetUp() override { desktop_ = std::make_unique<Desktop>(scratch_.path() / "xvfb.log"); }

    void start(const std::vector<std::string>& more = {}) {
        std::vector<std::string> argv{
            FOOTPRINT_PROGRAM, "view",        "--size",      "960x600",  "--at",
            "2025-09",         "--providers", "alibaba,aws", "--output", scratch_.path().string()};
        argv.insert(argv.end(), more.begin(), more.end());
        program_ = std::make_unique<Background>(argv, environment(), scratch_.path() / "view.log");
        if (alone_) {
            std::this_thread::sleep_for(kAlone);
            desktop_->come_back();
        }
        window_ = desktop_->window("footprint", kPatience);
        steady();
        ASSERT_GT(shown_.colours(), 20U) << program_->said();
        desktop_->xdotool({"windowfocus", id()});
    }

    std::map<std::string, std::string> environment() const {
        return {{"DISPLAY", desktop_->name()},
                {"LIBGL_ALWAYS_SOFTWARE", "1"},
                {"FOOTPRINT_DATA", FOOTPRINT_SOURCE_DIR "/datasets"}};
    }

    std::string id() const { return std::to_string(window_); }

    // Waits until the window shows something that `is_right`.
    bool until(const std::function<bool(const Picture&)>& is_right) {
        const auto end = std::chrono::steady_clock::now() + kPatience;
        while (std::chrono::steady_clock::now() < end) {
            shown_ = desktop_->capture(window_);
            if (is_right(shown_)) {
                return true;
            }
            std::this_thread::sleep_for(milliseconds(20));
        }
        return false;
    }

    // Waits until something is shown and stays as it is for a while.
    void steady() {
        // The title has dots at its end when a picture is late.
        Picture last;
        auto since = std::chrono::steady_clock::now();
        ASSERT_TRUE(until([&](const Picture& now) {
            if (!(now == last) || desktop_->title(window_).ends_with("...")) {
                last = now;
                since = std::chrono::steady_clock::now();
            }
            return std::chrono::steady_clock::now() - since > kRest && now.colours() > 20;
        })) << "the picture never comes to rest";
    }

    // Does something and returns what is shown once it has changed and come to rest.
    Picture after(const std::function<void()>& deed) {
        const Picture before = shown_;
        deed();
        EXPECT_TRUE(until([&](const Picture& now) { return !(now == before); }))
            << "nothing changed";
        steady();
        return shown_;
    }

    Picture after_key(const std::string& key) {
        return after([&] { press(key); });
    }

    void press(const std::string& key) { desktop_->xdotool({"key", key}); }

    void scroll(int x, int y, const std::string& button) {
        desktop_->xdotool(
            {"mousemove", "--window", id(), std::to_string(x), std::to_string(y), "click", button});
    }

    void drag(int x, int y, int by_x, int by_y) {
        desktop_->xdotool({"mousemove", "--window", id(), std::to_string(x), std::to_string(y),
                           "mousedown", "1", "mousemove_relative", "--sync", "--",
                           std::to_string(by_x), std::to_string(by_y), "mouseup", "1"});
    }

    // Keeps what was seen where a person can look at it, if asked to.
    void keep(const std::string& name) const {
        if (const char* folder = std::getenv("FOOTPRINT_KEEP_PICTURES")) {
            shown_.write_ppm(std::filesystem::path(folder) / (name + ".ppm"));
        }
    }

    std::string state_file() const { return (scratch_.path() / "state.json").string(); }

    // Waits until the window tells of something that `is_right`.
    Json told(const std::function<bool(const Json&)>& is_right) const {
        const auto end = std::chrono::steady_clock::now() + kPatience;
        Json state;
        while (std::chrono::steady_clock::now() < end) {
            std::ifstream file(state_file());
            state = Json::parse(file, nullptr, false);
            if (state.is_object() && is_right(state)) {
                return state;
            }
            std::this_thread::sleep_for(milliseconds(20));
        }
        ADD_FAILURE() << "the window does not tell so: " << state.dump();
        return state;
    }

    void expect_clean_end(int exit_code) {
        EXPECT_EQ(program_->wait(kPatience), exit_code) << program_->said();
        EXPECT_EQ(desktop_->windows("footprint"), 0U);
    }

    Scratch scratch_;
    bool alone_ = false;  // the program starts on a display that nobody else uses
    std::unique_ptr<Desktop> desktop_;
    std::unique_ptr<Background> program_;
    unsigned long window_ = 0;
    Picture shown_;
};

TEST_F(View, ZoomsPansAndComesHome) {
    start();
    keep("home");
    const Picture home = shown_;
    EXPECT_EQ(home.width, kWidth);
    EXPECT_EQ(home.height, kHeight);
    const Picture closer = after([&] { scroll(620, 220, "4"); });
    EXPECT_GT(closer.differs(home), 0.05);
    after([&] { scroll(620, 220, "4"); });
    const Picture closest = after([&] { scroll(620, 220, "4"); });
    keep("zoomed");
    EXPECT_GT(closest.differs(closer), 0.05);
    const Picture panned = after([&] { drag(500, 300, 120, 40); });
    keep("panned");
    EXPECT_GT(panned.differs(closest), 0.05);
    // The map followed the hand: what is seen around a point was seen there before.
    const Picture back = after([&] { drag(500, 300, -120, -40); });
    EXPECT_LT(back.differs(closest), 0.001);
    EXPECT_EQ(after_key("0"), home) << "home is not what it was";
    after_key("plus");
    EXPECT_LT(after_key("minus").differs(home), 0.001);
    press("q");
    expect_clean_end(0);
}

TEST_F(View, TurnsTheWorldWhenItIsDraggedAtHome) {
    start();
    const Picture home = shown_;
    const Picture turned = after([&] { drag(500, 250, -150, 0); });
    keep("turned");
    EXPECT_GT(turned.differs(home), 0.1);
    EXPECT_EQ(after_key("0"), home);
    press("Escape");
    expect_clean_end(0);
}

TEST_F(View, StepsThroughTimeAndPlays) {
    start({"--from", "2010", "--to", "2026"});
    const Picture september = shown_;
    EXPECT_EQ(desktop_->title(window_), "footprint 2025-09-30");
    EXPECT_GT(after_key("Right").differs(september), 0);
    EXPECT_EQ(desktop_->title(window_), "footprint 2025-10-31");
    EXPECT_EQ(after_key("Left"), september) << "a month forth and back";
    const Picture start_of_film = after_key("Home");
    keep("start");
    EXPECT_EQ(desktop_->title(window_), "footprint 2010-01-01");
    EXPECT_GT(start_of_film.differs(september), 0.01);
    press("space");
    for (int i = 0; i < 3; ++i) {
        const Picture before = shown_;
        EXPECT_TRUE(until([&](const Picture& now) { return !(now == before); })) << "frame " << i;
    }
    // Two years later at least, so that something must have opened.
    EXPECT_TRUE(
        until([&](const Picture&) { return desktop_->title(window_) >= "footprint 2013"; }));
    keep("playing");
    press("space");
    steady();
    const std::string stopped = desktop_->title(window_);
    std::this_thread::sleep_for(milliseconds(300));
    EXPECT_EQ(desktop_->title(window_), stopped);
    // On the map itself, away from date and legend.
    EXPECT_GT(shown_.differs(start_of_film, 0, 80, kWidth, 320), 0.0001);
    after_key("End");
    EXPECT_EQ(desktop_->title(window_), "footprint 2026-12-31");
    press("q");
    expect_clean_end(0);
}

TEST_F(View, HidesProvidersAndExplainsItsKeys) {
    start();
    const Picture both = shown_;
    const Picture one = after_key("1");
    keep("one_provider");
    EXPECT_GT(one.differs(both), 0.001);
    EXPECT_EQ(after_key("1"), both);
    const Picture help = after_key("h");
    keep("help");
    EXPECT_GT(help.differs(both), 0.02);
    EXPECT_EQ(after_key("h"), both);
    press("q");
    expect_clean_end(0);
}

TEST_F(View, ReachesEveryProviderOfALongLegend) {
    start({"--providers", "all"});
    const Picture all = shown_;
    // The tenth by key, and by a click on its line.
    const Picture without = after_key("shift+1");
    EXPECT_GT(without.differs(all), 0.0005);
    EXPECT_EQ(after_key("shift+1"), all);
    EXPECT_EQ(after([&] { scroll(160, 511, "1"); }), without);
    press("q");
    expect_clean_end(0);
}

TEST_F(View, SavesExactlyWhatTheWindowShows) {
    start();
    after([&] { scroll(620, 220, "4"); });
    press("s");
    const auto file = scratch_.path() / "footprint-2025-09-30.png";
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!std::filesystem::exists(file) && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(milliseconds(20));
    }
    sf::Image image;
    ASSERT_TRUE(image.loadFromFile(file.string())) << program_->said();
    Picture saved{static_cast<int>(image.getSize().x), static_cast<int>(image.getSize().y), {}};
    for (unsigned y = 0; y < image.getSize().y; ++y) {
        for (unsigned x = 0; x < image.getSize().x; ++x) {
            saved.pixels.push_back(image.getPixel(x, y).toInteger() >> 8);
        }
    }
    // The card rounds blends its own way; nothing else may differ.
    ASSERT_EQ(saved.pixels.size(), shown_.pixels.size());
    int largest = 0;
    for (std::size_t i = 0; i < saved.pixels.size(); ++i) {
        for (const int shift : {0, 8, 16}) {
            const int a = static_cast<int>(saved.pixels[i] >> shift & 0xFF);
            const int b = static_cast<int>(shown_.pixels[i] >> shift & 0xFF);
            largest = std::max(largest, std::abs(a - b));
        }
    }
    EXPECT_LE(largest, 2);
    press("s");
    press("q");
    expect_clean_end(0);
    EXPECT_NE(program_->said().find(file.string()), std::string::npos);
}

TEST_F(View, TakesAnotherSizeAndTheCloseButton) {
    start();
    const Picture before = after([&] { desktop_->resize(window_, 1200, 800); });
    keep("resized");
    EXPECT_EQ(before.width, 1200);
    EXPECT_EQ(before.height, 800);
    EXPECT_GT(before.colours(), 20U);
    desktop_->resize(window_, 100, 80);  // smaller than any picture
    ASSERT_TRUE(until([](const Picture& now) { return now.width == 100; }));
    desktop_->close(window_);
    expect_clean_end(0);
}

// Such a display starts anew, and refuses connections meanwhile, whenever its last one ends.
TEST_F(View, OpensOnADisplayOfItsOwn) {
    alone_ = true;
    desktop_->leave();
    start();
    press("q");
    expect_clean_end(0);
}

TEST_F(View, TellsItsStateInAFile) {
    start({"--state-json", state_file()});
    const auto home = told([](const Json& s) { return s["painted"] == true; });
    EXPECT_EQ(home["date"], "2025-09-30");
    EXPECT_EQ(home["width"], kWidth);
    EXPECT_EQ(home["providers"][0]["provider"], "alibaba");
    press("question");
    told([](const Json& s) { return s["help"] == true && s["painted"] == true; });
    press("question");
    press("2");
    told([](const Json& s) { return s["help"] == false && s["providers"][1]["shown"] == false; });
    press("Up");
    told([](const Json& s) { return s["speed"] == 2.0; });
    scroll(620, 220, "4");
    const auto closer = told([](const Json& s) { return s["whole_world"] == false; });
    EXPECT_LT(closer["camera"]["metres_per_pixel"], home["camera"]["metres_per_pixel"]);
    press("0");
    press("Home");
    const auto start = told([](const Json& s) { return s["date"] == s["from"]; });
    EXPECT_EQ(start["camera"], home["camera"]);
    press("space");
    told([](const Json& s) { return s["playing"] == true && s["date"] > s["from"]; });
    press("space");
    press("s");
    const auto last = told([](const Json& s) { return s["saved"] != ""; });
    EXPECT_TRUE(std::filesystem::exists(last["saved"].get<std::string>()));
    press("q");
    expect_clean_end(0);
}

TEST_F(View, EndsOnASignalWhilePlaying) {
    start();
    press("space");
    program_->signal(SIGTERM);
    expect_clean_end(128 + SIGTERM);
}

TEST_F(View, EndsWithAMessageWhenTheDisplayGoesAway) {
    start();
    desktop_.reset();
    EXPECT_EQ(program_->wait(kPatience), 1);
    EXPECT_NE(program_->said().find("the display went away"), std::string::npos)
        << program_->said();
}

TEST(ViewWithoutDisplay, SaysWhatIsMissing) {
    const Outcome unset = run({"env", "-u", "DISPLAY", FOOTPRINT_PROGRAM, "view"});
    EXPECT_EQ(unset.exit_code, 1);
    EXPECT_NE(unset.err.find("DISPLAY is not set"), std::string::npos) << unset.err;
    const Outcome nobody = run({FOOTPRINT_PROGRAM, "view"}, {{}, {{"DISPLAY", ":987654"}}, {}});
    EXPECT_EQ(nobody.exit_code, 1);
    EXPECT_NE(nobody.err.find("':987654'"), std::string::npos) << nobody.err;
}

TEST(ViewWithoutDisplay, SaysThatOpenGlIsMissing) {
    const Scratch scratch;
    const Desktop desktop(scratch.path() / "xvfb.log", false);
    const Outcome outcome =
        run({FOOTPRINT_PROGRAM, "view"}, {{}, {{"DISPLAY", desktop.name()}}, {}});
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_NE(outcome.err.find("no OpenGL"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace footprint::test
