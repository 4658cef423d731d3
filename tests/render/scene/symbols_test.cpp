#include "render/scene/symbols.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <set>

#include "render/scene/theme.h"
#include "tests/render/scene/shown.h"

namespace footprint::render {
namespace {

using test::facts;

struct Linear {
    double r = 0;
    double g = 0;
    double b = 0;
};

double to_linear(std::uint8_t channel) {
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

Linear linear(Color c) {
    return {to_linear(c.r), to_linear(c.g), to_linear(c.b)};
}

using Matrix = std::array<double, 9>;
// Machado, Oliveira, Fernandes 2009, "A Physiologically-based Model for Simulation of Color Vision
// Deficiency", severity 1.0: normal, protanopia, deuteranopia, tritanopia; on linear RGB.
constexpr std::array<Matrix, 4> kVision{
    {{1, 0, 0, 0, 1, 0, 0, 0, 1},
     {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
     {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
     {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367,
      0.303900}}};

Linear seen(Linear c, const Matrix& m) {
    const auto row = [&](std::size_t i) {
        return std::clamp(m[i] * c.r + m[i + 1] * c.g + m[i + 2] * c.b, 0.0, 1.0);
    };
    return {row(0), row(3), row(6)};
}

struct Lab {
    double l = 0;
    double a = 0;
    double b = 0;
};

Lab lab(Linear c) {
    const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787037 * t + 16.0 / 116; };
    const double x = f((0.4124 * c.r + 0.3576 * c.g + 0.1805 * c.b) / 0.95047);
    const double y = f(0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b);
    const double z = f((0.0193 * c.r + 0.1192 * c.g + 0.9505 * c.b) / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double distance(Lab a, Lab b) {
    return std::sqrt(std::pow(a.l - b.l, 2) + std::pow(a.a - b.a, 2) + std::pow(a.b - b.b, 2));
}

double luminance(Color color) {
    const Linear c = linear(color);
    return 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b;
}

double contrast(Color a, Color b) {
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

// Area by cutting into triangles; curves by sampling.
double area_of(const Path& path) {
    std::vector<Point> points;
    const Point* p = path.points().data();
    for (const PathVerb verb : path.verbs()) {
        if (verb == PathVerb::cubic) {
            const Point from = points.back();
            for (int i = 1; i <= 64; ++i) {
                const double t = i / 64.0;
                const double s = 1 - t;
                const auto at = [&](double a, double b, double c, double d) {
                    return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
                };
                points.push_back(
                    {at(from.x, p[0].x, p[1].x, p[2].x), at(from.y, p[0].y, p[1].y, p[2].y)});
            }
            p += 3;
        } else if (verb != PathVerb::close) {
            points.push_back(*p++);
        }
    }
    double twice = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Point& a = points[i];
        const Point& b = points[(i + 1) % points.size()];
        twice += a.x * b.y - b.x * a.y;
    }
    return std::abs(twice) / 2;
}

TEST(Symbols, HaveTheAreaOfADiscWhateverTheirShape) {
    for (int i = 0; i < kShapeCount; ++i) {
        EXPECT_NEAR(area_of(outline(static_cast<Shape>(i))) / std::numbers::pi, 1, 0.02) << i;
        EXPECT_GE(reach(static_cast<Shape>(i)), 0.999) << i;
        EXPECT_LE(reach(static_cast<Shape>(i)), 1.75) << i;
    }
}

TEST(Symbols, GiveEveryProviderItsOwnShapeAndAtMostEightHues) {
    const auto styles = provider_styles(facts().catalog);
    std::set<Shape> shapes;
    std::set<int> hues;
    for (const ProviderStyle& style : styles) {
        shapes.insert(style.shape);
        hues.insert(style.hue);
        EXPECT_LT(style.hue, kHueCount);
    }
    EXPECT_EQ(shapes.size(), styles.size());
    EXPECT_LE(hues.size(), 8U);
}

TEST(Symbols, KeepStylesApartForProvidersThatAUserAdds) {
    std::vector<geo::Provider> providers(facts().catalog.providers().begin(),
                                         facts().catalog.providers().end());
    for (int i = 0; i < 40; ++i) {
        geo::Provider more;
        more.id = "mine" + std::to_string(i);
        providers.push_back(more);
    }
    const auto styles = provider_styles(geo::Catalog(providers, {}, {}, Date()));
    std::set<std::pair<Shape, int>> seen_styles;
    for (const ProviderStyle& style : styles) {
        EXPECT_TRUE(seen_styles.insert({style.shape, style.hue}).second);
    }
}

class Themes : public testing::TestWithParam<const char*> {};

TEST_P(Themes, TellHuesApartForFourKindsOfEyes) {
    const Theme& theme = find_theme(GetParam());
    for (const Matrix& vision : kVision) {
        for (std::size_t i = 0; i < theme.hues.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                const double apart = distance(lab(seen(linear(theme.hues[i]), vision)),
                                              lab(seen(linear(theme.hues[j]), vision)));
                EXPECT_GE(apart, 12)
                    << "hues " << i << " and " << j << ", vision " << (&vision - kVision.data());
            }
        }
    }
}

// Shapes that are mistaken for each other when small: their hues must tell more than others'.
int family(Shape shape) {
    switch (shape) {
        case Shape::circle:
        case Shape::hexagon:
        case Shape::pentagon:
        case Shape::capsule:
            return 0;
        case Shape::square:
        case Shape::diamond:
            return 1;
        case Shape::triangle_up:
        case Shape::triangle_down:
        case Shape::hourglass:
            return 2;
        case Shape::star:
        case Shape::plus:
            return 3;
    }
    return -1;
}

TEST_P(Themes, TellProvidersOfLikeShapesApartForFourKindsOfEyes) {
    const Theme& theme = find_theme(GetParam());
    const auto styles = provider_styles(facts().catalog);
    int pairs = 0;
    for (const Matrix& vision : kVision) {
        for (std::size_t i = 0; i < styles.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (family(styles[i].shape) != family(styles[j].shape)) {
                    continue;
                }
                const double apart = distance(lab(seen(linear(theme.hues[styles[i].hue]), vision)),
                                              lab(seen(linear(theme.hues[styles[j].hue]), vision)));
                EXPECT_GE(apart, 18) << facts().catalog.providers()[i].id << " and "
                                     << facts().catalog.providers()[j].id << ", vision "
                                     << (&vision - kVision.data());
                ++pairs;
            }
        }
    }
    EXPECT_GE(pairs, 4 * 8);
}

TEST_P(Themes, HaveTextThatCanBeRead) {
    const Theme& theme = find_theme(GetParam());
    for (const Color ground : {theme.background, theme.sea}) {
        EXPECT_GE(contrast(theme.text, ground), 7);
        EXPECT_GE(contrast(theme.quiet_text, ground), 4.5);
        EXPECT_GE(contrast(theme.warning, ground), 4.5);
        EXPECT_GE(contrast(theme.accent, ground), 4.5);
        for (const Color hue : theme.hues) {
            EXPECT_GE(contrast(hue, ground), 3);
        }
    }
}

TEST_P(Themes, ShadeInStepsOfLightnessThatAnyoneSees) {
    const Theme& theme = find_theme(GetParam());
    for (const Matrix& vision : kVision) {
        for (std::size_t c = 0; c + 1 < kClassCount; ++c) {
            const Lab a = lab(seen(linear(theme.classes[c]), vision));
            const Lab b = lab(seen(linear(theme.classes[c + 1]), vision));
            EXPECT_GE(std::abs(a.l - b.l), 4) << c;
        }
    }
    for (const Color shade : theme.classes) {
        const Lab colour = lab(linear(shade));
        EXPECT_LE(std::hypot(colour.a, colour.b), 32) << "a shade louder than the symbols";
    }
}

INSTANTIATE_TEST_SUITE_P(All, Themes, testing::Values("dark", "light", "contrast"));

TEST(Themes, OfHighContrastKeepTheirWordToEyesThatSeeLittle) {
    const Theme& theme = find_theme("contrast");
    for (const Color ink : {theme.text, theme.quiet_text, theme.warning, theme.accent}) {
        EXPECT_GE(contrast(ink, theme.background), 7);
    }
    double least = 1e9;
    for (const Matrix& vision : kVision) {
        for (std::size_t i = 0; i < theme.hues.size(); ++i) {
            EXPECT_GE(contrast(theme.hues[i], theme.background), 7) << i;
            for (std::size_t j = 0; j < i; ++j) {
                least = std::min(least, distance(lab(seen(linear(theme.hues[i]), vision)),
                                                 lab(seen(linear(theme.hues[j]), vision))));
            }
        }
    }
    EXPECT_GE(least, 24);
    // Shades, twice as far apart as elsewhere.
    for (std::size_t c = 0; c + 1 < kClassCount; ++c) {
        EXPECT_GE(lab(linear(theme.classes[c])).l - lab(linear(theme.classes[c + 1])).l, 11) << c;
    }
}

TEST(Themes, AreRefusedByOtherNames) {
    EXPECT_THROW(find_theme("sepia"), Error);
}

}  // namespace
}  // namespace footprint::render
