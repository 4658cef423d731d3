#include "geo/io/layer_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "base/text.h"

namespace footprint::geo {

std::size_t choose_layer(const std::string& file, const std::vector<std::string>& names,
                         const std::optional<std::string>& wanted) {
    if (names.empty()) {
        throw Error(ExitCode::invalid,
                    fmt::format("{} holds no layer of features; expected at least one", file));
    }
    if (!wanted) {
        if (names.size() > 1) {
            throw Error(ExitCode::usage,
                        fmt::format("{} holds {} layers: {}; choose one by --layer", file,
                                    names.size(), join(names, ", ")));
        }
        return 0;
    }
    const auto found = std::ranges::find(names, *wanted);
    if (found == names.end()) {
        throw Error(ExitCode::usage,
                    fmt::format("{} has no layer '{}'; it has: {}.{}", file, *wanted,
                                join(names, ", "), did_you_mean(*wanted, names)));
    }
    return static_cast<std::size_t>(found - names.begin());
}

std::optional<Date> parse_iso_day(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const auto number = [&text](std::size_t from, std::size_t length) {
        int value = 0;
        for (const char c : text.substr(from, length)) {
            value = c >= '0' && c <= '9' && value >= 0 ? 10 * value + (c - '0') : -1;
        }
        return value;
    };
    const int year = number(0, 4);
    const int month = number(5, 2);
    const int day = number(8, 2);
    if (year < 0 || month < 0 || day < 0) {
        return std::nullopt;
    }
    const std::chrono::year_month_day calendar{std::chrono::year{year},
                                               std::chrono::month{static_cast<unsigned>(month)},
                                               std::chrono::day{static_cast<unsigned>(day)}};
    if (!calendar.ok()) {
        return std::nullopt;
    }
    return Date(
        static_cast<std::int32_t>(std::chrono::sys_days{calendar}.time_since_epoch().count()));
}

}  // namespace footprint::geo
