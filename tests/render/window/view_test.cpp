// The program's window on a display without a screen, driven by mouse and keys as a user would.
// What it shows is awaited by what it tells (--state-json), and looked at in pixels.
#include <gtest/gtest.h>

#include <SFML/Graphics/Image.hpp>
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/date.h"
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
constexpr seconds kPatience{40};
constexpr seconds kAlone{2};
const std::vector<std::string> kTwo{"--size",  "960x600",     "--at",
                                    "2025-09", "--providers", "alibaba,aws"};

class View : public testing::Test {
  protected:
    void SetUp() override { desktop_ = std::make_unique<Desktop>(scratch_.path() / "xvfb.log"); }

    void start(const std::vector<std::string>& more = {}) {
        std::vector<std::string> words = kTwo;
        words.insert(words.end(), more.begin(), more.end());
        start_bare(words);
    }

    void start_bare(const std::vector<std::string>& more) {
        std::filesystem::remove(state_file());
        std::vector<std::string> argv{FOOTPRINT_PROGRAM,        "view",         "--output",
                                      scratch_.path().string(), "--state-json", state_file()};
        argv.insert(argv.end(), more.begin(), more.end());
        program_ = std::make_unique<Background>(argv, environment(), scratch_.path() / "view.log");
        if (alone_) {
            std::this_thread::sleep_for(kAlone);
            desktop_->come_back();
        }
        window_ = desktop_->window("footprint", kPatience);
        now_ = told([](const Json& s) { return s["painted"] == true; });
        capture();
        ASSERT_GT(shown_.colours(), 20U) << program_->said();
        desktop_->xdotool({"windowfocus", id()});
    }

    std::map<std::string, std::string> environment() const {
        return {{"DISPLAY", desktop_->name()},
                {"LIBGL_ALWAYS_SOFTWARE", "1"},
                {"XDG_STATE_HOME", (scratch_.path() / "state").string()},
                {"FOOTPRINT_DATA", FOOTPRINT_SOURCE_DIR "/datasets"}};
    }

    std::string id() const { return std::to_string(window_); }
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
            std::this_thread::sleep_for(milliseconds(10));
        }
        ADD_FAILURE() << "the window does not tell so: " << state.dump().substr(0, 3000);
        return state;
    }

    // What is told, but for what changes by itself.
    static Json told_of(Json state) {
        for (const char* key : {"frames", "pictures", "painted", "controls", "moving"}) {
            state.erase(key);
        }
        return state;
    }

    // The picture, as it is on the screen, without the controls below it.
    void capture() {
        const Picture whole = desktop_->capture(window_);
        const int width = std::min(whole.width, now_["width"].get<int>());
        const int height = std::min(whole.height, now_["height"].get<int>());
        shown_ = {width, height, {}};
        for (int y = 0; y < height; ++y) {
            const auto row = whole.pixels.begin() + static_cast<std::ptrdiff_t>(y) * whole.width;
            shown_.pixels.insert(shown_.pixels.end(), row, row + width);
        }
    }

    // Does something and returns what is told once that has changed and is on the screen.
    Json after(const std::function<void()>& deed) {
        const Json before = told_of(now_);
        deed();
        now_ = told([&](const Json& s) { return s["painted"] == true && told_of(s) != before; });
        return now_;
    }
    Json after_key(const std::string& key) {
        return after([&] { press(key); });
    }
    Json after_click(const std::string& control) {
        return after([&] { click(control); });
    }
    // And waits for more than the first change.
    Json until(const std::function<bool(const Json&)>& is_right) {
        now_ = told([&](const Json& s) { return s["painted"] == true && is_right(s); });
        return now_;
    }
    Picture seen() {
        // Away from symbols, which would open a card.
        desktop_->xdotool({"mousemove", "--window", id(), "5", "300"});
        now_ = told([](const Json& s) {
            return s["painted"] == true && (s["card"].is_null() || s["card"]["pinned"] == true);
        });
        capture();
        return shown_;
    }

    void press(const std::string& key) { desktop_->xdotool({"key", key}); }
    void type(const std::string& text) { desktop_->xdotool({"type", text}); }

    Json control(const std::string& name) {
        Json found;
        told([&](const Json& s) {
            for (const Json& one : s["controls"]) {
                if (one["name"] == name) {
                    found = one;
                }
            }
            return found.is_object() && s["painted"] == true;
        });
        return found;
    }

    void await_without(const std::string& name) {
        now_ = told([&](const Json& s) {
            const auto& all = s["controls"];
            return s["painted"] == true && std::none_of(all.begin(), all.end(), [&](const Json& c) {
                       return c["name"] == name;
                   });
        });
    }

    void click(const std::string& name) {
        const Json at = control(name);
        if (at.is_object()) {
            click(static_cast<int>(at["x"].get<double>() + at["width"].get<double>() / 2),
                  static_cast<int>(at["y"].get<double>() + at["height"].get<double>() / 2));
        }
    }
    void hover(int x, int y) {
        desktop_->xdotool({"mousemove", "--window", id(), std::to_string(x), std::to_string(y)});
    }
    std::pair<int, int> middle_of_map() const {
        const Json& map = now_["map"];
        return {static_cast<int>(map["x"].get<double>() + map["width"].get<double>() / 2),
                static_cast<int>(map["y"].get<double>() + map["height"].get<double>() / 2)};
    }
    // In two steps, as a hand: what is under the cursor is lit first.
    void click(int x, int y, const std::string& button = "1") {
        desktop_->xdotool({"mousemove", "--window", id(), std::to_string(x), std::to_string(y)});
        desktop_->xdotool({"click", button});
    }
    void choose(const std::string& list, const std::string& item) {
        click(list);
        click(list + ": " + item);
    }

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
    void keep(const std::string& name) {
        if (const char* folder = std::getenv("FOOTPRINT_KEEP_PICTURES")) {
            desktop_->capture(window_).write_ppm(std::filesystem::path(folder) / (name + ".ppm"));
        }
    }

    void expect_clean_end(int exit_code) {
        EXPECT_EQ(program_->wait(kPatience), exit_code) << program_->said();
        EXPECT_EQ(desktop_->windows("footprint"), 0U);
    }
    void quit() {
        press("q");
        expect_clean_end(0);
    }

    // What the program itself says of something.
    Json explained(const std::vector<std::string>& more) const {
        std::vector<std::string> argv{FOOTPRINT_PROGRAM, "explain", "--json", "--at", "2025-09"};
        argv.insert(argv.end(), more.begin(), more.end());
        const Outcome outcome = run(argv, {{}, environment(), {}});
        EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
        return Json::parse(outcome.out, nullptr, false);
    }

    Scratch scratch_;
    bool alone_ = false;  // the program starts on a display that nobody else uses
    std::unique_ptr<Desktop> desktop_;
    std::unique_ptr<Background> program_;
    unsigned long window_ = 0;
    Json now_;
    Picture shown_;
};

TEST_F(View, ZoomsPansAndComesHome) {
    start();
    keep("home");
    const Picture home = seen();
    const Json home_camera = now_["camera"];
    EXPECT_EQ(home.width, kWidth);
    EXPECT_EQ(home.height, kHeight);
    after([&] { scroll(620, 220, "4"); });
    const Picture closer = seen();
    EXPECT_GT(closer.differs(home), 0.05);
    after([&] { scroll(620, 220, "4"); });
    after([&] { scroll(620, 220, "4"); });
    const Picture closest = seen();
    keep("zoomed");
    EXPECT_GT(closest.differs(closer), 0.05);
    after([&] { drag(500, 300, 120, 40); });
    EXPECT_GT(seen().differs(closest), 0.05);
    // The map followed the hand: what is seen around a point was seen there before.
    after([&] { drag(500, 300, -120, -40); });
    EXPECT_LT(seen().differs(closest), 0.001);
    EXPECT_EQ(after_key("0")["camera"], home_camera);
    EXPECT_EQ(seen(), home) << "home is not what it was";
    after_key("plus");
    after_key("minus");
    EXPECT_LT(seen().differs(home), 0.001);
    after([&] { drag(500, 250, -150, 0); });
    keep("turned");
    EXPECT_GT(seen().differs(home), 0.1);
    after_key("shift+Right");
    EXPECT_EQ(after_key("0")["camera"], home_camera);
    press("Escape");
    expect_clean_end(0);
}

// A hand that swings it: the map glides on after it was let go.
TEST_F(View, GlidesAfterASwing) {
    start();
    after_key("plus");
    after_key("plus");
    std::vector<std::string> words{"mousemove", "--window", id(), "600", "300", "mousedown", "1"};
    for (int i = 0; i < 12; ++i) {
        words.insert(words.end(), {"mousemove_relative", "--sync", "--", "-12", "0"});
    }
    words.insert(words.end(), {"mouseup", "1"});
    const double before = now_["camera"]["x_m"];
    const double scale = now_["camera"]["metres_per_pixel"];
    after([&] { desktop_->xdotool(words); });
    const double moved_px = (now_["camera"]["x_m"].get<double>() - before) / scale;
    EXPECT_GE(moved_px, 12 * 12 - 1);
    EXPECT_EQ(now_["moving"], false);
    quit();
}

TEST_F(View, StepsThroughTimeAndPlays) {
    start({"--from", "2010", "--to", "2026"});
    const Picture september = seen();
    EXPECT_EQ(desktop_->title(window_), "footprint 2025-09-30");
    EXPECT_EQ(after_key("Right")["date"], "2025-10-31");
    EXPECT_GT(seen().differs(september), 0);
    EXPECT_EQ(after_key("Left")["date"], "2025-09-30");
    EXPECT_EQ(seen(), september) << "a month forth and back";
    EXPECT_EQ(after_click("month back")["date"], "2025-08-31");
    EXPECT_EQ(after_click("month on")["date"], "2025-09-30");
    EXPECT_EQ(after_key("Prior")["date"], "2024-09-30");
    EXPECT_EQ(after_key("Next")["date"], "2025-09-30");
    EXPECT_EQ(after_key("End")["date"], "2026-12-31");
    EXPECT_EQ(after_key("Home")["date"], "2010-01-01");
    const Picture start_of_film = seen();
    keep("start");
    // The middle of the slider is the middle of the span.
    after_click("timeline");
    EXPECT_EQ(now_["date"].get<std::string>().substr(0, 4), "2018");
    // What happened about a day is told beside the cursor.
    const Json slider = control("timeline");
    const double grab_px = 12;
    const double from_px = slider["x"].get<double>() + 2 + grab_px / 2;
    const double wide_px = slider["width"].get<double>() - 4 - grab_px;
    const double days = Date::from_ymd(2026, 12, 31) - Date::from_ymd(2010, 1, 1);
    const double share = (Date::from_ymd(2019, 7, 29) - Date::from_ymd(2010, 1, 1)) / days;
    desktop_->xdotool({"mousemove", "--window", id(),
                       std::to_string(std::lround(from_px + share * wide_px)),
                       std::to_string(slider["y"].get<int>() + 12)});
    EXPECT_NE(control("event")["value"].get<std::string>().find("2019-07  AWS opens Manama"),
              std::string::npos);
    after([&] { choose("speed", "4×"); });
    EXPECT_EQ(now_["speed"], 4);
    EXPECT_EQ(after_key("Down")["speed"], 2);
    EXPECT_EQ(after_key("Up")["speed"], 4);
    after_key("Home");
    press("space");
    told([](const Json& s) { return s["playing"] == true && s["date"] > "2013"; });
    click("play");
    until([](const Json& s) { return s["playing"] == false; });
    EXPECT_GT(seen().differs(start_of_film, 0, 80, kWidth, 320), 0.0001);
    const Json rests = now_["date"];
    after_key("h");
    EXPECT_EQ(now_["date"], rests);
    quit();
}

TEST_F(View, HidesProvidersByKeyLegendAndMenu) {
    start();
    const Picture both = seen();
    EXPECT_EQ(after_key("1")["providers"][0]["shown"], false);
    const Picture one = seen();
    keep("one_provider");
    EXPECT_GT(one.differs(both), 0.001);
    click("clouds");
    EXPECT_EQ(after_click("cloud: alibaba")["providers"][0]["shown"], true);
    press("Escape");
    await_without("cloud: alibaba");
    EXPECT_EQ(seen(), both);
    quit();
}

TEST_F(View, ReachesEveryProviderOfALongLegend) {
    start({"--providers", "all"});
    const Picture all = seen();
    // The tenth by key, and by a click on its line.
    after_key("shift+1");
    const Picture without = seen();
    EXPECT_GT(without.differs(all), 0.0005);
    after_key("shift+1");
    EXPECT_EQ(seen(), all);
    const std::string tenth = "legend: " + now_["providers"][9]["provider"].get<std::string>();
    EXPECT_EQ(after_click(tenth)["providers"][9]["shown"], false);
    EXPECT_EQ(seen(), without);
    EXPECT_EQ(control(tenth)["value"], "hidden");
    quit();
}

TEST_F(View, ShadesCountsAndProjects) {
    start();
    const Picture plain = seen();
    EXPECT_TRUE(now_["people"].is_null());
    choose("shade", "Land: best RTT");
    until([](const Json& s) { return s["shade"] == "best"; });
    const double within_50 = now_["people"]["within"];
    EXPECT_GT(within_50, 1e9);
    EXPECT_GT(seen().differs(plain), 0.1);
    keep("shaded");
    choose("threshold", "20 ms");
    until([](const Json& s) { return s["threshold_ms"] == 20; });
    EXPECT_LT(now_["people"]["within"], within_50);
    EXPECT_EQ(after_key("t")["threshold_ms"], 50);
    EXPECT_EQ(now_["people"]["within"], within_50);
    EXPECT_EQ(after_key("c")["shade"], "alibaba");
    EXPECT_LT(now_["people"]["within"], within_50);
    // The same number as everywhere else.
    const Outcome compared = run(
        {FOOTPRINT_PROGRAM, "compare", "alibaba", "--at", "2025-09", "--threshold", "50", "--json"},
        {{}, environment(), {}});
    EXPECT_NE(compared.out.find(
                  std::to_string(std::llround(now_["people"]["within"].get<double>()) / 100000)),
              std::string::npos)
        << now_["people"] << compared.out.substr(0, 1500);
    choose("projection", "Globe");
    until([](const Json& s) { return s["projection"] == "orthographic"; });
    const Picture globe = seen();
    keep("globe");
    EXPECT_GT(globe.differs(plain), 0.1);
    EXPECT_EQ(after_key("p")["projection"], "web-mercator");
    quit();
}

TEST_F(View, TellsOfRegionsAndPlacesAsExplainDoes) {
    start();
    press("slash");
    told([](const Json& s) { return s["search"].is_object(); });
    type("johor");
    told([](const Json& s) {
        return s["search"]["text"] == "johor" && !s["search"]["found"].empty();
    });
    press("Return");
    until([](const Json& s) { return s["card"].is_object() && s["card"]["ready"] == true; });
    keep("place");
    EXPECT_EQ(now_["whole_world"], false);
    const Json place = explained({"Johor Bahru", "--provider", "alibaba,aws"});
    const Json servers = now_["card"]["servers"];
    ASSERT_EQ(servers.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(servers[i]["region"], place["providers"][i]["region"]);
        EXPECT_NEAR(servers[i]["rtt_ms"], place["providers"][i]["rtt_ms"].get<double>(), 1e-3);
    }
    after_key("Escape");
    // A region by name, then what is told of it.
    press("slash");
    told([](const Json& s) { return s["search"].is_object(); });
    type("aws:ap-southeast-1");
    told([](const Json& s) {
        return s["search"]["text"] == "aws:ap-southeast-1" && s["search"]["found"].size() == 1;
    });
    click("found 1");
    until([](const Json& s) { return s["card"].is_object() && s["card"]["ready"] == true; });
    keep("region");
    const Json rows = now_["card"]["rows"];
    const Json region = explained({"aws:ap-southeast-1"});
    EXPECT_EQ(now_["card"]["title"], "AWS Singapore");
    EXPECT_EQ(rows["Zones"], std::to_string(region["zones"].get<int>()));
    EXPECT_EQ(rows["Confidence"], region["confidence"]);
    EXPECT_NE(rows["Opened"].get<std::string>().find(region["opened"]["text"].get<std::string>()),
              std::string::npos);
    const double people = region["catchment_people"];
    EXPECT_NEAR(std::stod(rows["Serves best"].get<std::string>()) * 1e6, people, people * 0.02);
    EXPECT_NE(rows["Nearest rival"].get<std::string>().find("Alibaba"), std::string::npos);
    quit();
}

TEST_F(View, TakesRegionsOutAndPutsThemBack) {
    start({"--coverage", "alibaba"});
    const double before = now_["people"]["within"];
    EXPECT_EQ(after_key("Tab")["card"]["pinned"], true);
    until([](const Json& s) { return s["card"]["ready"] == true; });
    const Json first = now_["card"]["title"];
    after_key("Tab");
    EXPECT_NE(now_["card"]["title"], first);
    EXPECT_EQ(after_key("shift+Tab")["card"]["title"], first);
    press("slash");
    told([](const Json& s) { return s["search"].is_object(); });
    type("na-south-1");
    press("Return");
    until([](const Json& s) { return s["card"].is_object() && s["card"]["ready"] == true; });
    EXPECT_EQ(now_["card"]["title"], "Alibaba Querétaro");
    press("x");
    until([](const Json& s) {
        return s["outages"].size() == 1 && s["card"].is_object() && s["card"]["ready"] == true;
    });
    EXPECT_EQ(now_["outages"][0], "alibaba:na-south-1");
    keep("outage");
    EXPECT_EQ(now_["card"]["rows"]["Serves best"], "nobody");
    EXPECT_LT(now_["people"]["within"], before);
    click("outage");
    until([](const Json& s) { return s["outages"].empty(); });
    EXPECT_EQ(now_["people"]["within"], before);
    // The middle of Africa has land and nobody's region.
    after_click("close card");
    after_key("0");
    after([&] { click(480, 290); });
    until([](const Json& s) { return s["card"].is_object() && s["card"]["ready"] == true; });
    EXPECT_EQ(now_["card"]["servers"].size(), 2U);
    EXPECT_TRUE(after_key("Escape")["card"].is_null());
    quit();
}

// A region whose symbol stands alone, flown to, so that it is in the middle of the map.
TEST_F(View, TellsOfWhatIsUnderTheCursorAndFailsItByARightClick) {
    start();
    press("slash");
    told([](const Json& s) { return s["search"].is_object(); });
    type("aws:af-south-1");
    press("Return");
    until([](const Json& s) { return s["card"].is_object() && s["moving"] == false; });
    EXPECT_TRUE(after_key("Escape")["card"].is_null());
    const auto [x, y] = middle_of_map();
    hover(x, y);
    until([](const Json& s) { return s["card"].is_object(); });
    EXPECT_EQ(now_["card"]["title"], "AWS Cape Town");
    EXPECT_EQ(now_["card"]["pinned"], false);
    click(x, y, "3");
    until([](const Json& s) { return s["outages"] == Json::array({"aws:af-south-1"}); });
    click(x, y, "3");
    until([](const Json& s) { return s["outages"].empty(); });
    click(x, y);
    until([](const Json& s) { return s["card"].is_object() && s["card"]["pinned"] == true; });
    EXPECT_EQ(now_["card"]["title"], "AWS Cape Town");
    EXPECT_TRUE(after_click("close card")["card"].is_null());
    // The middle of the map by key is what a click there would say, but for the symbol.
    press("Return");
    until([](const Json& s) { return s["card"].is_object() && s["card"]["ready"] == true; });
    const Json& servers = now_["card"]["servers"];
    EXPECT_TRUE(std::any_of(servers.begin(), servers.end(), [](const Json& server) {
        return server["region"] == "aws:af-south-1";
    })) << servers;
    quit();
}

TEST_F(View, SaysThatNobodyLivesAtSea) {
    start();
    click(425, 320);
    until([](const Json& s) { return s["card"].is_object() && s["card"]["ready"] == true; });
    keep("sea");
    EXPECT_EQ(now_["card"]["subtitle"], "At sea");
    EXPECT_TRUE(now_["card"]["servers"].empty());
    EXPECT_TRUE(after([&] { click(425, 320); })["card"].is_null());
    quit();
}

TEST_F(View, GoesWhereAHastyHandSearchedBeforeTheFieldWasThere) {
    start();
    desktop_->xdotool({"type", "--delay", "1", "--args", "1", "/aws:af-south-1", "key", "Return"});
    until([](const Json& s) { return s["search"].is_null() && s["card"].is_object(); });
    EXPECT_EQ(now_["card"]["title"], "AWS Cape Town");
    // What the map would take as commands was typed into the field.
    EXPECT_EQ(now_["compare"], nullptr);
    quit();
}

TEST_F(View, WalksThroughWhatASearchFound) {
    start();
    type("/aws:eu");
    const Json found = told([](const Json& s) {
        return s["search"]["text"] == "aws:eu" && s["search"]["found"].size() > 2;
    })["search"]["found"];
    const auto chosen = [&](int place) {
        told([&](const Json& s) { return s["search"]["chosen"] == place; });
    };
    press("Down");
    chosen(1);
    press("Down");
    chosen(2);
    press("Up");
    chosen(1);
    press("Return");
    until([](const Json& s) { return s["search"].is_null() && s["card"].is_object(); });
    EXPECT_EQ(now_["card"]["title"], found[1]);
    quit();
}

TEST_F(View, FindsPlacesByTheirNamesInOtherScripts) {
    desktop_->add_key(250, U'上');
    desktop_->add_key(251, U'海');
    start();
    after_key("slash");
    const Picture empty = seen();
    press("U4E0A");
    press("U6D77");
    until([](const Json& s) { return !s["search"]["found"].empty(); });
    EXPECT_EQ(now_["search"]["text"], "上海");
    EXPECT_EQ(now_["search"]["found"][0], "Shanghai");
    keep("script");
    // The two characters are different shapes, and no boxes.
    const Json box = control("search text");
    const int x = static_cast<int>(box["x"].get<double>()) + 9;
    const int y = static_cast<int>(box["y"].get<double>());
    const Picture typed = seen();
    EXPECT_GT(typed.differs(empty, x, y, 30, 25), 0.1);
    const auto part = [&](int from) {
        std::vector<std::uint32_t> pixels;
        for (int row = y; row < y + 25; ++row) {
            for (int column = from; column < from + 15; ++column) {
                pixels.push_back(typed.pixels.at(static_cast<std::size_t>(row) * kWidth +
                                                 static_cast<std::size_t>(column)));
            }
        }
        return pixels;
    };
    EXPECT_NE(part(x), part(x + 15));
    press("Escape");
    until([](const Json& s) { return s["search"].is_null(); });
    quit();
}

// A scenario is simulated on the way in; a run of it is the same.
TEST_F(View, LooksAtRunsAndScenarios) {
    const auto scenario = scratch_.file(
        "small.toml",
        "schema_version = 1\nname = \"small\"\nstart = \"2026-12\"\nend = \"2029-01\"\n"
        "most_places = 400\nmost_sites = 200\nlatency = \"distance\"\n"
        "[[provider]]\nid = \"aws\"\npolicy = \"follow-the-rival\"\n");
    start_bare({scenario.string(), "--providers", "aws", "--size", "960x600"});
    keep("scenario");
    EXPECT_EQ(now_["to"], "2028-12-31") << now_["to"];
    const Picture simulated = seen();
    const Json end = now_["date"];
    after_key("Prior");
    EXPECT_GT(seen().differs(simulated, 0, 0, kWidth, kHeight), 0.001);
    quit();
    const auto folder = scratch_.path() / "run";
    const Outcome made =
        run({FOOTPRINT_PROGRAM, "simulate", scenario.string(), "-o", folder.string()},
            {{}, environment(), {}});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    start_bare({folder.string(), "--providers", "aws", "--size", "960x600"});
    EXPECT_EQ(now_["date"], end);
    EXPECT_EQ(seen().differs(simulated, 0, 70, kWidth, 470), 0.0);
    quit();
}

TEST_F(View, ComparesTwoLeftAndRightOfALine) {
    start();
    after_key("a");
    EXPECT_EQ(now_["compare"]["left"], "alibaba");
    const Picture half = seen();
    keep("compared");
    const Json handle = control("split");
    after([&] {
        drag(static_cast<int>(handle["x"].get<double>()) + 13,
             static_cast<int>(handle["y"].get<double>()) + 13, 150, 0);
    });
    EXPECT_GT(now_["compare"]["split"], 0.6);
    const Picture further = seen();
    // Only between the two places of the line, and at its ends.
    EXPECT_GT(further.differs(half, 490, 120, 130, 250), 0.05);
    EXPECT_LT(further.differs(half, 0, 120, 300, 250), 0.0001);
    const double split = now_["compare"]["split"];
    const double left = after_key("comma")["compare"]["split"];
    EXPECT_LT(left, split);
    const double back = after_key("period")["compare"]["split"];
    EXPECT_NEAR(back, split, 1e-9);
    choose("right", "Alibaba");
    until([](const Json& s) { return s["compare"]["right"] == "alibaba"; });
    EXPECT_TRUE(after_click("compare")["compare"].is_null());
    quit();
}

// The last frame of the film that is being made, once it is there.
class ViewFilm : public View {
  protected:
    void open(const std::vector<std::string>& more) {
        std::vector<std::string> words{
            "--providers", "alibaba,aws", "--size",  "640x400",    "--from",
            "2024",        "--to",        "2025-09", "--duration", "1"};
        words.insert(words.end(), more.begin(), more.end());
        start_bare(words);
    }

    sf::Image last_frame() {
        click("film");
        now_ = told(
            [](const Json& s) { return s["film"].is_object() && s["film"]["exit_code"] == 0; });
        const auto frame = scratch_.path() / "last.png";
        const Outcome decoded = run({"ffmpeg", "-y", "-loglevel", "error", "-i",
                                     now_["film"]["file"], "-update", "1", frame.string()},
                                    {});
        EXPECT_EQ(decoded.exit_code, 0) << decoded.err;
        sf::Image last;
        EXPECT_TRUE(last.loadFromFile(frame.string()));
        EXPECT_EQ(last.getSize(), sf::Vector2u(640, 400));
        return last;
    }

    // The map, away from what is written over it, but for what the codec loses: mean of how far
    // the colours are apart, of 255.
    static double apart(const sf::Image& frame, const Picture& view) {
        double sum = 0;
        for (unsigned y = 80; y < 220; ++y) {
            for (unsigned x = 250; x < 600; ++x) {
                const std::uint32_t a = frame.getPixel(x, y).toInteger() >> 8;
                const std::uint32_t b = view.pixels.at(y * 640 + x);
                for (const int shift : {0, 8, 16}) {
                    sum += std::abs(static_cast<int>(a >> shift & 255U) -
                                    static_cast<int>(b >> shift & 255U));
                }
            }
        }
        return sum / (140 * 350 * 3);
    }
};

TEST_F(ViewFilm, FilmsWhatIsOnTheScreen) {
    open({});
    after([&] { scroll(420, 160, "4"); });
    after([&] { scroll(420, 160, "4"); });
    const Picture view = seen();
    const sf::Image last = last_frame();
    keep("film");
    const std::string command = now_["film"]["command"];
    EXPECT_TRUE(command.starts_with("footprint animate ")) << command;
    EXPECT_NE(command.find("--camera "), std::string::npos) << command;
    EXPECT_LT(apart(last, view), 3.0);
    EXPECT_TRUE(after_click("close film")["film"].is_null());
    // By key, and stopped by key.
    press("r");
    told([](const Json& s) { return s["film"].is_object(); });
    press("Escape");
    until([](const Json& s) { return s["film"].is_null(); });
    quit();
}

TEST_F(ViewFilm, FilmsAGlobeAsItWasTurned) {
    open({"--projection", "orthographic"});
    after([&] { drag(330, 200, 60, 30); });
    const Picture view = seen();
    EXPECT_LT(apart(last_frame(), view), 3.0);
    quit();
}

TEST_F(View, ClosesWhatIsOpenBeforeItself) {
    start();
    const Picture bare = seen();
    after_key("question");
    keep("help");
    EXPECT_EQ(now_["help"], true);
    EXPECT_GT(seen().differs(bare), 0.02);
    press("slash");
    told([](const Json& s) { return s["search"].is_object(); });
    press("Escape");
    told([](const Json& s) { return s["search"].is_null() && s["help"] == true; });
    EXPECT_EQ(after_key("Escape")["help"], false);
    EXPECT_EQ(after_click("keys")["help"], true);
    EXPECT_EQ(after_key("h")["help"], false);
    EXPECT_TRUE(after_click("search")["search"].is_object());
    press("Escape");
    until([](const Json& s) { return s["search"].is_null(); });
    EXPECT_EQ(seen(), bare);
    press("Escape");
    expect_clean_end(0);
}

TEST_F(View, OpensAsItWasLeft) {
    start_bare({});
    after_key("c");
    after_key("plus");
    after_key("2");
    const Json left = after_key("Home");
    quit();
    start_bare({});
    for (const char* key : {"camera", "date", "shade", "providers", "projection", "width"}) {
        EXPECT_EQ(now_[key], left[key]) << key;
    }
    quit();
    start_bare({"--fresh"});
    EXPECT_EQ(now_["whole_world"], true);
    EXPECT_EQ(now_["shade"], "none");
    quit();
    // Whoever says what to see, sees that.
    start({"--projection", "robinson"});
    EXPECT_EQ(now_["whole_world"], true);
    EXPECT_EQ(now_["projection"], "robinson");
    quit();
}

TEST_F(View, IsLargerOnFinerScreens) {
    start();
    const double height = control("play")["height"];
    quit();
    start({"--scale", "2", "--theme", "light"});
    keep("scale_2");
    EXPECT_NEAR(control("play")["height"], 2 * height, 2);
    EXPECT_EQ(now_["height"], kHeight);
    EXPECT_GT(now_["window_height"].get<int>(), kHeight + 3 * height);
    // Every control is inside the window.
    for (const Json& one : now_["controls"]) {
        EXPECT_LE(one["x"].get<double>() + one["width"].get<double>(), kWidth) << one;
        EXPECT_LE(one["y"].get<double>() + one["height"].get<double>(),
                  now_["window_height"].get<double>())
            << one;
    }
    quit();
}

TEST_F(View, KeepsWhatIsLargeOnTheScreenAndInTheWindow) {
    start_bare({"--fresh", "--scale", "3", "--size", "1920x1080"});
    EXPECT_NE(program_->said().find("the screen has room for a map of 1400 × "), std::string::npos)
        << program_->said();
    EXPECT_LE(now_["window_width"].get<int>(), ScreenSize().width);
    EXPECT_LE(now_["window_height"].get<int>(), ScreenSize().height);
    after_key("question");
    keep("help_3");
    const Json help = control("help");
    EXPECT_LE(help["x"].get<double>() + help["width"].get<double>(), now_["width"].get<double>());
    EXPECT_LE(help["y"].get<double>() + help["height"].get<double>(), now_["height"].get<double>());
    // The list goes on below: the wheel moves it and not the map.
    const Picture top = seen();
    const Json camera = now_["camera"];
    scroll(700, 300, "5");
    scroll(700, 300, "5");
    EXPECT_GT(seen().differs(top, 100, 60, 1000, 300), 0.01);
    EXPECT_EQ(now_["camera"], camera);
    quit();
}

TEST_F(View, SavesExactlyWhatTheWindowShows) {
    start();
    after([&] { scroll(620, 220, "4"); });
    seen();
    after_key("s");
    const auto file = scratch_.path() / "footprint-2025-09-30.png";
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
    EXPECT_NE(after_click("picture")["saved"], file.string());
    quit();
    EXPECT_NE(program_->said().find(file.string()), std::string::npos);
}

TEST_F(View, TakesAnotherSizeAndTheCloseButton) {
    start();
    after([&] { desktop_->resize(window_, 1200, 800); });
    until([](const Json& s) { return s["window_width"] == 1200; });
    keep("resized");
    EXPECT_EQ(now_["width"], 1200);
    EXPECT_LT(now_["height"], 800);
    seen();
    EXPECT_GT(shown_.colours(), 20U);
    desktop_->resize(window_, 200, 100);
    told([](const Json& s) { return s["window_width"] == 200 && s["painted"] == true; });
    desktop_->resize(window_, 100, 80);  // smaller than any picture
    told([](const Json& s) { return s["window_width"] == 100 && s["painted"] == true; });
    desktop_->close(window_);
    expect_clean_end(0);
}

// Such a display starts anew, and refuses connections meanwhile, whenever its last one ends.
TEST_F(View, OpensOnADisplayOfItsOwn) {
    alone_ = true;
    desktop_->leave();
    start();
    quit();
}

TEST_F(View, ClosesWhileAPictureIsPainted) {
    start();
    press("c");
    desktop_->close(window_);
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
