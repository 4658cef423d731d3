// Small text helpers: strict numbers, ASCII case, UTF-8 checks, suggestions, thousands.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace footprint {

std::string_view trimmed(std::string_view text);
std::vector<std::string> split(std::string_view text,
                               char separator);  // trims parts, drops empty ones
std::string lower_ascii(std::string_view text);
std::string capitalised(std::string text);  // its first letter, where that is ASCII
std::string join(std::span<const std::string> parts, std::string_view separator);

// The whole text as a finite number, '.' as the decimal point whatever the locale; else nothing.
std::optional<double> parse_number(std::string_view text);
std::optional<long long> parse_integer(std::string_view text);

// Is the text well-formed UTF-8 (no overlong forms, surrogates, or code points over U+10FFFF)?
bool is_utf8(std::string_view text);

// The candidate nearest to `word` by edit distance, if near enough to be a likely slip.
std::optional<std::string> nearest_word(std::string_view word,
                                        std::span<const std::string> candidates);

// " Did you mean 'x'?" or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

// For people: 8205900000 as "8.21 bn", 14200000 as "14.2 M", 950 as "950".
std::string human_count(double value);

// "no", "one" … "twelve", then digits: a number inside a sentence.
std::string number_word(std::size_t count);

// 1234567 as "1,234,567".
std::string with_thousands(long long value);

// Lower case, Latin diacritics and punctuation removed: "Querétaro" and "queretaro" fold alike.
std::string folded(std::string_view utf8);

}  // namespace footprint
