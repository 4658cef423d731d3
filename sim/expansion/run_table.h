// The tables of a run folder, read back by column names; every fault names file and line.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.h"
#include "base/date.h"
#include "base/error.h"

namespace footprint::sim {

class RunTable {
  public:
    // Throws Error (invalid) when a column is missing.
    RunTable(const std::filesystem::path& file, const std::vector<std::string>& columns);
    // The next row; throws Error (invalid) at the end when a row was malformed.
    bool next();
    // Without the guard against spreadsheets' formulas.
    std::string text(const std::string& column) const;
    double number(const std::string& column) const;
    int whole(const std::string& column) const;
    std::optional<int> optional_count(const std::string& column) const;
    Date date(const std::string& column) const;
    template <class Value>
    Value word(const std::string& column, std::optional<Value> (*parse)(std::string_view)) const {
        const auto value = parse(text(column));
        if (!value) {
            fail(column, "a word that footprint writes there");
        }
        return *value;
    }
    [[noreturn]] void fail(const std::string& column, std::string_view expected) const;

  private:
    CsvReader csv_;
    std::map<std::string, std::optional<std::size_t>> columns_;
};

}  // namespace footprint::sim
