// The shipped catalog loads clean, the user's rows are layered over it, and no file of any bytes
// does more than leave diagnostics.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "geo/catalog/catalog.h"
#include "geo/io/vector_output.h"
#include "tests/support/scratch.h"

namespace footprint::geo {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const fs::path kDatasets = FOOTPRINT_SOURCE_DIR "/datasets";

LoadedCatalog load_user(const std::string& text, const std::string& name = "mine.csv") {
    const test::Scratch scratch;
    return load_catalog({kDatasets, {scratch.file(name, text)}});
}

std::vector<std::string> codes(const LoadedCatalog& loaded) {
    std::vector<std::string> list;
    for (const auto& fault : loaded.diagnostics) {
        list.push_back(fault.code + ":" + std::to_string(fault.line) +
                       (fault.severity == Severity::warning ? " warning" : ""));
    }
    return list;
}

const Region& region(const LoadedCatalog& loaded, const std::string& id) {
    const auto found = loaded.catalog.find_region(id);
    EXPECT_TRUE(found) << id;
    return loaded.catalog.region(found.value_or(0));
}

TEST(ShippedCatalog, LoadsWithoutASingleFault) {
    const auto loaded = load_catalog({kDatasets, {}});
    EXPECT_EQ(format(loaded.diagnostics, 20), "");
    EXPECT_THAT(loaded.left_out, IsEmpty());
    EXPECT_EQ(loaded.catalog.providers().size(), 11U);
    EXPECT_GE(loaded.catalog.regions().size(), 421U);
    EXPECT_GE(loaded.catalog.events().size(), 459U);
    EXPECT_EQ(loaded.catalog.as_of(), Date::from_ymd(2026, 11, 22));
}

TEST(ShippedCatalog, LoadsInMilliseconds) {
    using Clock = std::chrono::steady_clock;
    load_catalog({kDatasets, {}});
    auto best = Clock::duration::max();
    for (int i = 0; i < 5; ++i) {
        const auto start = Clock::now();
        load_catalog({kDatasets, {}});
        best = std::min(best, Clock::now() - start);
    }
    // 3 ms here; the bound leaves room for sanitizers and slow machines.
    EXPECT_LT(std::chrono::duration<double>(best).count(), 0.2);
}

TEST(ShippedCatalog, EveryRowHasSourceDateAndPrecision) {
    const auto loaded = load_catalog({kDatasets, {}});
    for (const auto& row : loaded.catalog.regions()) {
        EXPECT_FALSE(row.source.empty()) << row.id;
        EXPECT_FALSE(row.country.empty()) << row.id;
        EXPECT_FALSE(row.city.empty()) << row.id;
        EXPECT_GT(row.precision_m, 0) << row.id;
        EXPECT_LE(row.as_of.first_day(), loaded.catalog.as_of()) << row.id;
    }
    for (const auto& event : loaded.catalog.events()) {
        EXPECT_FALSE(event.source.empty()) << event.origin.line;
    }
}

TEST(Provider, IsFoundByIdAliasOrNameInAnyCase) {
    const auto catalog = load_catalog({kDatasets, {}}).catalog;
    for (const char* name : {"google", "GCP", "Google Cloud", " gcloud "}) {
        ASSERT_TRUE(catalog.find_provider(name)) << name;
        EXPECT_EQ(catalog.provider(*catalog.find_provider(name)).id, "google");
    }
    EXPECT_EQ(catalog.require_provider("microsoft"), catalog.require_provider("azure"));
    EXPECT_EQ(catalog.require_provider("amazon"), catalog.require_provider("aws"));
    EXPECT_EQ(catalog.require_provider("aliyun"), catalog.require_provider("alibaba"));
    try {
        catalog.require_provider("alibab");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::usage);
        EXPECT_THAT(error.what(), HasSubstr("Did you mean 'alibaba'?"));
    }
}

TEST(RegionId, IsFoundQualifiedOrWhereOnlyOneProviderHasIt) {
    const auto catalog = load_catalog({kDatasets, {}}).catalog;
    const auto found = catalog.find_region("AWS:US-EAST-1");
    ASSERT_TRUE(found);
    EXPECT_EQ(catalog.qualified_id(*found), "aws:us-east-1");
    EXPECT_EQ(catalog.find_region("amazon:us-east-1"), found);
    EXPECT_FALSE(catalog.find_region("us-east-1")) << "Alibaba has one too";
    EXPECT_TRUE(catalog.find_region("cn-wulanchabu"));
    EXPECT_FALSE(catalog.find_region("aws:nowhere-9"));
    EXPECT_FALSE(catalog.find_region("nobody:us-east-1"));
    EXPECT_FALSE(catalog.find_region(""));
}

TEST(RegionsOfAProvider, AreAllOfThemAndNoOthers) {
    const auto catalog = load_catalog({kDatasets, {}}).catalog;
    std::size_t sum = 0;
    for (std::size_t p = 0; p < catalog.providers().size(); ++p) {
        const auto provider = static_cast<ProviderIndex>(p);
        for (const auto index : catalog.regions_of(provider)) {
            EXPECT_EQ(catalog.region(index).provider, provider);
            ++sum;
        }
    }
    EXPECT_EQ(sum, catalog.regions().size());
}

TEST(UserCatalog, OneRowOfFourColumnsAddsARegion) {
    const auto loaded = load_user("provider,region_id,lon,lat\nacme,north-1,10.75,59.91\n");
    EXPECT_THAT(codes(loaded), IsEmpty());
    const auto& row = region(loaded, "acme:north-1");
    EXPECT_EQ(row.position, (LonLat{10.75, 59.91}));
    EXPECT_EQ(row.status, RegionStatus::open);
    EXPECT_EQ(row.region_class, RegionClass::public_);
    EXPECT_EQ(row.as_of.first_day(), loaded.catalog.as_of());
    EXPECT_FALSE(row.zones);
    EXPECT_NEAR(row.precision_m, 557, 1) << "two decimals are half a kilometre";
    const auto& provider = loaded.catalog.provider(row.provider);
    EXPECT_EQ(provider.id, "acme");
    EXPECT_TRUE(provider.counted.has(RegionClass::public_));
    EXPECT_FALSE(provider.counted.has(RegionClass::gov));
}

TEST(UserCatalog, TakesOtherNamesOfTheColumnsAndOfTheProviders) {
    const auto loaded = load_user(
        "Cloud,Region Code,Longitude,Latitude,Launch-Date,AZs,restricted,state\r\n"
        "GCP,my-region,10.75,59.91,2024-05,3,gov,open\r\n");
    EXPECT_THAT(codes(loaded), IsEmpty());
    const auto& row = region(loaded, "google:my-region");
    EXPECT_EQ(row.zones, 3);
    EXPECT_EQ(row.region_class, RegionClass::gov);
    ASSERT_TRUE(row.opened);
    EXPECT_EQ(row.opened->text(), "2024-05");
    EXPECT_EQ(loaded.catalog.providers().size(), 11U);
}

TEST(UserCatalog, ReplacesARowOfOurs) {
    const auto ours = load_catalog({kDatasets, {}});
    const auto loaded =
        load_user("provider,region_id,lon,lat,name\naws,us-east-1,-77.5,39.0,Mine\n");
    EXPECT_THAT(codes(loaded), IsEmpty());
    EXPECT_EQ(loaded.catalog.regions().size(), ours.catalog.regions().size());
    EXPECT_EQ(region(loaded, "aws:us-east-1").name, "Mine");
    EXPECT_EQ(loaded.catalog.find_region("aws:us-east-1"),
              ours.catalog.find_region("aws:us-east-1"));
}

TEST(UserCatalog, ATargetWithoutAnOpeningMakesAPlannedRegion) {
    const auto loaded =
        load_user("provider,region_id,lon,lat,target\nacme,a,10,50,2028\nacme,b,11,51,\n");
    EXPECT_EQ(region(loaded, "acme:a").status, RegionStatus::planned);
    EXPECT_EQ(region(loaded, "acme:b").status, RegionStatus::open);
}

TEST(UserCatalog, UnknownColumnsAreWarningsWithASuggestion) {
    const auto loaded = load_user("provider,region_id,lon,lat,zons,colour\nacme,a,10,50,3,red\n");
    EXPECT_THAT(codes(loaded), ElementsAre("unknown-column:1 warning", "unknown-column:1 warning"));
    EXPECT_EQ(loaded.diagnostics[0].value, "zons");
    EXPECT_EQ(loaded.diagnostics[0].hint, "Did you mean 'zones'?");
    EXPECT_EQ(loaded.diagnostics[1].hint, "");
    EXPECT_TRUE(loaded.catalog.find_region("acme:a"));
}

TEST(UserCatalog, MissingAndDoubledColumnsAreErrors) {
    EXPECT_THAT(codes(load_user("provider,region_id,lon\nacme,a,1\n")),
                ElementsAre("missing-column:1"));
    EXPECT_THAT(codes(load_user("name,city\nx,y\n")),
                ElementsAre("missing-column:1", "missing-column:1", "missing-column:1",
                            "missing-column:1"));
    EXPECT_THAT(codes(load_user("provider,region_id,lon,lat,longitude\nacme,a,1,2,3\n")),
                ElementsAre("duplicate-column:1"));
}

TEST(UserCatalog, EveryFaultOfARowIsSaidAtOnce) {
    const auto loaded = load_user(
        "provider,region_id,lon,lat,zones,opened,status,class,confidence,precision_m\n"
        "acme,a,abc,91,-1,2024-02-30,opne,publik,sure,wide\n");
    EXPECT_THAT(
        codes(loaded),
        UnorderedElementsAre("not-a-number:2", "not-a-number:2", "out-of-range:2", "bad-date:2",
                             "unknown-word:2", "unknown-word:2", "unknown-word:2"));
    for (const auto& fault : loaded.diagnostics) {
        EXPECT_THAT(fault.file, HasSubstr("mine.csv"));
        EXPECT_FALSE(fault.field.empty());
        EXPECT_FALSE(fault.value.empty());
        if (fault.value == "opne") {
            EXPECT_EQ(fault.hint, "Did you mean 'open'?");
        }
    }
    EXPECT_FALSE(loaded.catalog.find_region("acme:a"));
}

TEST(UserCatalog, NumbersThatAreNoneAreRefused) {
    for (const char* lon : {"nan", "NaN", "inf", "-inf", "1e999", "0x10", "10,75", "ten", "1 0"}) {
        const auto loaded =
            load_user("provider,region_id,lon,lat\nacme,a,\"" + std::string(lon) + "\",50\n");
        EXPECT_THAT(codes(loaded), ElementsAre("not-a-number:2")) << lon;
    }
    EXPECT_THAT(load_user("provider,region_id,lon,lat\nacme,a,\"10,7\",5\n").diagnostics[0].hint,
                HasSubstr("point"));
}

TEST(UserCatalog, PositionsOffTheGlobeAreRefusedWithASuggestion) {
    const auto rows = [](const std::string& position) {
        return load_user("provider,region_id,lon,lat\nacme,a," + position + "\n");
    };
    EXPECT_THAT(codes(rows("181,0")), ElementsAre("out-of-range:2"));
    EXPECT_THAT(rows("181,0").diagnostics[0].hint, HasSubstr("-179"));
    EXPECT_THAT(codes(rows("540,0")), ElementsAre("out-of-range:2"));
    EXPECT_EQ(rows("540,0").diagnostics[0].hint, "");
    EXPECT_THAT(codes(rows("500,200")), ElementsAre("out-of-range:2", "out-of-range:2"));
    // Singapore as PeeringDB once had it: the latitude given first.
    const auto swapped = rows("1.35,103.8");
    EXPECT_THAT(codes(swapped), ElementsAre("lat-lon-swapped:2"));
    EXPECT_THAT(swapped.diagnostics[0].hint, HasSubstr("lon 103.8, lat 1.35"));
    // +180 and -180 are one meridian.
    EXPECT_EQ(region(rows("180,10"), "acme:a").position, (LonLat{-180, 10}));
}

TEST(UserCatalog, DuplicateIdsAreErrorsThatNameTheFirst) {
    const auto loaded = load_user(
        "provider,region_id,lon,lat\nacme,a,10,50\nACME,A,11,51\nacme,b,12,52\naws,us-east-1,1,2\n"
        "aws,us-east-1,3,4\n");
    EXPECT_THAT(codes(loaded), ElementsAre("duplicate-id:3", "duplicate-id:6"));
    EXPECT_THAT(loaded.diagnostics[0].message, HasSubstr("line 2"));
    EXPECT_EQ(region(loaded, "acme:a").position.lon, 10);
}

TEST(UserCatalog, ANewProviderNearAKnownNameIsAsked) {
    const auto loaded = load_user("provider,region_id,lon,lat\ngogle,a,10,50\n");
    EXPECT_THAT(codes(loaded), ElementsAre("new-provider:2 warning"));
    EXPECT_THAT(loaded.diagnostics[0].hint, HasSubstr("google"));
}

TEST(UserCatalog, BoundsNarrowDatesAndContradictionsAreSaid) {
    const std::string header = "provider,region_id,lon,lat,opened,not_before,not_after\n";
    const auto loaded =
        load_user(header + "acme,a,10,50,2026,2026-04-01,\n" +
                  "acme,b,10,50,,2017-03-01,2018-02-28\n" + "acme,c,10,50,,,2018-02-28\n");
    EXPECT_THAT(codes(loaded), IsEmpty());
    EXPECT_EQ(region(loaded, "acme:a").opened->first_day(), Date::from_ymd(2026, 4, 1));
    EXPECT_EQ(region(loaded, "acme:b").opened->text(), "2017-03-01/2018-02-28");
    EXPECT_EQ(region(loaded, "acme:c").opened->text(), "2018-02-28");
    EXPECT_THAT(codes(load_user(header + "acme,a,10,50,2026,2027-01-01,\n")),
                ElementsAre("date-order:2"));
    EXPECT_THAT(codes(load_user(header + "acme,a,10,50,,2027-01-01,2026-01-01\n")),
                ElementsAre("date-order:2"));
}

TEST(UserCatalog, WholeDaysAreReadAtThePrecisionThatIsStated) {
    const auto loaded = load_user(
        "provider,region_id,lon,lat,start_date,start_precision\n"
        "acme,a,10,50,2018-01-01,year\nacme,b,10,50,2018-03-01,month\n"
        "acme,c,10,50,2018-03-05,day\nacme,d,10,50,2018-03-05,none\n"
        "acme,e,10,50,2018-03,\n");
    EXPECT_THAT(codes(loaded), IsEmpty());
    EXPECT_EQ(region(loaded, "acme:a").opened->text(), "2018");
    EXPECT_EQ(region(loaded, "acme:b").opened->text(), "2018-03");
    EXPECT_EQ(region(loaded, "acme:c").opened->text(), "2018-03-05");
    EXPECT_FALSE(region(loaded, "acme:d").opened);
    EXPECT_EQ(region(loaded, "acme:e").opened->text(), "2018-03");
}

const std::string kGeoJson = R"({"type":"FeatureCollection","features":[
{"type":"Feature","geometry":{"type":"Point","coordinates":[10.75,59.91]},
 "properties":{"provider":"gcp","id":"my-oslo","zones":3,"opened":"2024-05","longitude":1,"lat":2}},
{"type":"Feature","geometry":{"type":"Point","coordinates":[18.07,59.33]},
 "properties":{"provider":"acme","id":"sto","zones":null,"opened":null}},
{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]},
 "properties":{"provider":"acme","id":"line"}},
{"type":"Feature","geometry":null,"properties":{"provider":"acme","id":"null"}},
{"type":"Feature","geometry":{"type":"Point","coordinates":[18.07,59.33]},
 "properties":{"provider":"acme","id":"bad","zones":-4}}]})";

TEST(UserCatalog, InGeoJsonHasThePointForItsPosition) {
    const auto loaded = load_user(kGeoJson, "mine.geojson");
    EXPECT_THAT(codes(loaded), ElementsAre("no-point:3", "no-point:4", "out-of-range:5"))
        << "numbers of features";
    const auto& oslo = region(loaded, "google:my-oslo");
    EXPECT_EQ(oslo.position, (LonLat{10.75, 59.91}));
    EXPECT_EQ(oslo.zones, 3);
    EXPECT_EQ(oslo.opened->text(), "2024-05");
    EXPECT_FALSE(region(loaded, "acme:sto").zones);
    EXPECT_FALSE(loaded.catalog.find_region("acme:line"));
}

TEST(UserCatalog, InGeoPackageIsTheSameAsInGeoJson) {
    const test::Scratch scratch;
    const auto path = scratch.path() / "mine.gpkg";
    Schema schema;
    schema.layer = "mine";
    schema.geometry = GeometryType::point;
    schema.fields = {{"provider", FieldType::text},
                     {"region_id", FieldType::text},
                     {"zones", FieldType::integer},
                     {"opened", FieldType::date}};
    auto sink = make_sink(path, VectorFormat::gpkg, schema);
    sink->write({std::nullopt,
                 Points{{{10.75, 59.91}}},
                 {"acme", "oslo", std::int64_t{3}, Date::from_ymd(2024, 5, 6)}});
    sink->commit();
    const auto loaded = load_catalog({kDatasets, {path}});
    EXPECT_THAT(codes(loaded), IsEmpty());
    const auto& row = region(loaded, "acme:oslo");
    EXPECT_NEAR(row.position.lon, 10.75, 1e-12);
    EXPECT_EQ(row.zones, 3);
    EXPECT_EQ(row.opened->text(), "2024-05-06");
}

TEST(UserCatalog, InBrokenGeoJsonIsSaid) {
    for (const char* text :
         {"{", "[]", "{\"type\":\"FeatureCollection\",\"features\":[{]}", "", "not json at all"}) {
        EXPECT_THROW(
            {
                const auto loaded = load_user(text, "mine.geojson");
                if (has_errors(loaded.diagnostics)) {
                    throw Error(ExitCode::invalid, "said");
                }
            },
            Error)
            << text;
    }
    // A latitude of 103.8: Singapore with the latitude first.
    const auto swapped = load_user(
        R"({"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point",)"
        R"("coordinates":[1.35,103.8]},"properties":{"provider":"acme","id":"sg"}}]})",
        "mine.geojson");
    EXPECT_TRUE(has_errors(swapped.diagnostics));
    EXPECT_FALSE(swapped.catalog.find_region("acme:sg"));
}

TEST(UserCatalog, OfBadBytesIsSaidAndTheRestIsRead) {
    EXPECT_THAT(codes(load_user("")), ElementsAre("empty-file:1"));
    EXPECT_THAT(codes(load_user("provider,region_id,lon,lat\n")), ElementsAre("no-rows:1 warning"));
    EXPECT_THAT(codes(load_user(std::string("\xFF\xFEp\0r\0", 6))), ElementsAre("bad-encoding:1"));
    const auto loaded = load_user(
        "\xEF\xBB\xBFprovider,region_id,lon,lat,name\r\nacme,a,10,50,S\xE3o\r\n"
        "acme,b,10,50\r\nacme,c,10,50,ok\r\nacme,d,10,50,\"open\r\n");
    EXPECT_THAT(codes(loaded),
                ElementsAre("bad-encoding:2", "wrong-field-count:3", "unclosed-quote:5"));
    EXPECT_TRUE(loaded.catalog.find_region("acme:c"));
}

TEST(UserCatalog, ThatCannotBeReadIsAnError) {
    EXPECT_THROW(load_catalog({kDatasets, {"/nowhere/mine.csv"}}), Error);
    EXPECT_THROW(load_user("x", "mine.xlsx"), Error);
    const test::Scratch scratch;
    EXPECT_THROW(load_catalog({scratch.path(), {}}), Error) << "no datasets there";
}

TEST(UserCatalog, ErrorsAreThrownTogetherWhereNoneMayBe) {
    const test::Scratch scratch;
    const auto path = scratch.file("m.csv", "provider,region_id,lon,lat\na,x,1,99\na,y,zz,1\n");
    try {
        load_catalog_or_throw({kDatasets, {path}});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::invalid);
        EXPECT_THAT(error.what(), HasSubstr("m.csv:2"));
        EXPECT_THAT(error.what(), HasSubstr("m.csv:3"));
    }
}

TEST(UserCatalog, OfNothingButFaultsIsGivenUp) {
    std::string text = "provider,region_id,lon,lat\n";
    for (int i = 0; i < 200'000; ++i) {
        text += "acme,r" + std::to_string(i) + ",x,y\n";
    }
    const auto loaded = load_user(text);
    EXPECT_LT(loaded.diagnostics.size(), 10'100U);
    EXPECT_THAT(codes(loaded), Contains(HasSubstr("too-many-faults")));
}

TEST(UserCatalog, OfAnyBytesNeverCrashes) {
    const test::Scratch scratch;
    std::mt19937 random(5);
    const std::string seed =
        "provider,region_id,lon,lat,opened,zones\nacme,a,10,50,2024-01,3\ngcp,b,1.5,-7,2019,\n";
    for (int round = 0; round < 150; ++round) {
        std::string text = seed;
        for (unsigned i = 0; i < 1 + random() % 6; ++i) {
            text[random() % text.size()] = static_cast<char>(random() % 256);
        }
        const auto loaded = load_catalog({kDatasets, {scratch.file("fuzz.csv", text)}});
        EXPECT_GE(loaded.catalog.regions().size(), 421U);
    }
}

}  // namespace
}  // namespace footprint::geo
