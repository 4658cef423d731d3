// PNG, quickly: libpng at level 1 with the SUB filter.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "render/scene/display_list.h"

namespace footprint::render {

// 8-bit RGB; alpha is dropped. `texts` become tEXt/iTXt chunks (keyword, UTF-8 text). Throws Error
// (failed) when libpng fails. The same pixels give the same bytes.
std::string encode_png(const Image& image,
                       const std::vector<std::pair<std::string, std::string>>& texts = {});

}  // namespace footprint::render
