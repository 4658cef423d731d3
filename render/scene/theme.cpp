#include "render/scene/theme.h"

#include <fmt/format.h>

#include "base/error.h"

namespace footprint::render {
namespace {

// Hues start from Okabe and Ito (2008), "Color Universal Design", lightened for a dark ground; the
// tests simulate three colour deficiencies on them. Class colours are one quiet hue in even steps
// of lightness, so that they never compete with the symbols.
Theme dark() {
    Theme t;
    t.name = "dark";
    t.background = rgb(0x0b0f17);
    t.sea = rgb(0x101723);
    t.graticule = rgb(0x1a2330);
    t.land = rgb(0x2a3442);
    t.coast = rgb(0x0b0f17);
    t.border = rgb(0x0f1520);
    t.text = rgb(0xf2f5f9);
    t.quiet_text = rgb(0x9aa7b8);
    t.accent = rgb(0x6fd3c1);
    t.warning = rgb(0xffb454);
    t.symbol_edge = rgb(0x0a0e15);
    t.cable = rgb(0x384a62);
    t.cable_glow = rgb(0xa9dcff);
    t.classes = {rgb(0x7fbab2), rgb(0x4b868f), rgb(0x335c70), rgb(0x263f54), rgb(0x1b2532)};
    t.hues = {rgb(0xf7a427), rgb(0x62b8f7), rgb(0xf5e663), rgb(0xf2683c),
              rgb(0x35d6a4), rgb(0xff7ab8), rgb(0x9d84ff), rgb(0xcfd8e3)};
    return t;
}

Theme light() {
    Theme t;
    t.name = "light";
    t.background = rgb(0xffffff);
    t.sea = rgb(0xf1f5f8);
    t.graticule = rgb(0xe2e9ee);
    t.land = rgb(0xd9dee3);
    t.coast = rgb(0xb8c2cb);
    t.border = rgb(0xffffff);
    t.text = rgb(0x12181f);
    t.quiet_text = rgb(0x55616e);
    t.accent = rgb(0x0b7d6e);
    t.warning = rgb(0xa65300);
    t.symbol_edge = rgb(0xffffff);
    t.cable = rgb(0xb4c1cc);
    t.cable_glow = rgb(0x1667a8);
    t.classes = {rgb(0x4b929b), rgb(0x82b7bc), rgb(0xafd0d3), rgb(0xd0e0e2), rgb(0xe8ecef)};
    t.hues = {rgb(0xc97700), rgb(0x1f77c9), rgb(0x7c7324), rgb(0xc23613),
              rgb(0x008f66), rgb(0xc2307f), rgb(0x6a4bd1), rgb(0x3a434d)};
    return t;
}

// For weak sight, bad projectors and sunlight: all text at least 7:1 on black, hues further apart
// than in the other themes, borders and coasts that are seen on any shade.
Theme contrast() {
    Theme t;
    t.name = "contrast";
    t.background = rgb(0x000000);
    t.sea = rgb(0x000000);
    t.graticule = rgb(0x20262e);
    t.land = rgb(0x36404c);
    t.coast = rgb(0xb6c3d1);
    t.border = rgb(0x05070a);
    t.text = rgb(0xffffff);
    t.quiet_text = rgb(0xd8dfe8);
    t.accent = rgb(0x5cffe0);
    t.warning = rgb(0xffc933);
    t.symbol_edge = rgb(0x000000);
    t.cable = rgb(0x6f86a3);
    t.cable_glow = rgb(0xc9f0ff);
    t.classes = {rgb(0x4c9692), rgb(0x34717a), rgb(0x21505f), rgb(0x133344), rgb(0x061018)};
    t.hues = {rgb(0xf6b302), rgb(0x81bffe), rgb(0xffff75), rgb(0xff613b),
              rgb(0x53ffac), rgb(0xe9749e), rgb(0x8c88ff), rgb(0xd0f8ff)};
    return t;
}

}  // namespace

const Theme& find_theme(std::string_view name) {
    static const Theme kDark = dark();
    static const Theme kLight = light();
    static const Theme kContrast = contrast();
    if (name == "contrast") {
        return kContrast;
    }
    if (name == "dark") {
        return kDark;
    }
    if (name == "light") {
        return kLight;
    }
    throw Error(
        ExitCode::usage,
        fmt::format("there is no theme '{}'; the themes are dark, light and contrast", name));
}

}  // namespace footprint::render
