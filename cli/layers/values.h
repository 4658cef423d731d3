// Attribute values that may be missing. Not inline: g++ 12 warns about variants that it sees
// through but does not understand.
#pragma once

#include <optional>
#include <string>

#include "geo/io/feature.h"

namespace footprint::cli {

geo::Value value_of(const std::optional<Date>& date);
geo::Value value_of(const std::optional<int>& count);
geo::Value value_of(const std::optional<double>& number);
geo::Value text_or_null(std::string_view text);  // empty: null

// The day that stands in, and how well the date is known ("none": not at all).
std::optional<Date> middle_of(const std::optional<DateInterval>& when);
std::string precision_of(const std::optional<DateInterval>& when);

}  // namespace footprint::cli
