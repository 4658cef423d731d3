// Numbers, dates and JSON strings as text, written in place. Every function returns the end of what
// it wrote; the caller has made room (the k…Room constants, or what the function says).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/date.h"

namespace footprint::geo {

inline constexpr int kMaxDecimals = 12;
inline constexpr std::size_t kNumberRoom = 352;  // any double with up to 12 decimals
inline constexpr std::size_t kDateRoom = 16;

// At most `decimals` (0 to 12) digits after the point, trailing zeros and a lone point left out,
// never "-0", never an exponent; rounded half away from zero. The value must be finite.
char* put_fixed(char* at, double value, int decimals);

// The shortest text that reads back as the same double. The value must be finite.
char* put_shortest(char* at, double value);

char* put_integer(char* at, std::int64_t value);

// "2018-03-05". Throws Error for years outside 0000 to 9999.
char* put_date(char* at, Date date);

// The text as a JSON string with its quotes; room needed: 6 × size + 2. Does not check UTF-8.
char* put_json_string(char* at, std::string_view text);

}  // namespace footprint::geo
