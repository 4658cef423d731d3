// Aligned text for terminals: columns as wide as what they show, whatever the alphabet.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace footprint::cli {

// Columns that a terminal gives to a UTF-8 text: combining marks take none, East Asian wide
// characters two.
std::size_t display_width(std::string_view utf8);

enum class Align { left, right };

class Table {
  public:
    explicit Table(std::vector<Align> columns) : columns_(std::move(columns)) {}
    // Cells that are missing at the end are empty.
    void header(std::vector<std::string> cells);
    void row(std::vector<std::string> cells);
    void gap();  // an empty line
    // Two spaces between columns, a rule under the header, no trailing spaces; columns without any
    // text are left out. Ends in a newline.
    std::string text() const;

  private:
    std::vector<Align> columns_;
    std::vector<std::string> header_;
    std::vector<std::vector<std::string>> rows_;
};

// "61 %"; "0.4 %"; "<0.1 %" rather than a nought that is none, ">99 %" rather than a false 100.
std::string percent(double share);
// "27 ms", "7.9 ms" below ten; "–" for nothing.
std::string milliseconds(std::optional<double> rtt_ms);

}  // namespace footprint::cli
