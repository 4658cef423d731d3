// A film that is made beside the window, by the program's own `animate`.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace footprint::render {

class FilmJob {
  public:
    // Starts the program with these arguments and reads the progress that it tells on standard
    // error, one JSON object a line. Throws Error (failed) when it cannot be started.
    explicit FilmJob(const std::vector<std::string>& arguments);
    // Asks it to end, as Ctrl-C does, and waits for that.
    ~FilmJob();
    FilmJob(const FilmJob&) = delete;
    FilmJob& operator=(const FilmJob&) = delete;

    struct Status {
        std::optional<int> exit_code;  // nothing while it runs; 128 + signal when killed
        double share = 0;              // done, 0 to 1
        std::string words;             // the last line that is not progress
    };
    // Never waits.
    Status status();

  private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    pid_t pid_ = -1;
    std::unique_ptr<std::FILE, Close> told_;
    std::optional<int> exit_code_;
};

// The arguments as one would type them to a shell.
std::string shell_line(const std::vector<std::string>& arguments);

}  // namespace footprint::render
