#include "base/date.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/error.h"

namespace footprint {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& text) {
    try {
        parse_date_interval(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::usage);
        return error.what();
    }
    return "";
}

TEST(Date, CountsEveryDayFrom1900To2200) {
    // An independent calendar: plain counting by the Gregorian rules.
    std::int32_t days = -25567;  // 1900-01-01, 70 years with 17 leap days before 1970
    for (int year = 1900; year <= 2200; ++year) {
        const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        const std::array<int, 12> lengths{31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
                                          31};
        for (int month = 1; month <= 12; ++month) {
            for (int day = 1; day <= lengths[static_cast<std::size_t>(month - 1)]; ++day) {
                const Date date = Date::from_ymd(year, month, day);
                ASSERT_EQ(date.days(), days);
                ASSERT_EQ(date.year(), year);
                ASSERT_EQ(date.month(), month);
                ASSERT_EQ(date.day(), day);
                ++days;
            }
        }
    }
}

TEST(Date, ThatDoesNotExistIsRefused) {
    EXPECT_THROW(Date::from_ymd(2023, 2, 29), Error);
    EXPECT_NO_THROW(Date::from_ymd(2024, 2, 29));
    EXPECT_THROW(Date::from_ymd(2024, 2, 30), Error);
    EXPECT_THROW(Date::from_ymd(2024, 13, 1), Error);
    EXPECT_THROW(Date::from_ymd(2024, 0, 1), Error);
    EXPECT_THROW(Date::from_ymd(2024, 1, 0), Error);
    EXPECT_THROW(Date::from_ymd(2024, 4, 31), Error);
    EXPECT_THROW(Date::from_ymd(99999, 1, 1), Error);
}

TEST(Date, MonthsLaterIsClampedToTheMonthsLastDay) {
    EXPECT_EQ(Date::from_ymd(2024, 1, 31).plus_months(1), Date::from_ymd(2024, 2, 29));
    EXPECT_EQ(Date::from_ymd(2023, 1, 31).plus_months(1), Date::from_ymd(2023, 2, 28));
    EXPECT_EQ(Date::from_ymd(2024, 3, 31).plus_months(-1), Date::from_ymd(2024, 2, 29));
    EXPECT_EQ(Date::from_ymd(2024, 11, 15).plus_months(14), Date::from_ymd(2026, 1, 15));
}

TEST(Date, AsDecimalYearGrowsWithEveryDayAndIsWholeAtNewYear) {
    EXPECT_DOUBLE_EQ(Date::from_ymd(2024, 1, 1).decimal_year(), 2024.0);
    EXPECT_NEAR(Date::from_ymd(2018, 7, 2).decimal_year(), 2018.5, 0.002);
    for (Date date = Date::from_ymd(2019, 12, 1); date < Date::from_ymd(2021, 2, 1);
         date = date.plus_days(1)) {
        EXPECT_LT(date.decimal_year(), date.plus_days(1).decimal_year());
    }
}

TEST(DateInterval, IsAllOfWhatIsNamed) {
    const auto year = parse_date_interval("2018");
    EXPECT_EQ(year.first_day().iso(), "2018-01-01");
    EXPECT_EQ(year.last_day().iso(), "2018-12-31");
    EXPECT_EQ(year.middle().iso(), "2018-07-02");
    EXPECT_EQ(year.precision, DatePrecision::year);
    const auto month = parse_date_interval("2024-02");
    EXPECT_EQ(month.first_day().iso(), "2024-02-01");
    EXPECT_EQ(month.last_day().iso(), "2024-02-29");
    EXPECT_EQ(month.middle().iso(), "2024-02-15");
    const auto day = parse_date_interval("2024-02-29");
    EXPECT_TRUE(day.is_exact());
    EXPECT_EQ(day.middle().iso(), "2024-02-29");
    EXPECT_FALSE(day.contains(Date::from_ymd(2024, 3, 1)));
}

TEST(DateInterval, IsToldAsItWasWritten) {
    for (const char* text : {"2018", "2018-03", "2018-03-05"}) {
        EXPECT_EQ(parse_date_interval(text).text(), text);
    }
    const DateInterval bounds{Date::from_ymd(2017, 3, 1), Date::from_ymd(2026, 1, 22),
                              DatePrecision::none};
    EXPECT_EQ(bounds.text(), "2017-03-01/2026-01-21");
}

TEST(DateInterval, NarrowsToItsBoundsInclusively) {
    const auto narrowed = parse_date_interval("2026").narrowed(Date::from_ymd(2026, 4, 1),
                                                               Date::from_ymd(2026, 11, 22));
    EXPECT_EQ(narrowed.first_day().iso(), "2026-04-01");
    EXPECT_EQ(narrowed.last_day().iso(), "2026-11-22");
    EXPECT_EQ(narrowed.text(), "2026");
    const auto wide = parse_date_interval("2026").narrowed(Date::from_ymd(2020, 1, 1),
                                                           Date::from_ymd(2030, 1, 1));
    EXPECT_EQ(wide, parse_date_interval("2026"));
    EXPECT_THROW(parse_date_interval("2026").narrowed(Date::from_ymd(2027, 1, 1), std::nullopt),
                 Error);
}

TEST(DateText, ThatIsMalformedIsRefusedWithWhatWasExpected) {
    for (const char* text :
         {"", "20", "201", "2018-3", "2018-03-5", "2018/03/05", "2018-03-05T00:00", "18-03-05",
          "abcd", "2018-0x", "-018-03-05", "2018-+3-05", "２０１８"}) {
        EXPECT_THAT(refusal(text), HasSubstr("expected YYYY, YYYY-MM or YYYY-MM-DD")) << text;
    }
    EXPECT_THAT(refusal("2018-13"), HasSubstr("there is no month 13"));
    EXPECT_THAT(refusal("2023-02-30"), HasSubstr("2023-02-30 is not a day"));
    EXPECT_THAT(refusal("2018-03-32"), HasSubstr("2018-03-32 is not a day"));
    EXPECT_THAT(refusal("1899"), HasSubstr("1900"));
    EXPECT_THAT(refusal("2201"), HasSubstr("2200"));
    EXPECT_EQ(parse_date_interval("2200-12-31").last_day().year(), 2200);
}

TEST(DateAsOf, IsTheLastDayOfWhatIsNamed) {
    EXPECT_EQ(parse_date_as_of("2025").iso(), "2025-12-31");
    EXPECT_EQ(parse_date_as_of("2025-09").iso(), "2025-09-30");
    EXPECT_EQ(parse_date_as_of("2025-09-03").iso(), "2025-09-03");
}

}  // namespace
}  // namespace footprint
