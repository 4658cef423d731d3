#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "geo/atlas/atlas.h"

namespace footprint::geo {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::UnorderedElementsAre;

const Atlas& atlas() {
    static const Atlas tables =
        Atlas::load_tables(std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets");
    return tables;
}

std::vector<std::string> codes(std::string_view area) {
    const auto found = atlas().find_area(area);
    std::vector<std::string> result;
    if (found) {
        for (const CountryIndex i : found->countries) {
            result.push_back(atlas().countries()[i].iso2);
        }
    }
    return result;
}

TEST(Areas, TheWorldIsEveryone) {
    const auto world = atlas().find_area("World");
    ASSERT_TRUE(world);
    EXPECT_TRUE(world->is_world);
    EXPECT_THAT(world->countries, IsEmpty());
}

TEST(Areas, GroupsHaveTheirMembers) {
    EXPECT_THAT(codes("gulf"), UnorderedElementsAre("AE", "BH", "KW", "OM", "QA", "SA"));
    EXPECT_THAT(codes("ASEAN"), UnorderedElementsAre("BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG",
                                                     "TH", "TL", "VN"));
    EXPECT_EQ(codes("eu").size(), 27U);
    EXPECT_THAT(codes("Middle East"), IsSupersetOf({"SA", "AE", "IL", "TR", "IR", "EG"}));
    EXPECT_THAT(codes("latin america"), IsSupersetOf({"MX", "BR", "CU", "CL", "PA"}));
    EXPECT_THAT(codes("Latin-America"), Not(Contains("US")));
    EXPECT_THAT(codes("asia-pacific"), IsSupersetOf({"JP", "IN", "AU", "FJ", "ID", "CN"}));
    EXPECT_THAT(codes("asia pacific"), Not(Contains("IR")));
    EXPECT_THAT(codes("mainland china"), UnorderedElementsAre("CN"));
    EXPECT_THAT(codes("africa"), IsSupersetOf({"EG", "NG", "ZA", "NA"}));
    EXPECT_THAT(codes("benelux"), UnorderedElementsAre("BE", "LU", "NL"));
}

TEST(Areas, SpellingsOfOneAreaAgree) {
    EXPECT_THAT(codes("South-East Asia"), IsSupersetOf({"SG", "ID", "TL"}));
    EXPECT_EQ(codes("South-East Asia"), codes("South-eastern Asia"));
    EXPECT_EQ(codes("south east asia"), codes("southeast asia"));
    EXPECT_EQ(codes("APAC"), codes("Asia-Pacific"));
}

TEST(Areas, CountriesAnswerToCodesAndNames) {
    for (const char* name : {"NA", "nam", "Namibia"}) {
        EXPECT_THAT(codes(name), UnorderedElementsAre("NA")) << name;
    }
    for (const char* name : {"US", "USA", "United States", "united states of america"}) {
        EXPECT_THAT(codes(name), UnorderedElementsAre("US")) << name;
    }
    EXPECT_THAT(codes("Türkiye"), UnorderedElementsAre("TR"));
    EXPECT_THAT(codes("turkey"), UnorderedElementsAre("TR"));
    EXPECT_THAT(codes("ivory coast"), UnorderedElementsAre("CI"));
    EXPECT_THAT(codes("UK"), UnorderedElementsAre("GB"));
    EXPECT_EQ(atlas().find_area("Atlantis"), std::nullopt);
    EXPECT_EQ(atlas().find_area(""), std::nullopt);
}

TEST(Areas, EveryNameOffersAnArea) {
    for (const auto& name : atlas().area_names()) {
        const auto area = atlas().find_area(name);
        ASSERT_TRUE(area) << name;
        EXPECT_TRUE(area->is_world || !area->countries.empty()) << name;
        EXPECT_TRUE(std::is_sorted(area->countries.begin(), area->countries.end())) << name;
    }
}

}  // namespace
}  // namespace footprint::geo
