#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "geo/projection/project.h"
#include "geo/projection/projection.h"

namespace footprint::geo {
namespace {

using testing::HasSubstr;

std::string refusal(std::string_view text, double lon0 = 0, double lat0 = 0) {
    try {
        Projection::create(text, lon0, lat0);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::usage);
        return error.what();
    }
    return "accepted";
}

TEST(ProjectionInput, SuggestsTheNameThatWasMeant) {
    EXPECT_THAT(refusal("robinsn"), HasSubstr("'robinson'"));
    EXPECT_THAT(refusal(""), HasSubstr("Expected one of"));
    EXPECT_EQ(refusal("Robinson"), "accepted");
}

TEST(ProjectionInput, RefusesWhatReadsFilesOrChainsOperations) {
    for (const char* text :
         {"+init=epsg:4326", "+proj=pipeline +step +proj=merc",
          "+proj=hgridshift +grids=/etc/passwd", "+proj=merc +nadgrids=@null",
          "+proj=merc +geoidgrids=x", "+proj=vgridshift +grids=a.gtx",
          "+proj=tinshift +file=/etc/passwd", "+proj=defmodel +model=a.json",
          "+proj=merc +proj=pipeline", "+proj=eqearth +o_proj=merc", "+proj=ob_tran +o_proj=moll",
          "+proj=merc +lon_0=@file", "+proj=merc +lat_ts=/vsicurl/x"}) {
        EXPECT_NE(refusal(text), "accepted") << text;
    }
}

TEST(ProjectionInput, RefusesMapsThatItCannotCut) {
    EXPECT_THAT(refusal("+proj=igh"), HasSubstr("cut elsewhere"));
    EXPECT_THAT(refusal("+proj=healpix"), HasSubstr("cut elsewhere"));
    EXPECT_THAT(refusal("+proj=nsper"), HasSubstr("+h"));
    EXPECT_THAT(refusal("+proj=utm"), HasSubstr("+zone"));
    EXPECT_THAT(refusal("lon_0=3"), HasSubstr("no +proj"));
}

TEST(ProjectionInput, PassesOnThePlainReasonOfProj) {
    EXPECT_THAT(refusal("+proj=lcc +lat_1=30 +lat_2=-30"), HasSubstr("PROJ refuses"));
    EXPECT_THAT(refusal("+proj=merc +ellps=nonsense"), HasSubstr("PROJ refuses"));
}

TEST(ProjectionInput, RefusesLongStringsAndAnglesOffTheGlobe) {
    EXPECT_THAT(refusal("+proj=merc " + std::string(20'000, 'x')), HasSubstr("16384"));
    EXPECT_THAT(refusal("equal-earth", 400), HasSubstr("400"));
    EXPECT_THAT(refusal("equal-earth", std::nan("")), HasSubstr("central meridian"));
    EXPECT_THAT(refusal("orthographic", 0, 91), HasSubstr("91"));
    EXPECT_THAT(refusal("+proj=merc +lon_0=east"), HasSubstr("'+lon_0=east'"));
}

TEST(ProjectionInput, TakesProjStrings) {
    for (const char* text : {"+proj=eck4", "proj=hammer", "+proj=lcc +lat_1=30 +lat_2=60 +lon_0=10",
                             "+proj=aea +lat_1=20 +lat_2=50", "+proj=laea +lat_0=52 +lon_0=10",
                             "+proj=stere +lat_0=90", "+proj=gnom", "+proj=nsper +h=3000000",
                             "+proj=utm +zone=33", "+proj=merc", "+proj=tmerc", "+proj=sinu"}) {
        const Projection map = Projection::create(text);
        EXPECT_GT(map.bounds().width(), 1e6) << text;
        EXPECT_TRUE(map.forward({map.lon0(), map.lat0() - 1})) << text;
    }
}

TEST(ProjectionInput, ShapesWithBadPositionsDoNotHarm) {
    const double nan = std::nan("");
    const Projection map = Projection::create("equal-earth");
    const Projection globe = Projection::create("orthographic");
    for (const Projection* projection : {&map, &globe}) {
        for (const SpherePolygon& polygon :
             {SpherePolygon{}, SpherePolygon{{{nan, 0}, {1, 1}, {2, nan}}}, SpherePolygon{{{0, 0}}},
              SpherePolygon{{{0, 0}, {1, 1}}}, SpherePolygon{{{0, 0}, {1, 1}, {0, 0}}},
              SpherePolygon{{{0, 90}, {5, 90}, {9, 90}}},
              SpherePolygon{{{0, 95}, {1, 95}, {1, 96}}},
              SpherePolygon{{{INFINITY, 0}, {1, 1}, {-INFINITY, 2}}}}) {
            EXPECT_TRUE(project_polygon(*projection, polygon, 1e4).empty());
        }
        EXPECT_TRUE(project_line(*projection, {}, 1e4).empty());
        EXPECT_TRUE(project_line(*projection, {{5, 5}}, 1e4).empty());
        EXPECT_THROW(project_line(*projection, {{5, 5}, {6, 6}}, 0), Error);
        EXPECT_THROW(project_polygon(*projection, {}, nan), Error);
    }
}

}  // namespace
}  // namespace footprint::geo
