#include "geo/io/text_format.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>

#include "base/error.h"

namespace footprint::geo {
namespace {

constexpr std::array<std::uint64_t, kMaxDecimals + 1> kPowers = {1,
                                                                 10,
                                                                 100,
                                                                 1'000,
                                                                 10'000,
                                                                 100'000,
                                                                 1'000'000,
                                                                 10'000'000,
                                                                 100'000'000,
                                                                 1'000'000'000,
                                                                 10'000'000'000,
                                                                 100'000'000'000,
                                                                 1'000'000'000'000};

// Below this a double times a power of ten is an integer that a double holds exactly.
constexpr double kExactLimit = 9.0e15;

char* put_unsigned(char* at, std::uint64_t value) {
    return std::to_chars(at, at + 20, value).ptr;
}

// The digits of `fraction`, `decimals` of them with leading zeros, trailing zeros dropped.
char* put_fraction(char* at, std::uint64_t fraction, int decimals) {
    while (fraction % 10 == 0) {
        fraction /= 10;
        --decimals;
    }
    for (int i = decimals - 1; i >= 0; --i) {
        at[i] = static_cast<char>('0' + fraction % 10);
        fraction /= 10;
    }
    return at + decimals;
}

// Numbers too large for the integer road: to_chars writes them all, then zeros are trimmed.
char* put_large(char* at, double value, int decimals) {
    char* end = std::to_chars(at, at + kNumberRoom, value, std::chars_format::fixed, decimals).ptr;
    if (decimals > 0) {
        while (end[-1] == '0') {
            --end;
        }
        if (end[-1] == '.') {
            --end;
        }
    }
    return end;
}

constexpr std::array<bool, 256> make_escape_table() {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < 0x20; ++c) {
        table[c] = true;
    }
    table['"'] = true;
    table['\\'] = true;
    table[0x7F] = true;
    return table;
}
constexpr std::array<bool, 256> kNeedsEscape = make_escape_table();

char short_escape(char c) {
    switch (c) {
        case '"':
        case '\\':
            return c;
        case '\n':
            return 'n';
        case '\r':
            return 'r';
        case '\t':
            return 't';
        case '\b':
            return 'b';
        case '\f':
            return 'f';
        default:
            return '\0';
    }
}

char* put_escape(char* at, char c) {
    *at++ = '\\';
    if (const char letter = short_escape(c); letter != '\0') {
        *at++ = letter;
        return at;
    }
    constexpr std::string_view kHex = "0123456789abcdef";
    std::memcpy(at, "u00", 3);
    at[3] = kHex[(static_cast<unsigned char>(c) >> 4U) & 0xFU];
    at[4] = kHex[static_cast<unsigned char>(c) & 0xFU];
    return at + 5;
}

char* put_padded(char* at, unsigned value, int digits) {
    for (int i = digits - 1; i >= 0; --i) {
        at[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    return at + digits;
}

}  // namespace

char* put_fixed(char* at, double value, int decimals) {
    const std::uint64_t power = kPowers[static_cast<std::size_t>(decimals)];
    const double scaled = std::abs(value) * static_cast<double>(power);
    if (!(scaled < kExactLimit)) {
        return put_large(at, value, decimals);
    }
    const auto digits = static_cast<std::uint64_t>(scaled + 0.5);
    if (digits == 0) {
        *at = '0';
        return at + 1;
    }
    if (value < 0) {
        *at++ = '-';
    }
    at = put_unsigned(at, digits / power);
    const std::uint64_t fraction = digits % power;
    if (fraction == 0) {
        return at;
    }
    *at++ = '.';
    return put_fraction(at, fraction, decimals);
}

char* put_shortest(char* at, double value) {
    if (value == 0) {
        *at = '0';
        return at + 1;
    }
    return std::to_chars(at, at + kNumberRoom, value).ptr;
}

char* put_integer(char* at, std::int64_t value) {
    return std::to_chars(at, at + 20, value).ptr;
}

char* put_date(char* at, Date date) {
    const std::chrono::year_month_day calendar{
        std::chrono::sys_days{std::chrono::days{date.days()}}};
    const int year = static_cast<int>(calendar.year());
    if (year < 0 || year > 9999) {
        throw Error(ExitCode::invalid,
                    fmt::format("year {} cannot be written as YYYY-MM-DD", year));
    }
    at = put_padded(at, static_cast<unsigned>(year), 4);
    *at++ = '-';
    at = put_padded(at, static_cast<unsigned>(calendar.month()), 2);
    *at++ = '-';
    return put_padded(at, static_cast<unsigned>(calendar.day()), 2);
}

char* put_json_string(char* at, std::string_view text) {
    *at++ = '"';
    for (const char c : text) {
        if (kNeedsEscape[static_cast<unsigned char>(c)]) {
            at = put_escape(at, c);
        } else {
            *at++ = c;
        }
    }
    *at++ = '"';
    return at;
}

}  // namespace footprint::geo
