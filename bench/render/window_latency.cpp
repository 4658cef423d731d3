// window_latency [PROGRAM [WIDTHxHEIGHT]] [-- OPTION OF view...]: how soon the window answers a
// hand, on a display without a screen (Xvfb, OpenGL in software). Inputs go through the server by
// xdotool; a strip of the map is read back from the screen until it changes.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/text.h"
#include "tests/render/window/desktop.h"
#include "tests/support/scratch.h"

namespace footprint::test {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;
using Strip = std::vector<std::uint32_t>;
using std::chrono::milliseconds;

constexpr std::chrono::microseconds kLook{400};
constexpr milliseconds kRest{250};
constexpr milliseconds kPatience{30000};
constexpr int kOpenings = 5;
constexpr int kInputs = 60;        // of each kind, from rest
constexpr int kStep_px = 3;        // of a mouse that moves on and on,
constexpr double kMouse_Hz = 125;  // as often as mice tell
constexpr int kSteps = 480;
constexpr int kTurns = 80;  // of the wheel
constexpr milliseconds kTurn{60};

double ms_between(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double, std::milli>(to - from).count();
}

struct Command {
    std::string program = "footprint";
    int width = 1920;
    int height = 1080;
    std::vector<std::string> more;
};

// xdotool that is told line by line, so that an input does not wait for a process to start.
class Hand {
  public:
    explicit Hand(const std::string& display)
        : pipe_(::popen(("DISPLAY=" + display + " exec xdotool -").c_str(), "w"), ::pclose) {
        if (!pipe_) {
            throw std::runtime_error("cannot start xdotool");
        }
    }
    void say(const std::string& words) {
        std::fputs((words + "\n").c_str(), pipe_.get());
        std::fflush(pipe_.get());
    }

  private:
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe_;
};

// The window, open, with a hand on it.
class Session {
  public:
    Session(Desktop& desktop, const Command& command)
        : desktop_(desktop), hand_(desktop.name()), started_(Clock::now()) {
        std::vector<std::string> argv{command.program,
                                      "view",
                                      "--fresh",
                                      "--size",
                                      fmt::format("{}x{}", command.width, command.height),
                                      "--state-json",
                                      state_file(),
                                      "--output",
                                      scratch_.path()};
        argv.insert(argv.end(), command.more.begin(), command.more.end());
        program_ = std::make_unique<Background>(
            argv,
            std::map<std::string, std::string>{{"DISPLAY", desktop.name()},
                                               {"LIBGL_ALWAYS_SOFTWARE", "1"},
                                               {"XDG_STATE_HOME", scratch_.path() / "state"}},
            scratch_.path() / "view.log");
        window_ = desktop.window("footprint", kPatience);
        const int middle = command.height / 2;
        // Until the map is there, the window has one colour.
        row_ = {command.width / 5, middle, command.width * 3 / 5};
        until([](const Strip& strip) { return colours(strip) > 3; });
        opened_ms_ = ms_between(started_, Clock::now());
        // Along the equator a map that turns moves by the same everywhere.
        const Json state = told();
        const Json& map = state["map"];
        const Json& camera = state["camera"];
        row_.y = static_cast<int>(map["y"].get<double>() + map["height"].get<double>() / 2 +
                                  camera["y_m"].get<double>() /
                                      camera["metres_per_pixel"].get<double>());
        hand_.say(fmt::format("windowfocus {}", window_));
        move_to(row_.x + row_.width / 2, row_.y + 60);
        rest();
    }

    double opened_ms() const { return opened_ms_; }
    Hand& hand() { return hand_; }
    int width() const { return row_.width; }

    Strip strip() { return desktop_.row(window_, row_.x, row_.y, row_.width); }

    // The moment at which the strip first is so.
    Clock::time_point until(const std::function<bool(const Strip&)>& is_so) {
        const auto end = Clock::now() + kPatience;
        while (Clock::now() < end) {
            if (is_so(strip())) {
                return Clock::now();
            }
            std::this_thread::sleep_for(kLook);
        }
        throw std::runtime_error("the window does not answer: " + program_->said());
    }

    // Until nothing has changed for a while and the last picture is on the screen.
    void rest() {
        const auto end = Clock::now() + kPatience;
        Strip before = strip();
        auto since = Clock::now();
        while (Clock::now() - since < kRest || told()["painted"] != true) {
            if (Clock::now() > end) {
                throw std::runtime_error("the window does not come to rest");
            }
            std::this_thread::sleep_for(milliseconds(20));
            Strip now = strip();
            if (now != before) {
                before = std::move(now);
                since = Clock::now();
            }
        }
    }

    // Milliseconds from an input to the first change of the screen.
    double answer_ms(const std::string& words) {
        rest();
        const Strip before = strip();
        const auto start = Clock::now();
        hand_.say(words);
        return ms_between(start, until([&](const Strip& strip) { return strip != before; }));
    }

    void move_to(int x, int y) {
        hand_.say(fmt::format("mousemove --window {} {} {}", window_, x, y));
    }
    void key(const std::string& name) { hand_.say("key " + name); }

    Json told() const {
        for (;;) {
            std::ifstream file(state_file());
            Json state = Json::parse(file, nullptr, false);
            if (state.is_object()) {
                return state;
            }
            std::this_thread::sleep_for(milliseconds(2));
        }
    }

    void close() {
        rest();
        key("q");
        program_->wait(kPatience);
    }

  private:
    struct Row {
        int x = 0;
        int y = 0;
        int width = 0;
    };

    static std::size_t colours(const Strip& strip) {
        const Picture picture{static_cast<int>(strip.size()), 1, strip};
        return picture.colours();
    }
    std::string state_file() const { return scratch_.path() / "state.json"; }

    Scratch scratch_;
    Desktop& desktop_;
    Hand hand_;
    Clock::time_point started_;
    std::unique_ptr<Background> program_;
    unsigned long window_ = 0;
    double opened_ms_ = 0;
    Row row_;
};

// By how many pixels a strip has gone to the left since another.
int shift_between(const Strip& before, const Strip& now) {
    constexpr int kBack = 6;
    constexpr int kMost = 90;
    const int size = static_cast<int>(now.size());
    int best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (int shift = -kBack; shift <= kMost; ++shift) {
        double sum = 0;
        for (int x = kMost; x < size - kMost; ++x) {
            const auto a = before[static_cast<std::size_t>(x + shift)];
            const auto b = now[static_cast<std::size_t>(x)];
            for (const int part : {0, 8, 16}) {
                sum += std::abs(static_cast<int>(a >> part & 0xFF) -
                                static_cast<int>(b >> part & 0xFF));
            }
        }
        if (sum < least) {
            least = sum;
            best = shift;
        }
    }
    return best;
}

void print(const std::string& what, std::vector<double> ms) {
    std::sort(ms.begin(), ms.end());
    const auto at = [&](double share) {
        return ms[std::min(ms.size() - 1,
                           static_cast<std::size_t>(share * static_cast<double>(ms.size())))];
    };
    fmt::print("{:<44} {:4} inputs   p50 {:5.1f}   p95 {:5.1f}   p99 {:5.1f}   most {:5.1f} ms\n",
               what, ms.size(), at(0.5), at(0.95), at(0.99), ms.back());
    std::fflush(stdout);
}

void print_rate(const std::string& what, int changes, double ms) {
    fmt::print("{:<44} {:5.1f} pictures a second on the screen\n", what, 1000 * changes / ms);
    std::fflush(stdout);
}

void from_rest(Session& session) {
    std::vector<double> keys;
    std::vector<double> wheel;
    std::vector<double> drag;
    session.hand().say("keydown shift");
    for (int i = 0; i < kInputs; ++i) {
        const std::string key = i % 2 == 0 ? "Right" : "Left";
        keys.push_back(session.answer_ms("keydown " + key + " keyup " + key));
    }
    session.hand().say("keyup shift");
    for (int i = 0; i < kInputs; ++i) {
        wheel.push_back(
            session.answer_ms(i % 8 < 4 ? "mousedown 4 mouseup 4" : "mousedown 5 mouseup 5"));
    }
    session.key("0");
    session.rest();
    session.hand().say("mousedown 1");
    for (int i = 0; i < kInputs; ++i) {
        drag.push_back(
            session.answer_ms(fmt::format("mousemove_relative -- {} 0", i % 2 ? 9 : -9)));
    }
    session.hand().say("mouseup 1");
    print("key, map at rest", keys);
    print("wheel, map at rest", wheel);
    print("drag, map at rest", drag);
}

// The whole world dragged on and on at a mouse's pace, while its pictures are painted behind. What
// is on the screen says how far the hand had come when it was drawn.
void while_dragging(Session& session) {
    session.key("0");
    session.rest();
    session.move_to(session.width() + session.width() / 3 - 40, 500);
    session.rest();
    session.hand().say("mousedown 1");
    session.rest();
    Strip seen = session.strip();
    std::vector<Clock::time_point> told;
    std::vector<double> answers;
    int changes = 0;
    int gone_px = 0;
    const auto start = Clock::now();
    auto last_change = start;
    const auto patience = start + kPatience;
    while (answers.size() < kSteps && Clock::now() < patience) {
        const double due = ms_between(start, Clock::now()) * kMouse_Hz / 1000;
        if (told.size() < kSteps && static_cast<double>(told.size()) < due) {
            told.push_back(Clock::now());
            session.hand().say(fmt::format("mousemove_relative -- -{} 0", kStep_px));
        }
        Strip now = session.strip();
        const auto looked = Clock::now();
        if (now != seen) {
            gone_px += shift_between(seen, now);
            ++changes;
            last_change = looked;
            seen = std::move(now);
        }
        const auto shown = static_cast<std::size_t>(std::max(0, gone_px + kStep_px / 2) / kStep_px);
        while (answers.size() < std::min(shown, told.size())) {
            answers.push_back(ms_between(told[answers.size()], looked));
        }
        std::this_thread::sleep_for(kLook);
    }
    session.hand().say("mouseup 1");
    print("dragging the world on and on", answers);
    print_rate("dragging the world on and on", changes, ms_between(start, last_change));
}

void while_zooming(Session& session) {
    session.key("0");
    session.rest();
    session.move_to(session.width() / 3 + session.width() / 2, 500);
    session.rest();
    Strip seen = session.strip();
    int changes = 0;
    int turns = 0;
    const auto start = Clock::now();
    while (turns < kTurns) {
        if (Clock::now() - start >= turns * kTurn) {
            session.hand().say(turns % 16 < 8 ? "mousedown 4 mouseup 4" : "mousedown 5 mouseup 5");
            ++turns;
        }
        Strip now = session.strip();
        if (now != seen) {
            ++changes;
            seen = std::move(now);
        }
        std::this_thread::sleep_for(kLook);
    }
    print_rate("zooming in and out on and on", changes, ms_between(start, Clock::now()));
}

Command read_command(const std::vector<std::string>& words) {
    Command command;
    std::size_t at = 1;
    const auto is_plain = [&] { return at < words.size() && words[at] != "--"; };
    if (is_plain()) {
        command.program = words[at++];
    }
    if (is_plain()) {
        const auto sides = split(words[at++], 'x');
        command.width = std::stoi(sides.at(0));
        command.height = std::stoi(sides.at(1));
    }
    for (++at; at < words.size(); ++at) {
        command.more.push_back(words[at]);
    }
    return command;
}

void measure(const Command& command) {
    const Scratch scratch;
    Desktop desktop(scratch.path() / "xvfb.log", true, {command.width + 100, command.height + 200});
    std::vector<double> openings;
    for (int i = 0; i < kOpenings; ++i) {
        Session session(desktop, command);
        openings.push_back(session.opened_ms());
        session.close();
    }
    fmt::print("{} × {}, {} cores\n", command.width, command.height,
               std::thread::hardware_concurrency());
    print("from start to the first map on the screen", openings);
    Session session(desktop, command);
    from_rest(session);
    while_dragging(session);
    while_zooming(session);
    session.close();
}

}  // namespace
}  // namespace footprint::test

int main(int argc, char** argv) {
    try {
        footprint::test::measure(
            footprint::test::read_command(std::vector<std::string>(argv, argv + argc)));
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "window_latency: {}\n", error.what());
        return 1;
    }
}
