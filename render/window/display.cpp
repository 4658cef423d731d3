#include "render/window/display.h"

#include <X11/Xlib.h>
#include <fmt/format.h>
#include <langinfo.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/text.h"

namespace footprint::render {
namespace {

struct Closer {
    void operator()(Display* display) const { XCloseDisplay(display); }
};

// Xlib has no way back from here; without this the program would end with Xlib's own words and
// wait for threads that are still painting.
int display_went_away(Display*) {
    std::fputs("footprint: the display went away, so the window was closed\n", stderr);
    ::_exit(static_cast<int>(ExitCode::failed));
}

double scale_of_resources(std::string_view resources) {
    constexpr std::string_view kName = "Xft.dpi:";
    constexpr double kPlain_dpi = 96;
    for (const std::string& line : split(resources, '\n')) {
        if (!line.starts_with(kName)) {
            continue;
        }
        const auto dpi = parse_number(trimmed(std::string_view(line).substr(kName.size())));
        if (dpi && *dpi > 0) {
            return std::clamp(*dpi / kPlain_dpi, 1.0, 3.0);
        }
    }
    return 1;
}

// Xlib turns keys into characters by the locale; one of UTF-8 lets every script be typed. Numbers
// and sorting stay as they are.
void understand_every_script() {
    std::setlocale(LC_CTYPE, "");
    const std::string_view codes = ::nl_langinfo(CODESET);
    if (codes != "UTF-8" || XSupportsLocale() == 0) {
        std::setlocale(LC_CTYPE, "C.UTF-8");
    }
    XSetLocaleModifiers("");
}

constexpr const char* kAdvice =
    "Start it from a graphical session; 'footprint map' and 'footprint animate' need no display";

}  // namespace

struct OpenDisplay::Impl {
    std::unique_ptr<Display, Closer> display;
};

OpenDisplay::~OpenDisplay() = default;

double OpenDisplay::scale() const {
    const char* resources = XResourceManagerString(impl_->display.get());
    return scale_of_resources(resources == nullptr ? "" : resources);
}

int OpenDisplay::width() const {
    Display* display = impl_->display.get();
    return XDisplayWidth(display, XDefaultScreen(display));
}

int OpenDisplay::height() const {
    Display* display = impl_->display.get();
    return XDisplayHeight(display, XDefaultScreen(display));
}

OpenDisplay::OpenDisplay() : impl_(std::make_unique<Impl>()) {
    const char* name = std::getenv("DISPLAY");
    if (name == nullptr || *name == '\0') {
        throw Error(ExitCode::failed,
                    fmt::format("cannot open a window: DISPLAY is not set. {}", kAdvice));
    }
    impl_->display.reset(XOpenDisplay(name));
    Display* display = impl_->display.get();
    if (display == nullptr) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot open a window: the display '{}' (from DISPLAY) does not "
                                "answer or refuses us. {}",
                                name, kAdvice));
    }
    int opcode = 0;
    int event = 0;
    int error = 0;
    if (XQueryExtension(display, "GLX", &opcode, &event, &error) == 0) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot open a window: the display '{}' has no OpenGL (GLX). {}",
                                name, kAdvice));
    }
    XSetIOErrorHandler(display_went_away);
    understand_every_script();
}

}  // namespace footprint::render
