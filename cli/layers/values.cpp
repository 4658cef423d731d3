#include "cli/layers/values.h"

namespace footprint::cli {

geo::Value value_of(const std::optional<Date>& date) {
    if (date) {
        return *date;
    }
    return {};
}

geo::Value value_of(const std::optional<int>& count) {
    if (count) {
        return std::int64_t{*count};
    }
    return {};
}

geo::Value value_of(const std::optional<double>& number) {
    if (number) {
        return *number;
    }
    return {};
}

geo::Value text_or_null(std::string_view text) {
    if (text.empty()) {
        return {};
    }
    return std::string(text);
}

std::optional<Date> middle_of(const std::optional<DateInterval>& when) {
    if (when) {
        return when->middle();
    }
    return std::nullopt;
}

std::string precision_of(const std::optional<DateInterval>& when) {
    return std::string(to_string(when ? when->precision : DatePrecision::none));
}

}  // namespace footprint::cli
