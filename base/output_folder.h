// A folder that an output makes for itself.
#pragma once

#include <filesystem>

namespace footprint {

// A folder for what is written in it: made when it is not there, and taken away again when keep()
// was not called and it is still empty.
class OutputFolder {
  public:
    // Throws Error when it can be neither found nor made.
    explicit OutputFolder(std::filesystem::path path);
    ~OutputFolder();
    OutputFolder(const OutputFolder&) = delete;
    OutputFolder& operator=(const OutputFolder&) = delete;

    void keep() { is_new_ = false; }

  private:
    std::filesystem::path path_;
    bool is_new_ = false;
};

}  // namespace footprint
