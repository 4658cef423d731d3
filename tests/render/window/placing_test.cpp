#include "render/window/placing.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

namespace footprint::render {
namespace {

const Rect kPicture{0, 0, 1280, 720};

TEST(Placing, StaysInsideAndOffWhatIsThereWhereverThereIsRoom) {
    const std::vector<Rect> furniture{
        {0, 0, 600, 80}, {950, 0, 330, 90}, {0, 500, 340, 220}, {840, 540, 440, 180}};
    std::mt19937 random(3);
    std::uniform_real_distribution<double> x(0, 1280);
    std::uniform_real_distribution<double> y(0, 720);
    for (int i = 0; i < 2000; ++i) {
        const Point anchor{x(random), y(random)};
        const Rect at = placed_beside(anchor, 300, 200, 16, kPicture, furniture);
        EXPECT_TRUE(kPicture.contains(at));
        EXPECT_FALSE(at.contains(anchor));
        for (const Rect& rect : furniture) {
            EXPECT_FALSE(at.overlaps(rect)) << anchor.x << ' ' << anchor.y;
        }
    }
}

TEST(Placing, StaysNearWhatItIsAbout) {
    const Rect at = placed_beside({640, 300}, 200, 100, 16, kPicture, {});
    EXPECT_LE(at.x, 640 + 16);
    EXPECT_GE(at.right(), 640 - 16);
    EXPECT_LE(at.y, 300 + 16);
    EXPECT_GE(at.bottom(), 300 - 16);
}

TEST(Placing, PutsWhatIsTooLargeAtTheCorner) {
    const Rect at = placed_beside({10, 10}, 2000, 1000, 16, kPicture, {});
    EXPECT_EQ(at.x, 0);
    EXPECT_EQ(at.y, 0);
}

TEST(Placing, CountsRows) {
    const std::array<double, 4> widths{100, 100, 100, 100};
    EXPECT_EQ(rows_of(widths, 10, 430), 1);
    EXPECT_EQ(rows_of(widths, 10, 429), 2);
    EXPECT_EQ(rows_of(widths, 10, 215), 2);
    EXPECT_EQ(rows_of(widths, 10, 50), 4);
    EXPECT_EQ(rows_of({}, 10, 50), 1);
}

}  // namespace
}  // namespace footprint::render
