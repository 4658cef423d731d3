#include "sim/expansion/run_table.h"

#include "base/text.h"

namespace footprint::sim {

RunTable::RunTable(const std::filesystem::path& file, const std::vector<std::string>& columns)
    : csv_(file) {
    for (const auto& name : columns) {
        columns_[name] = csv_.column(name);
        if (!columns_[name]) {
            throw Error(ExitCode::invalid,
                        fmt::format("{}:1: no column '{}'; is this a run folder that footprint "
                                    "wrote?",
                                    csv_.name(), name));
        }
    }
}

bool RunTable::next() {
    const bool more = csv_.next();
    if (!more && has_errors(csv_.diagnostics())) {
        throw Error(ExitCode::invalid, format(csv_.diagnostics(), 5));
    }
    return more;
}

std::string RunTable::text(const std::string& column) const {
    const auto field = csv_.field(columns_.at(column));
    return std::string(field.starts_with('\'') ? field.substr(1) : field);
}

double RunTable::number(const std::string& column) const {
    const auto value = parse_number(text(column));
    if (!value) {
        fail(column, "a number");
    }
    return *value;
}

int RunTable::whole(const std::string& column) const {
    const auto value = parse_integer(text(column));
    if (!value || *value < 0 || *value > 1'000'000) {
        fail(column, "a whole number from 0 to 1000000");
    }
    return static_cast<int>(*value);
}

std::optional<int> RunTable::optional_count(const std::string& column) const {
    if (text(column).empty()) {
        return std::nullopt;
    }
    const int value = whole(column);
    if (value > 1000) {
        fail(column, "a number from 0 to 1000");
    }
    return value;
}

Date RunTable::date(const std::string& column) const {
    try {
        const auto interval = parse_date_interval(text(column));
        if (interval.is_exact()) {
            return interval.begin;
        }
    } catch (const Error&) {
        fail(column, "a day, YYYY-MM-DD");
    }
    fail(column, "a day, YYYY-MM-DD");
}

void RunTable::fail(const std::string& column, std::string_view expected) const {
    throw Error(ExitCode::invalid, fmt::format("{}:{}: {} is '{}'; expected {}", csv_.name(),
                                               csv_.line(), column, text(column), expected));
}

}  // namespace footprint::sim
