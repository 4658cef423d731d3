// Text for XML documents: SVG, styles.
#pragma once

#include <string>
#include <string_view>

namespace footprint {

// As the content of an element or of a quoted attribute. XML has no way to write most control
// characters; they become spaces.
std::string escaped_xml(std::string_view text);

}  // namespace footprint
