// Streaming RFC 4180 CSV: quoted fields, CRLF or LF, optional BOM, exact line numbers, hard limits.
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace footprint {

// A CSV file held in memory, read row by row. Faults in the bytes (NUL, bad UTF-8, an unclosed
// quote, a row with too many or too few fields) become diagnostics with their line; such rows are
// skipped, never guessed at. Blank lines are passed over; after 10,000 faults the file is given up.
//
// Memory: the file's size, capped by `limit_bytes` (default 64 MiB). Time: linear.
class CsvReader {
  public:
    static constexpr std::size_t kDefaultLimitBytes = std::size_t{64} << 20;
    static constexpr std::size_t kMostFaults = 10'000;

    // Reads the file. Throws Error when it cannot be opened, is not a regular file, or is larger
    // than the limit (the message names the limit).
    explicit CsvReader(const std::filesystem::path& path,
                       std::size_t limit_bytes = kDefaultLimitBytes);

    // Reads from text; `name` stands in for the file name in diagnostics.
    static CsvReader from_text(std::string name, std::string text);

    const std::string& name() const { return name_; }
    const std::vector<std::string>& header() const { return header_; }
    std::optional<std::size_t> column(std::string_view name) const;

    // Moves to the next well-formed row; false at the end.
    bool next();

    std::size_t line() const { return row_line_; }
    const std::vector<std::string_view>& fields() const { return fields_; }
    // The field of a column, trimmed; empty if the column is absent.
    std::string_view field(std::optional<std::size_t> column) const;

    const Diagnostics& diagnostics() const { return diagnostics_; }

  private:
    CsvReader() = default;
    void start();
    void refuse_other_delimiters();
    bool read_record();
    bool read_quoted();
    bool is_blank() const;
    std::size_t end_of_plain_field() const;
    void fault(std::string code, std::size_t line, std::string message, std::string hint);

    std::string name_;
    std::string text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t row_line_ = 0;
    bool record_ok_ = true;
    std::vector<std::string> header_;
    std::vector<std::string_view> fields_;
    std::deque<std::string>
        unescaped_;  // owns fields that held doubled quotes; addresses are stable
    Diagnostics diagnostics_;
};

// A field as RFC 4180 writes it; quoted only where needed. `text` cells that a spreadsheet would
// run as a formula (leading = + - @ or tab) are guarded by an apostrophe; write numbers without it.
std::string csv_text(std::string_view text);

}  // namespace footprint
