// The catalog, exported in every vector format and read back, is the catalog.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/diagnostic.h"
#include "geo/catalog/catalog.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"

namespace footprint::cli {
namespace {

using test::run;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

const std::string kProgram = FOOTPRINT_PROGRAM;
const fs::path kDatasets = fs::path(FOOTPRINT_SOURCE_DIR) / "datasets";

test::Outcome run_in(const fs::path& folder, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), kProgram);
    test::RunOptions options;
    options.folder = folder;
    return run(arguments, options);
}

std::string text(const std::optional<DateInterval>& when) {
    return when ? when->begin.iso() + "/" + when->last_day().iso() + " " +
                      std::string(to_string(when->precision))
                : "unknown";
}

// All that a row says, as one line.
std::string row(const geo::Catalog& catalog, geo::RegionIndex index) {
    const geo::Region& region = catalog.region(index);
    std::string line = catalog.qualified_id(index);
    for (const std::string& part :
         {region.name, region.city, region.country, std::to_string(region.position.lon),
          std::to_string(region.position.lat), std::to_string(region.precision_m),
          region.zones ? std::to_string(*region.zones) : "unknown", text(region.opened),
          text(region.target), std::string(geo::to_string(region.status)),
          std::string(geo::to_string(region.region_class)), text(region.as_of),
          std::string(geo::to_string(region.confidence)), region.date_basis, region.source,
          region.note}) {
        line += " | " + part;
    }
    return line;
}

class CatalogRoundTrip : public testing::TestWithParam<const char*> {};

TEST_P(CatalogRoundTrip, IsTheCatalog) {
    const test::Scratch scratch;
    const std::string suffix = GetParam();
    const std::vector<std::string> files =
        suffix == "gpkg" ? std::vector<std::string>{"both.gpkg"}
                         : std::vector<std::string>{"regions." + suffix, "pipeline." + suffix};
    if (suffix == "gpkg") {
        ASSERT_EQ(
            run_in(scratch.path(), {"export", "regions,pipeline,zones", "-o", files[0]}).exit_code,
            0);
    } else {
        ASSERT_EQ(run_in(scratch.path(), {"export", "regions", "-o", files[0]}).exit_code, 0);
        ASSERT_EQ(run_in(scratch.path(), {"export", "pipeline", "-o", files[1]}).exit_code, 0);
    }
    geo::CatalogInput input{kDatasets, {}};
    const geo::Catalog shipped = geo::load_catalog_or_throw(input);
    for (const std::string& file : files) {
        input.user_catalogs.push_back(scratch.path() / file);
    }
    const geo::LoadedCatalog again = geo::load_catalog(input);
    EXPECT_EQ(format(again.diagnostics, 5), "");
    ASSERT_EQ(again.catalog.regions().size(), shipped.regions().size());
    for (geo::RegionIndex i = 0; i < shipped.regions().size(); ++i) {
        EXPECT_EQ(row(again.catalog, i), row(shipped, i));
        EXPECT_THAT(again.catalog.region(i).origin.file, HasSubstr(scratch.path().string()));
    }
    EXPECT_EQ(again.catalog.events().size(), shipped.events().size());

    std::vector<std::string> arguments{"validate"};
    arguments.insert(arguments.end(), files.begin(), files.end());
    const auto validated = run_in(scratch.path(), arguments);
    EXPECT_THAT(validated.out, HasSubstr("0 errors and 0 warnings"));
    EXPECT_EQ(validated.exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(EveryFormat, CatalogRoundTrip,
                         testing::Values("csv", "geojson", "geojsonl", "gpkg", "fgb"));

TEST(CatalogOfAnotherProvider, KeepsItsClosingImpairmentAndAnnouncement) {
    const test::Scratch scratch;
    const auto file = scratch.file("mine.csv",
                                   "provider,region_id,lon,lat,state,start_date,end_date,"
                                   "start_precision,expected_date,as_of\n"
                                   "acme,a,10.75,59.91,closed,2015-07-01,2020-03-31,year,,\n"
                                   "acme,b,18.06,59.33,impaired,2016-02-03,,day,,2026-05-01\n"
                                   "acme,c,12.57,55.68,announced,2025-01-10,,day,2027-06-30,\n");
    const auto catalog = geo::load_catalog_or_throw({kDatasets, {file}});
    const std::size_t first = catalog.regions().size() - 3;
    std::map<geo::RegionIndex, const geo::EventRecord*> told;
    for (const auto& event : catalog.events()) {
        if (event.region >= first) {
            told[event.region] = &event;
        }
    }
    ASSERT_EQ(told.size(), 3U);
    const auto a = static_cast<geo::RegionIndex>(first);
    EXPECT_EQ(told[a]->kind, geo::EventKind::closed);
    EXPECT_EQ(text(told[a]->date), "2020-03-31/2020-03-31 day");
    EXPECT_EQ(text(catalog.region(a).opened), "2015-01-01/2015-12-31 year");
    EXPECT_EQ(told[a + 1]->kind, geo::EventKind::impaired);
    EXPECT_EQ(catalog.region(a + 1).status, geo::RegionStatus::open);
    EXPECT_EQ(told[a + 2]->kind, geo::EventKind::announced);
    EXPECT_EQ(catalog.region(a + 2).status, geo::RegionStatus::planned);
    EXPECT_EQ(text(catalog.region(a + 2).target), "2027-06-30/2027-06-30 day");
    EXPECT_EQ(catalog.region(a + 2).opened, std::nullopt);
}

}  // namespace
}  // namespace footprint::cli
