#include "geo/catalog/rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/csv.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"

namespace footprint::geo {
namespace {

// "-" is standard input, within the same limit.
std::string bytes_of(const std::filesystem::path& path) {
    if (path == "-") {
        const SpooledInput spool(".csv", CsvReader::kDefaultLimitBytes);
        return read_file(spool.path(), CsvReader::kDefaultLimitBytes);
    }
    return read_file(path, CsvReader::kDefaultLimitBytes);
}

class CsvRows final : public RowSource {
  public:
    CsvRows(const std::filesystem::path& path, std::string shown)
        : reader_(CsvReader::from_text(std::move(shown), bytes_of(path))) {}

    const std::string& name() const override { return reader_.name(); }
    const std::vector<std::string>& header() const override { return reader_.header(); }
    bool next() override { return reader_.next(); }
    std::size_t line() const override { return reader_.line(); }
    std::string_view field(std::size_t column) const override { return reader_.field(column); }
    const Diagnostics& diagnostics() const override { return reader_.diagnostics(); }

  private:
    CsvReader reader_;
};

std::string header_word(std::string_view text) {
    std::string word = lower_ascii(trimmed(text));
    std::replace(word.begin(), word.end(), ' ', '_');
    std::replace(word.begin(), word.end(), '-', '_');
    return word;
}

}  // namespace

std::unique_ptr<RowSource> csv_rows(const std::filesystem::path& path, std::string shown) {
    return std::make_unique<CsvRows>(path, std::move(shown));
}

void FaultList::add(Diagnostic diagnostic) {
    if (full()) {
        return;
    }
    if (list_.size() == kMost) {
        diagnostic = {Severity::error,
                      "too-many-faults",
                      diagnostic.file,
                      diagnostic.line,
                      "",
                      "",
                      fmt::format("more than {} faults; the rest of the file is not read", kMost),
                      "is it the right file?"};
    }
    list_.push_back(std::move(diagnostic));
}

void FaultList::add(const Diagnostics& diagnostics) {
    for (const auto& diagnostic : diagnostics) {
        add(diagnostic);
    }
}

FieldReader::FieldReader(RowSource& source, std::span<const ColumnName> columns, FaultList& faults)
    : source_(source), columns_(columns), faults_(faults), at_(columns.size()) {
    match_header();
}

std::optional<std::size_t> FieldReader::known_column(std::string_view header) const {
    const std::string word = header_word(header);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].name == word) {
            return i;
        }
        const auto aliases = split(columns_[i].aliases, ';');
        if (std::find(aliases.begin(), aliases.end(), word) != aliases.end()) {
            return i;
        }
    }
    return std::nullopt;
}

void FieldReader::match_header() {
    std::vector<std::string> names;
    for (const auto& column : columns_) {
        names.emplace_back(column.name);
    }
    const auto& header = source_.header();
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto column = known_column(header[i]);
        if (!column) {
            faults_.add({Severity::warning, "unknown-column", source_.name(), 1, "header",
                         header[i], "there is no such column; it is left out",
                         std::string(trimmed(did_you_mean(header_word(header[i]), names)))});
        } else if (at_[*column]) {
            faults_.add({Severity::error, "duplicate-column", source_.name(), 1, "header",
                         header[i],
                         fmt::format("'{}' is the column {} once more", header[i], names[*column]),
                         "keep one of them"});
            usable_ = false;
        } else {
            at_[*column] = i;
        }
    }
    if (header.empty()) {
        usable_ = false;  // the source has said why
        return;
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].required && !at_[i]) {
            faults_.add({Severity::error, "missing-column", source_.name(), 1, "header", "",
                         fmt::format("the column '{}' is missing", names[i]),
                         fmt::format("the header has: {}", join(header, ", "))});
            usable_ = false;
        }
    }
}

bool FieldReader::next() {
    row_ok_ = true;
    return usable_ && !faults_.full() && source_.next();
}

std::string_view FieldReader::text(std::size_t column) const {
    return has(column) ? source_.field(*at_[column]) : std::string_view();
}

void FieldReader::fault(std::size_t column, std::string code, std::string message,
                        std::string hint) {
    row_ok_ = false;
    faults_.add({Severity::error, std::move(code), source_.name(), source_.line(),
                 std::string(columns_[column].name), string(column), std::move(message),
                 std::move(hint)});
}

void FieldReader::warn(std::size_t column, std::string code, std::string message,
                       std::string hint) {
    faults_.add({Severity::warning, std::move(code), source_.name(), source_.line(),
                 std::string(columns_[column].name), string(column), std::move(message),
                 std::move(hint)});
}

void FieldReader::reject_word(std::size_t column, std::span<const std::string> words) {
    fault(column, "unknown-word", fmt::format("expected one of {}", join(words, ", ")),
          std::string(trimmed(did_you_mean(text(column), words))));
}

std::string FieldReader::required_text(std::size_t column) {
    if (text(column).empty()) {
        fault(column, "missing-value", "it must not be empty");
    }
    return string(column);
}

std::optional<double> FieldReader::number(std::size_t column) {
    const auto value = parse_number(text(column));
    if (value || text(column).empty()) {
        return value;
    }
    const bool comma = text(column).find(',') != std::string_view::npos;
    fault(column, "not-a-number", "expected a finite number",
          comma ? "the decimal mark is a point" : "");
    return std::nullopt;
}

std::optional<int> FieldReader::whole_number(std::size_t column, int least, int most) {
    if (text(column).empty()) {
        return std::nullopt;
    }
    const auto value = parse_integer(text(column));
    if (value && *value >= least && *value <= most) {
        return static_cast<int>(*value);
    }
    fault(column, value ? "out-of-range" : "not-a-number",
          fmt::format("expected a whole number from {} to {}", least, most));
    return std::nullopt;
}

std::optional<DateInterval> FieldReader::date(std::size_t column) {
    if (text(column).empty()) {
        return std::nullopt;
    }
    try {
        return parse_date_interval(text(column));
    } catch (const Error& error) {
        fault(column, "bad-date", error.what());
        return std::nullopt;
    }
}

}  // namespace footprint::geo
