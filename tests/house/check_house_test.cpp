// The checker of the house rules must see a broken rule when there is one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/program.h"
#include "tests/support/scratch.h"

namespace footprint::test {
namespace {

const std::string kChecker = std::string(FOOTPRINT_SOURCE_DIR) + "/scripts/check-house";

Outcome check(const Scratch& house) {
    RunOptions options;
    options.folder = house.path();
    run({"git", "init", "-q"}, options);
    run({"git", "add", "-A"}, options);
    return run({"python3", kChecker}, options);
}

TEST(HouseRules, PassForAHouseInOrder) {
    const Scratch house;
    house.file("geo/a/README.md", "a");
    house.file("geo/a/a.h", "#pragma once\n");
    house.file("geo/a/a.cpp", "#include \"geo/a/a.h\"\n#include \"base/x.h\"\n");
    const auto outcome = check(house);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
}

TEST(HouseRules, FailOnAnIncludeUpward) {
    const Scratch house;
    house.file("geo/a/a.h", "#pragma once\n#include \"sim/b/b.h\"\n");
    const auto outcome = check(house);
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.out, testing::HasSubstr("geo/a/a.h:2: geo includes upward: sim/b/b.h"));
}

TEST(HouseRules, FailOnACircleOfRooms) {
    const Scratch house;
    house.file("geo/a/a.h", "#pragma once\n#include \"geo/b/b.h\"\n");
    house.file("geo/b/b.h", "#pragma once\n#include \"geo/a/a.h\"\n");
    EXPECT_THAT(check(house).out, testing::HasSubstr("a circle of rooms: geo/a -> geo/b -> geo/a"));
}

TEST(HouseRules, FailOnALibraryBehindItsWall) {
    const Scratch house;
    house.file("sim/a/a.h", "#pragma once\n#include <gdal_priv.h>\n");
    house.file("render/scene/s.h", "#pragma once\n#include <SFML/Graphics.hpp>\n");
    const auto outcome = check(house);
    EXPECT_THAT(outcome.out, testing::HasSubstr("gdal_priv.h may only be included in geo/io"));
    EXPECT_THAT(outcome.out, testing::HasSubstr("may only be included in render/window"));
}

}  // namespace
}  // namespace footprint::test
