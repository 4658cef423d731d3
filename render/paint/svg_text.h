// What an SVG says in words, beside how it looks.
#pragma once

#include <string>

#include "render/paint/canvas.h"
#include "render/scene/display_list.h"

namespace footprint::render {

// Outlines of letters look the same on every machine, but are neither found, selected nor read out.
// Adds title and description, and each text of the list where it stands, unseen: as scanned pages
// carry theirs.
std::string with_svg_text(std::string svg, const DisplayList& list, const PictureMeta& meta);

}  // namespace footprint::render
