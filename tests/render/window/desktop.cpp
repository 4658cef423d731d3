#include "tests/render/window/desktop.h"

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/support/program.h"

namespace footprint::test {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kNap{10};

}  // namespace

Background::Background(const std::vector<std::string>& argv,
                       const std::map<std::string, std::string>& environment,
                       const std::filesystem::path& log, int inherited)
    : log_(log) {
    pid_ = ::fork();
    if (pid_ == 0) {
        if (inherited >= 0) {
            ::fcntl(inherited, F_SETFD, 0);
        }
        RunOptions options;
        options.environment = environment;
        become(argv, options, log, log);
    }
    if (pid_ < 0) {
        throw std::runtime_error("cannot start " + argv.at(0));
    }
}

Background::~Background() {
    if (wait(std::chrono::milliseconds(0)) == -1) {
        ::kill(pid_, SIGKILL);
        wait(std::chrono::seconds(10));
    }
}

int Background::wait(std::chrono::milliseconds at_most) {
    const auto end = Clock::now() + at_most;
    while (!ended_) {
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG) == pid_) {
            ended_ = true;
            exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        } else if (Clock::now() >= end) {
            return -1;
        } else {
            std::this_thread::sleep_for(kNap);
        }
    }
    return exit_code_;
}

void Background::signal(int number) const {
    ::kill(pid_, number);
}

std::string Background::said() const {
    std::ifstream file(log_, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::size_t Picture::colours() const {
    return std::set<std::uint32_t>(pixels.begin(), pixels.end()).size();
}

double Picture::differs(const Picture& other) const {
    return differs(other, 0, 0, width, height);
}

double Picture::differs(const Picture& other, int x, int y, int w, int h) const {
    if (width != other.width || height != other.height) {
        return 1;
    }
    std::size_t count = 0;
    for (int row = y; row < y + h; ++row) {
        for (int column = x; column < x + w; ++column) {
            const auto at = static_cast<std::size_t>(row) * static_cast<std::size_t>(width) +
                            static_cast<std::size_t>(column);
            count += pixels.at(at) != other.pixels.at(at) ? 1U : 0U;
        }
    }
    return static_cast<double>(count) / (static_cast<double>(w) * h);
}

void Picture::write_ppm(const std::filesystem::path& path) const {
    std::ofstream file(path, std::ios::binary);
    file << "P6 " << width << ' ' << height << " 255\n";
    for (const std::uint32_t pixel : pixels) {
        file.put(static_cast<char>(pixel >> 16));
        file.put(static_cast<char>(pixel >> 8));
        file.put(static_cast<char>(pixel));
    }
}

struct Desktop::Impl {
    std::unique_ptr<Background> server;
    Display* display = nullptr;
};

namespace {

// The number that Xvfb writes when it is ready.
std::string read_line(int descriptor, std::chrono::milliseconds at_most) {
    std::string line;
    const auto end = Clock::now() + at_most;
    char c = 0;
    while (Clock::now() < end) {
        pollfd waiting{descriptor, POLLIN, 0};
        if (::poll(&waiting, 1, 100) > 0 && ::read(descriptor, &c, 1) != 1) {
            return {};
        }
        if (waiting.revents == 0) {
            continue;
        }
        if (c == '\n') {
            return line;
        }
        line += c;
    }
    return {};
}

std::vector<Window> top_windows(Display* display) {
    Window root = 0;
    Window parent = 0;
    Window* children = nullptr;
    unsigned count = 0;
    XQueryTree(display, DefaultRootWindow(display), &root, &parent, &children, &count);
    std::vector<Window> windows(children, children + count);
    if (children != nullptr) {
        XFree(children);
    }
    return windows;
}

bool is_visible(Display* display, Window window) {
    XWindowAttributes attributes{};
    return XGetWindowAttributes(display, window, &attributes) != 0 &&
           attributes.map_state == IsViewable;
}

std::string title_of(Display* display, Window window) {
    char* name = nullptr;
    std::string title;
    if (XFetchName(display, window, &name) != 0 && name != nullptr) {
        title = name;
        XFree(name);
    }
    return title;
}

}  // namespace

Desktop::Desktop(const std::filesystem::path& log, bool with_opengl, ScreenSize screen)
    : impl_(std::make_unique<Impl>()) {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        throw std::runtime_error("cannot make a pipe");
    }
    impl_->server = std::make_unique<Background>(
        std::vector<std::string>{
            "Xvfb", "-displayfd", std::to_string(ends[1]), "-screen", "0",
            std::to_string(screen.width) + "x" + std::to_string(screen.height) + "x24", "-nolisten",
            "tcp", with_opengl ? "+extension" : "-extension", "GLX"},
        std::map<std::string, std::string>{}, log, ends[1]);
    ::close(ends[1]);
    const std::string number = read_line(ends[0], std::chrono::seconds(30));
    ::close(ends[0]);
    name_ = ":" + number;
    impl_->display = number.empty() ? nullptr : XOpenDisplay(name_.c_str());
    if (impl_->display == nullptr) {
        throw std::runtime_error("Xvfb did not come up: " + impl_->server->said());
    }
    // Windows may go while they are looked at; such an answer is simply empty.
    XSetErrorHandler([](Display*, XErrorEvent*) { return 0; });
}

void Desktop::leave() {
    XCloseDisplay(impl_->display);
    impl_->display = nullptr;
    // A display starts anew after its last client; that takes it a moment.
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
}

void Desktop::come_back() {
    impl_->display = XOpenDisplay(name_.c_str());
    if (impl_->display == nullptr) {
        throw std::runtime_error("the display does not answer any more");
    }
}

Desktop::~Desktop() {
    if (impl_->display != nullptr) {
        XCloseDisplay(impl_->display);
    }
    impl_->server->signal(SIGTERM);
    impl_->server->wait(std::chrono::seconds(10));
}

std::size_t Desktop::windows(const std::string& title) {
    std::size_t count = 0;
    for (const Window window : top_windows(impl_->display)) {
        count += is_visible(impl_->display, window) &&
                         title_of(impl_->display, window).starts_with(title)
                     ? 1U
                     : 0U;
    }
    return count;
}

unsigned long Desktop::window(const std::string& title, std::chrono::milliseconds at_most) {
    const auto end = Clock::now() + at_most;
    do {
        for (const Window window : top_windows(impl_->display)) {
            if (is_visible(impl_->display, window) &&
                title_of(impl_->display, window).starts_with(title)) {
                return window;
            }
        }
        std::this_thread::sleep_for(kNap);
    } while (Clock::now() < end);
    throw std::runtime_error("no window '" + title + "' came up");
}

std::string Desktop::title(unsigned long window) {
    return title_of(impl_->display, window);
}

std::vector<std::uint32_t> Desktop::row(unsigned long window, int x, int y, int width) {
    std::vector<std::uint32_t> pixels;
    XImage* image = XGetImage(impl_->display, window, x, y, static_cast<unsigned>(width), 1,
                              AllPlanes, ZPixmap);
    if (image == nullptr) {
        return pixels;
    }
    for (int i = 0; i < width; ++i) {
        pixels.push_back(static_cast<std::uint32_t>(XGetPixel(image, i, 0)) & 0xFFFFFFU);
    }
    XDestroyImage(image);
    return pixels;
}

Picture Desktop::capture(unsigned long window) {
    XWindowAttributes attributes{};
    if (XGetWindowAttributes(impl_->display, window, &attributes) == 0) {
        throw std::runtime_error("the window is gone");
    }
    Picture picture{attributes.width, attributes.height, {}};
    XImage* image = XGetImage(impl_->display, window, 0, 0, static_cast<unsigned>(picture.width),
                              static_cast<unsigned>(picture.height), AllPlanes, ZPixmap);
    if (image == nullptr) {
        throw std::runtime_error("the window cannot be read");
    }
    for (int y = 0; y < picture.height; ++y) {
        for (int x = 0; x < picture.width; ++x) {
            picture.pixels.push_back(static_cast<std::uint32_t>(XGetPixel(image, x, y)) &
                                     0xFFFFFFU);
        }
    }
    XDestroyImage(image);
    return picture;
}

void Desktop::close(unsigned long window) {
    Display* display = impl_->display;
    XEvent event{};
    event.xclient.type = ClientMessage;
    event.xclient.window = window;
    event.xclient.message_type = XInternAtom(display, "WM_PROTOCOLS", False);
    event.xclient.format = 32;
    event.xclient.data.l[0] = static_cast<long>(XInternAtom(display, "WM_DELETE_WINDOW", False));
    event.xclient.data.l[1] = CurrentTime;
    XSendEvent(display, window, False, NoEventMask, &event);
    XFlush(display);
}

void Desktop::resize(unsigned long window, int width, int height) {
    XMoveResizeWindow(impl_->display, window, 0, 0, static_cast<unsigned>(width),
                      static_cast<unsigned>(height));
    XFlush(impl_->display);
}

void Desktop::add_key(int keycode, char32_t character) {
    constexpr KeySym kUnicode = 0x1000000;
    KeySym symbol = kUnicode + character;
    XChangeKeyboardMapping(impl_->display, keycode, 1, &symbol, 1);
    XSync(impl_->display, False);
}

void Desktop::xdotool(const std::vector<std::string>& words) {
    std::vector<std::string> argv{"timeout", "20", "xdotool"};
    argv.insert(argv.end(), words.begin(), words.end());
    const Outcome outcome = run(argv, {{}, {{"DISPLAY", name_}}, {}});
    if (outcome.exit_code != 0) {
        throw std::runtime_error("xdotool " + words.at(0) + " failed: " + outcome.err);
    }
}

}  // namespace footprint::test
