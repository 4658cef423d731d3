#include "base/date.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "base/error.h"

namespace footprint {
namespace {

namespace chr = std::chrono;

chr::year_month_day calendar(Date date) {
    return chr::year_month_day{chr::sys_days{chr::days{date.days()}}};
}

constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2200;

[[noreturn]] void reject(std::string_view text, std::string_view why) {
    throw Error(
        ExitCode::usage,
        fmt::format("'{}' is not a date: {}; expected YYYY, YYYY-MM or YYYY-MM-DD", text, why));
}

int parse_digits(std::string_view part, std::string_view whole) {
    int value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    const bool digits_only = part.find_first_not_of("0123456789") == std::string_view::npos;
    if (error != std::errc{} || end != part.data() + part.size() || !digits_only) {
        reject(whole, fmt::format("'{}' is not a number", part));
    }
    return value;
}

}  // namespace

Date Date::from_ymd(int year, int month, int day) {
    if (year >= kFirstYear - 1 && year <= kLastYear + 1 && month >= 1 && month <= 12 && day >= 1 &&
        day <= 31) {
        const chr::year_month_day ymd{chr::year{year}, chr::month{static_cast<unsigned>(month)},
                                      chr::day{static_cast<unsigned>(day)}};
        if (ymd.ok()) {
            return Date(static_cast<std::int32_t>(chr::sys_days{ymd}.time_since_epoch().count()));
        }
    }
    throw Error(ExitCode::usage, fmt::format("{:04d}-{:02d}-{:02d} is not a day of the calendar "
                                             "between {} and {}",
                                             year, month, day, kFirstYear, kLastYear));
}

int Date::year() const {
    return static_cast<int>(calendar(*this).year());
}
int Date::month() const {
    return static_cast<int>(static_cast<unsigned>(calendar(*this).month()));
}
int Date::day() const {
    return static_cast<int>(static_cast<unsigned>(calendar(*this).day()));
}

double Date::decimal_year() const {
    const auto year_of = calendar(*this).year();
    const chr::sys_days start{year_of / chr::January / 1};
    const chr::sys_days next{(year_of + chr::years{1}) / chr::January / 1};
    const auto start_days = start.time_since_epoch().count();
    const auto length = (next - start).count();
    return static_cast<int>(year_of) +
           static_cast<double>(days_ - start_days) / static_cast<double>(length);
}

Date Date::plus_months(int count) const {
    const auto ymd = calendar(*this);
    auto month_of = chr::year_month{ymd.year(), ymd.month()} + chr::months{count};
    auto moved = month_of / ymd.day();
    if (!moved.ok()) {
        moved = month_of / chr::last;
    }
    return Date(static_cast<std::int32_t>(chr::sys_days{moved}.time_since_epoch().count()));
}

std::string Date::iso() const {
    return fmt::format("{:04d}-{:02d}-{:02d}", year(), month(), day());
}

std::string Date::year_month() const {
    return fmt::format("{:04d}-{:02d}", year(), month());
}

std::string_view to_string(DatePrecision precision) {
    switch (precision) {
        case DatePrecision::day:
            return "day";
        case DatePrecision::month:
            return "month";
        case DatePrecision::year:
            return "year";
        case DatePrecision::none:
            return "none";
    }
    return "none";
}

DateInterval DateInterval::narrowed(std::optional<Date> not_before,
                                    std::optional<Date> not_after) const {
    DateInterval result = *this;
    if (not_before && *not_before > result.begin) {
        result.begin = *not_before;
    }
    if (not_after && not_after->plus_days(1) < result.end) {
        result.end = not_after->plus_days(1);
    }
    if (result.end <= result.begin) {
        throw Error(
            ExitCode::invalid,
            fmt::format("the date {} has no day left between not_before {} and not_after {}",
                        text(), not_before ? not_before->iso() : "(none)",
                        not_after ? not_after->iso() : "(none)"));
    }
    return result;
}

std::string DateInterval::text() const {
    switch (precision) {
        case DatePrecision::year:
            return fmt::format("{:04d}", begin.year());
        case DatePrecision::month:
            return begin.year_month();
        case DatePrecision::day:
            return begin.iso();
        case DatePrecision::none:
            return is_exact() ? begin.iso() : begin.iso() + "/" + last_day().iso();
    }
    return begin.iso();
}

DateInterval parse_date_interval(std::string_view text) {
    if (text.size() != 4 && text.size() != 7 && text.size() != 10) {
        reject(text, text.empty() ? "it is empty" : "it has the wrong length");
    }
    const int year = parse_digits(text.substr(0, 4), text);
    if (year < kFirstYear || year > kLastYear) {
        reject(text, fmt::format("the year is not between {} and {}", kFirstYear, kLastYear));
    }
    if (text.size() == 4) {
        return {Date::from_ymd(year, 1, 1), Date::from_ymd(year + 1, 1, 1), DatePrecision::year};
    }
    if (text[4] != '-' || (text.size() == 10 && text[7] != '-')) {
        reject(text, "parts are joined by '-'");
    }
    const int month = parse_digits(text.substr(5, 2), text);
    if (month < 1 || month > 12) {
        reject(text, fmt::format("there is no month {}", month));
    }
    if (text.size() == 7) {
        const Date begin = Date::from_ymd(year, month, 1);
        return {begin, begin.plus_months(1), DatePrecision::month};
    }
    const Date day = Date::from_ymd(year, month, parse_digits(text.substr(8, 2), text));
    return {day, day.plus_days(1), DatePrecision::day};
}

Date parse_date_as_of(std::string_view text) {
    return parse_date_interval(text).last_day();
}

}  // namespace footprint
