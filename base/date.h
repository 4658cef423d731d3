// Calendar dates and date intervals, proleptic Gregorian, without clocks or time zones.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace footprint {

// A calendar day, counted from 1970-01-01. Value type; every int32 is a valid day number.
class Date {
  public:
    constexpr Date() = default;
    constexpr explicit Date(std::int32_t days) : days_(days) {}

    // Throws Error (ExitCode::usage) when the day does not exist, such as 30 February.
    static Date from_ymd(int year, int month, int day);

    // First day of `year`.
    static Date year_start(int year) { return from_ymd(year, 1, 1); }

    constexpr std::int32_t days() const { return days_; }
    int year() const;
    int month() const;
    int day() const;

    // The date as a real number of years, 2018-07-02 being about 2018.5.
    double decimal_year() const;

    // The same day `count` months later, clamped to the month's last day.
    Date plus_months(int count) const;
    constexpr Date plus_days(std::int32_t count) const { return Date(days_ + count); }

    std::string iso() const;         // "2018-03-05"
    std::string year_month() const;  // "2018-03"

    constexpr auto operator<=>(const Date&) const = default;

  private:
    std::int32_t days_ = 0;
};

constexpr std::int32_t operator-(Date a, Date b) {
    return a.days() - b.days();
}

enum class DatePrecision : std::uint8_t { day, month, year, none };

std::string_view to_string(DatePrecision precision);

// What is known of a date: the days [begin, end) in which it lies. "2018" is all of that year.
struct DateInterval {
    Date begin;
    Date end;  // excluded; always > begin
    DatePrecision precision = DatePrecision::day;

    // The day that stands in where one number is needed: the middle, rounded down.
    Date middle() const { return Date(begin.days() + (end.days() - 1 - begin.days()) / 2); }
    Date first_day() const { return begin; }
    Date last_day() const { return Date(end.days() - 1); }
    bool is_exact() const { return end.days() - begin.days() == 1; }
    bool contains(Date d) const { return begin <= d && d < end; }

    // The interval cut to [not_before, not_after], both inclusive. Empty results are an Error.
    DateInterval narrowed(std::optional<Date> not_before, std::optional<Date> not_after) const;

    // As it was written: "2018", "2018-03" or "2018-03-05"; where only bounds are known,
    // "2017-03-01/2026-01-21" (first and last day, ISO 8601).
    std::string text() const;

    bool operator==(const DateInterval&) const = default;
};

// Reads "YYYY", "YYYY-MM" or "YYYY-MM-DD" (years 1900 to 2200). Throws Error (usage) that says what
// was expected.
DateInterval parse_date_interval(std::string_view text);

// Reads a date where one day is needed: a year or month stands for its last day, which is how
// "--at 2025-09" means "as of the end of September 2025".
Date parse_date_as_of(std::string_view text);

}  // namespace footprint
