// Rows of text from a file, and the reading of typed fields out of them with every fault noted.
// Internal to geo/catalog.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/diagnostic.h"
#include "geo/catalog/catalog.h"

namespace footprint::geo {

// A table read row by row, whatever the format it came in.
class RowSource {
  public:
    virtual ~RowSource() = default;
    virtual const std::string& name() const = 0;
    virtual const std::vector<std::string>& header() const = 0;
    virtual bool next() = 0;
    virtual std::size_t line() const = 0;  // of a vector file: the feature's number, from 1
    virtual std::string_view field(std::size_t column) const = 0;  // trimmed
    virtual const Diagnostics& diagnostics() const = 0;            // faults of the bytes
    // Nothing is in it, not even names of columns, and that is no fault of its form.
    virtual bool empty() const { return false; }
};

// "-" is standard input. `shown` stands for the file in messages. Throws Error when the file cannot
// be read at all.
std::unique_ptr<RowSource> csv_rows(const std::filesystem::path& path, std::string shown);
// One point a feature; GeoJSON, GeoPackage and what else geo/io reads. Of several layers those
// named regions and pipeline, as `footprint export` names them.
std::vector<std::unique_ptr<RowSource>> catalog_layers(const std::filesystem::path& path,
                                                       const std::string& shown);

// A column as it is called here and by others.
struct ColumnName {
    std::string_view name;
    std::string_view aliases;  // separated by ';'
    bool required = false;
};

// Faults noted, at most `kMost` of them: after that the file is given up, not the memory.
class FaultList {
  public:
    static constexpr std::size_t kMost = 10'000;

    void add(Diagnostic diagnostic);
    void add(const Diagnostics& diagnostics);
    bool full() const { return list_.size() > kMost; }
    Diagnostics take() { return std::move(list_); }

  private:
    Diagnostics list_;
};

// Typed fields of the current row of a source. A reading that fails notes a fault and marks the row
// as bad; all fields of a bad row are still read, so that all its faults are found.
class FieldReader {
  public:
    // Finds the columns by name or alias, and notes unknown, doubled and missing ones.
    FieldReader(RowSource& source, std::span<const ColumnName> columns, FaultList& faults);

    // All required columns are there.
    bool usable() const { return usable_; }
    bool next();
    bool row_ok() const { return row_ok_; }
    RowOrigin origin() const { return {source_.name(), source_.line()}; }
    // The source has the column; false also for one that is not asked of this source.
    bool has(std::size_t column) const { return column < at_.size() && at_[column].has_value(); }

    std::string_view text(std::size_t column) const;
    std::string string(std::size_t column) const { return std::string(text(column)); }
    std::string required_text(std::size_t column);
    std::optional<double> number(std::size_t column);
    std::optional<int> whole_number(std::size_t column, int least, int most);
    std::optional<DateInterval> date(std::size_t column);

    template <typename Enum>
    Enum word(std::size_t column, std::optional<Enum> (*parse)(std::string_view),
              std::span<const std::string> words, Enum otherwise) {
        if (text(column).empty()) {
            return otherwise;
        }
        if (const auto value = parse(text(column))) {
            return *value;
        }
        reject_word(column, words);
        return otherwise;
    }

    void fault(std::size_t column, std::string code, std::string message, std::string hint = "");
    void warn(std::size_t column, std::string code, std::string message, std::string hint = "");

  private:
    void match_header();
    void reject_word(std::size_t column, std::span<const std::string> words);
    std::optional<std::size_t> known_column(std::string_view header) const;

    RowSource& source_;
    std::span<const ColumnName> columns_;
    FaultList& faults_;
    std::vector<std::optional<std::size_t>> at_;  // column of the source, by column of ours
    bool usable_ = true;
    bool row_ok_ = true;
};

}  // namespace footprint::geo
