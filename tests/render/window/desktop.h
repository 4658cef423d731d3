// A display without a screen, the program's window on it, and a hand: mouse, keys, close button.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace footprint::test {

// A program that runs beside the test; killed when it is still there at the end.
class Background {
  public:
    // Values of `environment` replace ours. Standard error goes to `log`. `inherited` is a file
    // descriptor to leave open in it, or -1.
    Background(const std::vector<std::string>& argv,
               const std::map<std::string, std::string>& environment,
               const std::filesystem::path& log, int inherited = -1);
    ~Background();
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    pid_t pid() const { return pid_; }
    // The exit code, 128 + signal when killed, -1 when it is still running at the end of the time.
    int wait(std::chrono::milliseconds at_most);
    void signal(int number) const;
    std::string said() const;

  private:
    pid_t pid_ = -1;
    bool ended_ = false;
    int exit_code_ = -1;
    std::filesystem::path log_;
};

// What a window shows: 0xRRGGBB a pixel.
struct Picture {
    int width = 0;
    int height = 0;
    std::vector<std::uint32_t> pixels;

    bool operator==(const Picture&) const = default;
    std::size_t colours() const;
    // Share of the pixels inside [x, x + w) × [y, y + h) that differ; the whole picture by default.
    double differs(const Picture& other) const;
    double differs(const Picture& other, int x, int y, int w, int h) const;
    void write_ppm(const std::filesystem::path& path) const;
};

struct ScreenSize {
    int width = 1400;
    int height = 1000;
};

// Xvfb on a display number of its own choice. Throws std::runtime_error when it does not come up.
class Desktop {
  public:
    explicit Desktop(const std::filesystem::path& log, bool with_opengl = true,
                     ScreenSize screen = {});
    ~Desktop();
    Desktop(const Desktop&) = delete;
    Desktop& operator=(const Desktop&) = delete;

    // From leave() to come_back() the program is alone on the display; nothing else may be called.
    void leave();
    void come_back();

    const std::string& name() const { return name_; }  // ":7"
    // The first visible window whose title begins so; waits for it. Throws std::runtime_error.
    unsigned long window(const std::string& title, std::chrono::milliseconds at_most);
    std::size_t windows(const std::string& title);
    std::string title(unsigned long window);
    Picture capture(unsigned long window);
    // Pixels of a row of it, from left to right; nothing when the window is gone.
    std::vector<std::uint32_t> row(unsigned long window, int x, int y, int width);
    // What a window manager's close button sends.
    void close(unsigned long window);
    // And moves it to the corner: only what is on the screen can be captured.
    void resize(unsigned long window, int width, int height);
    // Puts a character on a key that has none, before the program starts.
    void add_key(int keycode, char32_t character);
    // "mousemove", "click" and so on; throws std::runtime_error when xdotool fails.
    void xdotool(const std::vector<std::string>& words);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
    std::string name_;
};

}  // namespace footprint::test
