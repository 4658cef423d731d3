// A folder of a test's own, gone when the test is.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace footprint::test {

class Scratch {
  public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    const std::filesystem::path& path() const { return path_; }
    // Writes a file into the folder and gives its path.
    std::filesystem::path file(const std::string& name, std::string_view content) const;
    // Names of what lies in the folder, sorted, hidden files too.
    std::vector<std::string> entries() const;

  private:
    std::filesystem::path path_;
};

std::string read_text(const std::filesystem::path& path);

}  // namespace footprint::test
