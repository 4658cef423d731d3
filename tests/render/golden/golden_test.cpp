// Pictures compared with those that were looked at and found right (tests/golden), from a catalog
// of the test's own: new facts change none of them.
//
// On a failure the picture and where it differs stand in the folder that the message names. If the
// new picture is right, look at it and keep it:  FOOTPRINT_WRITE_GOLDEN=1
// build/dev/tests/golden_test
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "render/paint/frame_painter.h"
#include "render/scene/compare_chart.h"
#include "render/scene/postcard.h"
#include "sim/coverage/cable_traffic.h"
#include "sim/latency/backbone_model.h"
#include "tests/render/golden/pictures.h"
#include "tests/support/scratch.h"

namespace footprint::render {
namespace {

namespace fs = std::filesystem;

constexpr int kWidth = 640;
constexpr int kHeight = 360;
// A mark of the smallest symbol covers about as many pixels as twice this.
constexpr std::size_t kMostDifferent = 12;

DateInterval on(const std::string& text) {
    return parse_date_interval(text);
}

geo::Provider provider(std::string id, std::string name) {
    geo::Provider p;
    p.id = std::move(id);
    p.name = p.short_name = std::move(name);
    p.counted = geo::open_to_everyone();
    p.as_of = on("2026-06-30");
    return p;
}

struct Place {
    const char* city;
    const char* country;
    geo::LonLat at;
};

geo::Region region(geo::ProviderIndex whose, const Place& place, const std::string& opened,
                   std::optional<int> zones) {
    geo::Region r;
    r.provider = whose;
    r.id = r.name = r.city = place.city;
    r.country = place.country;
    r.position = place.at;
    r.zones = zones;
    if (!opened.empty()) {
        r.opened = on(opened);
    }
    r.as_of = on("2026-06-30");
    return r;
}

geo::EventRecord event(geo::RegionIndex region, geo::EventKind kind, const std::string& date) {
    geo::EventRecord e;
    e.region = region;
    e.kind = kind;
    e.date = on(date);
    return e;
}

// Every state that a region can be in, and two providers of one hue. Dates are invented.
geo::Catalog make_catalog() {
    constexpr geo::ProviderIndex kAws = 0;
    constexpr geo::ProviderIndex kAzure = 1;
    constexpr geo::ProviderIndex kGoogle = 2;
    constexpr geo::ProviderIndex kIbm = 3;
    std::vector<geo::Region> regions{
        region(kAws, {"Ashburn", "US", {-77.5, 39.0}}, "2008-05-01", 6),
        region(kAws, {"Frankfurt", "DE", {8.7, 50.1}}, "2014", 3),
        region(kAws, {"Sydney", "AU", {151.2, -33.9}}, "2012-11-12", 3),
        region(kAws, {"Manama", "BH", {50.6, 26.2}}, "2019-07-29", 3),
        region(kAws, {"Santiago", "CL", {-70.7, -33.4}}, "", std::nullopt),
        region(kAzure, {"Dublin", "IE", {-6.3, 53.3}}, "2010-02-01", 3),
        region(kAzure, {"Frankfurt", "DE", {8.7, 50.1}}, "2016-09-01", 3),
        region(kAzure, {"Johannesburg", "ZA", {28.0, -26.2}}, "2019-03-06", 1),
        region(kGoogle, {"Tokyo", "JP", {139.7, 35.7}}, "2016-11-08", 3),
        region(kGoogle, {"Frankfurt", "DE", {8.7, 50.1}}, "2017-09-12", 3),
        region(kGoogle, {"Mumbai", "IN", {72.9, 19.1}}, "2017-10-31", 3),
        region(kIbm, {"Dallas", "US", {-96.8, 32.8}}, "2014-01-01", 3),
        region(kIbm, {"São Paulo", "BR", {-46.6, -23.5}}, "2020-10-01", 1)};
    regions[4].status = geo::RegionStatus::planned;
    regions[4].target = on("2027-03");
    regions[10].status = geo::RegionStatus::closed;
    return {{provider("aws", "AWS"), provider("azure", "Azure"), provider("google", "Google"),
             provider("ibm", "IBM")},
            regions,
            {event(3, geo::EventKind::impaired, "2026-03-01"),
             event(4, geo::EventKind::announced, "2025-05-01"),
             event(10, geo::EventKind::closed, "2024-06-01")},
            Date::from_ymd(2026, 6, 30)};
}

struct World {
    geo::Catalog catalog = make_catalog();
    geo::Catalog spread = with_openings_spread(catalog);
    sim::Timeline dated = sim::Timeline::from_catalog(catalog);
    sim::Timeline timeline = sim::Timeline::from_catalog(spread);
    geo::Atlas atlas = geo::Atlas::load(FOOTPRINT_SOURCE_DIR "/datasets", geo::MapDetail::coarse);
    FontSet fonts;
    std::unique_ptr<sim::LatencyModel> model = sim::make_distance_model();
};

const World& world() {
    static const World kWorld;
    return kWorld;
}

fs::path failures() {
    return fs::temp_directory_path() / "footprint-golden";
}

void expect_golden(const std::string& name, const Image& actual) {
    const fs::path golden = fs::path(FOOTPRINT_SOURCE_DIR "/tests/golden") / (name + ".png");
    if (std::getenv("FOOTPRINT_WRITE_GOLDEN") != nullptr) {
        test::write_png(golden, actual);
        return;
    }
    const auto expected = test::read_png(golden);
    ASSERT_TRUE(expected.has_value())
        << golden << " cannot be read; FOOTPRINT_WRITE_GOLDEN=1 writes it";
    const auto difference = test::difference_of(*expected, actual);
    if (difference.pixels > kMostDifferent) {
        fs::create_directories(failures());
        const fs::path shown = failures() / (name + ".png");
        const fs::path marked = failures() / (name + "-difference.png");
        test::write_png(shown, actual);
        test::write_png(marked, difference.marked);
        ADD_FAILURE() << difference.pixels << " pixels of " << golden << " differ: the picture is "
                      << shown << ", the difference " << marked;
    }
}

SceneOptions options(const std::string& theme) {
    SceneOptions result;
    result.width = kWidth;
    result.height = kHeight;
    result.theme = theme;
    result.providers = {0, 1, 2, 3};
    result.scope = sim::RegionScope::published(world().catalog);
    result.credits = "Made with Natural Earth";
    result.model = "distance model";
    return result;
}

FilmClock clock_to(Date to) {
    return FilmClock::make(Date::from_ymd(2006, 1, 1), to, 10, 24);
}

Image picture_of(const SceneOptions& options, const FilmClock& clock, const Moment& moment) {
    const SceneInput input{&world().timeline, &world().dated, &world().atlas};
    const Scene scene(input, options, clock, world().fonts);
    std::optional<ShadingInput> shading;
    if (!options.shading.empty()) {
        shading = ShadingInput{&world().atlas, nullptr, world().model.get(), &world().timeline, {}};
        shading->options.scope = options.scope;
    }
    return FramePainter(scene, shading, world().fonts).still(moment);
}

Image still(SceneOptions options, Date at) {
    options.still = true;
    Moment moment;
    moment.day = at.days();
    if (!options.shading.empty()) {
        moment.people = PeopleCount{5.2e9, 8.2e9};
    }
    return picture_of(options, clock_to(at), moment);
}

// The film's frame so many seconds after it reached a date.
Image frame(Date at, double after_s) {
    const FilmClock clock = clock_to(Date::from_ymd(2027, 12, 31));
    const auto number =
        static_cast<std::int64_t>(std::lround((clock.second_of(at.days()) + after_s) * clock.fps));
    Moment moment;
    moment.day = clock.day(number);
    moment.second = clock.second(number);
    return picture_of(options("dark"), clock, moment);
}

TEST(Golden, MapOfTodayShadedOnDark) {
    auto shaded = options("dark");
    shaded.shading = shaded.providers;
    expect_golden("map-dark", still(shaded, Date::from_ymd(2026, 6, 30)));
}

TEST(Golden, MapOfThePastOnLight) {
    expect_golden("map-light", still(options("light"), Date::from_ymd(2020, 12, 31)));
}

TEST(Golden, MapOfTodayShadedInHighContrast) {
    auto shaded = options("contrast");
    shaded.shading = shaded.providers;
    expect_golden("map-contrast", still(shaded, Date::from_ymd(2026, 6, 30)));
}

TEST(Golden, GlobeOfOneProvidersReach) {
    auto globe = options("dark");
    globe.projection = "orthographic";
    globe.lon0 = 20;
    globe.providers = globe.shading = {0};
    expect_golden("globe", still(globe, Date::from_ymd(2026, 6, 30)));
}

// A network of the test's own: ten cables and the exchanges that they join.
std::shared_ptr<const sim::Backbone> make_backbone(const geo::Atlas& atlas) {
    struct End {
        const char* name;
        const char* country;
        double lon, lat;
    };
    const End new_york{"New York", "US", -74.0, 40.7}, bude{"Bude", "GB", -4.5, 50.8},
        marseille{"Marseille", "FR", 5.4, 43.3}, fortaleza{"Fortaleza", "BR", -38.5, -3.7},
        lisbon{"Lisbon", "PT", -9.1, 38.7}, lagos{"Lagos", "NG", 3.4, 6.5},
        cape_town{"Cape Town", "ZA", 18.4, -33.9}, suez{"Suez", "EG", 32.5, 29.9},
        mumbai{"Mumbai", "IN", 72.9, 19.1}, singapore{"Singapore", "SG", 103.8, 1.35},
        perth{"Perth", "AU", 115.9, -31.9}, tokyo{"Tokyo", "JP", 139.7, 35.7},
        seattle{"Seattle", "US", -122.3, 47.6};
    std::string cables =
        "cable,from,from_cc,from_lon,from_lat,to,to_cc,to_lon,to_lat,km,rfs_year,retired_year\n";
    const auto cable = [&](const char* name, const End& a, const End& b, int year) {
        cables += fmt::format("{},{},{},{},{},{},{},{},{},0,{},\n", name, a.name, a.country, a.lon,
                              a.lat, b.name, b.country, b.lon, b.lat, year);
    };
    cable("Atlantic", new_york, bude, 2001);
    cable("South Atlantic", new_york, fortaleza, 2005);
    cable("Iberia", lisbon, bude, 2003);
    cable("West Africa", lisbon, lagos, 2010);
    cable("Cape", lagos, cape_town, 2012);
    cable("Levant", marseille, suez, 2002);
    cable("Arabian Sea", suez, mumbai, 2006);
    cable("Bengal", mumbai, singapore, 2006);
    cable("Timor", singapore, perth, 2018);
    cable("China Sea", singapore, tokyo, 2009);
    cable("Pacific", tokyo, seattle, 2004);
    std::string hubs = "name,cc,lon,lat\n";
    for (const auto& [name, country, at] :
         {Place{"Ashburn", "US", {-77.5, 39.0}}, Place{"Frankfurt", "DE", {8.7, 50.1}},
          Place{"Paris", "FR", {2.3, 48.9}}, Place{"London", "GB", {-0.1, 51.5}},
          Place{"Dallas", "US", {-96.8, 32.8}}, Place{"Sao Paulo", "BR", {-46.6, -23.5}},
          Place{"Delhi", "IN", {77.2, 28.6}}, Place{"Johannesburg", "ZA", {28.0, -26.2}},
          Place{"Sydney", "AU", {151.2, -33.9}}, Place{"Cairo", "EG", {31.2, 30.0}}}) {
        hubs += fmt::format("{},{},{},{}\n", name, country, at.lon, at.lat);
    }
    const std::string routes =
        "from,from_cc,from_lon,from_lat,to,to_cc,to_lon,to_lat,km_estimate,since_year,kind\n";
    const test::Scratch folder;
    fs::create_directories(folder.path() / "backbone");
    folder.file("cables.csv", cables);
    folder.file("backbone/cables_more.csv", cables.substr(0, cables.find('\n') + 1));
    folder.file("backbone/hubs.csv", hubs);
    folder.file("backbone/land_routes.csv",
                routes +
                    "London,GB,-0.1,51.5,Paris,FR,2.3,48.9,500,1994,tunnel\n"
                    "Paris,FR,2.3,48.9,Frankfurt,DE,8.7,50.1,600,1995,fibre\n"
                    "Paris,FR,2.3,48.9,Lisbon,PT,-9.1,38.7,1800,1995,fibre\n");
    folder.file("backbone/island_links.csv", routes);
    folder.file("backbone/transit_rules.csv", "country,applies_to\n");
    folder.file("backbone/cable_use.csv", "cable,not_for\n");
    folder.file("backbone/chokepoints.csv",
                "row_type,name,keys,lon,lat,radius_km,start_date,end_date,cables_affected\n");
    folder.file("backbone/access_borders.csv",
                "kind,a,a_lon,a_lat,b,b_lon,b_lat,since_year,rule,source,confidence,note\n");
    return std::make_shared<const sim::Backbone>(sim::Backbone::load(folder.path(), atlas));
}

// People in a few towns, as many in each.
geo::DemandPoints some_people(const geo::Atlas& atlas) {
    geo::DemandPoints people;
    for (const auto& [name, country, at] :
         {Place{"", "US", {-96.8, 32.8}}, Place{"", "BR", {-46.6, -23.5}},
          Place{"", "NG", {3.4, 6.6}}, Place{"", "IN", {77.2, 28.6}},
          Place{"", "AU", {116.0, -31.9}}, Place{"", "ZA", {28.0, -26.2}},
          Place{"", "EG", {31.2, 30.0}}, Place{"", "JP", {139.7, 35.7}}}) {
        people.position.push_back(at);
        people.country.push_back(atlas.find_country(country).value());
        people.people_2025.push_back(40e6F);
        people.rural_2025.push_back(0);
    }
    people.as_given = true;
    return people;
}

TEST(Golden, MapOfReachAlongTheCables) {
    const auto backbone = make_backbone(world().atlas);
    const auto people = some_people(world().atlas);
    const sim::BackboneParameters parameters;
    const auto model = sim::make_backbone_model(backbone, parameters);
    auto along = options("dark");
    along.still = true;
    along.cables = true;
    along.providers = along.shading = {0};
    along.model = "backbone model";
    const SceneInput input{&world().timeline, &world().dated, &world().atlas};
    const Date at = Date::from_ymd(2026, 6, 30);
    const Scene scene(input, along, clock_to(at), world().fonts);
    ShadingInput shading{&world().atlas, nullptr, model.get(), &world().timeline, {}};
    shading.options.scope = along.scope;
    sim::CoverageOptions coverage;
    coverage.scope = along.scope;
    sim::CableTraffic traffic(world().dated, world().atlas, people, backbone, parameters, {},
                              coverage);
    Moment moment;
    moment.day = at.days();
    moment.people = PeopleCount{5.2e9, 8.2e9};
    expect_golden("map-cables",
                  FramePainter(scene, shading, world().fonts, &traffic).still(moment));
}

TEST(Golden, FrameWithAPulseAndItsCaption) {
    expect_golden("film-pulse", frame(Date::from_ymd(2019, 3, 6), 0.4));
}

TEST(Golden, FrameWithARegionClosed) {
    expect_golden("film-closed", frame(Date::from_ymd(2024, 6, 1), 0.6));
}

TEST(Golden, FrameWithARegionAnnounced) {
    expect_golden("film-announced", frame(Date::from_ymd(2025, 10, 1), 0));
}

TEST(Golden, FrameWithARegionImpaired) {
    expect_golden("film-impaired", frame(Date::from_ymd(2026, 3, 1), 0.5));
}

TEST(Golden, FrameOfWhatIsAnnouncedNotFact) {
    expect_golden("film-future", frame(Date::from_ymd(2027, 9, 1), 0));
}

// Numbers of the test's own: a provider reaches more with patience, and later.
sim::ProviderInArea reach(geo::ProviderIndex provider, const std::vector<double>& thresholds_ms,
                          double at) {
    sim::ProviderInArea p;
    p.provider = provider;
    p.presence = world().dated.totals(Date::from_ymd(2026, 6, 30), provider,
                                      sim::RegionScope::published(world().catalog));
    p.coverage.people = 8e9;
    for (const double ms : thresholds_ms) {
        p.coverage.people_within.push_back(8e9 * (1 - std::exp(-ms * at / (40 + 20.0 * provider))));
    }
    p.coverage.median_rtt_ms = 30 + 10 * provider;
    p.coverage.p90_rtt_ms = 80 + 20 * provider;
    return p;
}

Image compared(std::size_t providers, const std::vector<Date>& days) {
    CompareChart chart;
    chart.catalog = &world().catalog;
    chart.thresholds_ms = {10, 20, 30, 50, 100, 150, 200};
    std::vector<sim::DateComparison> dates;
    for (std::size_t i = 0; i < days.size(); ++i) {
        sim::AreaComparison area;
        area.area = "World";
        const double at = static_cast<double>(i + 1) / static_cast<double>(days.size());
        for (std::size_t p = 0; p < providers; ++p) {
            area.providers.push_back(
                reach(static_cast<geo::ProviderIndex>(p), chart.thresholds_ms, at));
        }
        for (std::size_t t = 0; providers == 2 && t < chart.thresholds_ms.size(); ++t) {
            const double a = area.providers[0].coverage.people_within[t];
            const double b = area.providers[1].coverage.people_within[t];
            sim::Gap gap;
            gap.both = a * b / 8e9;
            gap.only_a = a - gap.both;
            gap.only_b = b - gap.both;
            gap.neither = 8e9 - a - gap.only_b;
            area.gaps.push_back(gap);
        }
        dates.push_back({days[i], {area}});
    }
    chart.dates = &dates;
    chart.as_of = world().catalog.as_of();
    chart.credits = "Made with Natural Earth";
    Image image(kWidth, kHeight);
    paint(image, compare_chart(chart, {kWidth, kHeight, "dark"}, world().fonts), world().fonts);
    return image;
}

TEST(Golden, FourProvidersCompared) {
    expect_golden("compare-four", compared(4, {Date::from_ymd(2026, 6, 30)}));
}

TEST(Golden, TwoProvidersCompared) {
    expect_golden("compare-pair", compared(2, {Date::from_ymd(2026, 6, 30)}));
}

TEST(Golden, ProvidersComparedOverTime) {
    std::vector<Date> days;
    for (int year = 2022; year <= 2027; ++year) {
        days.push_back(Date::from_ymd(year, 6, 30));
        days.push_back(Date::from_ymd(year, 12, 31));
    }
    expect_golden("compare-time", compared(4, days));
}

Image postcard_of(const std::string& area_name, const std::string& theme) {
    sim::Difference difference;
    difference.from = Date::from_ymd(2015, 12, 31);
    difference.to = Date::from_ymd(2026, 6, 30);
    const auto change = [&](sim::ChangeKind kind, geo::RegionIndex of, int zones) {
        sim::RegionChange c;
        c.kind = kind;
        c.region = of;
        c.zones_after = zones;
        difference.changes.push_back(c);
    };
    change(sim::ChangeKind::opened, 3, 3);
    change(sim::ChangeKind::impaired, 3, 3);
    change(sim::ChangeKind::announced, 4, 0);
    change(sim::ChangeKind::opened, 6, 3);
    change(sim::ChangeKind::opened, 7, 1);
    change(sim::ChangeKind::opened, 8, 3);
    change(sim::ChangeKind::opened, 9, 3);
    change(sim::ChangeKind::closed, 10, 0);
    change(sim::ChangeKind::opened, 12, 1);
    const auto scope = sim::RegionScope::published(world().catalog);
    Postcard card;
    card.thresholds_ms = {50};
    for (geo::ProviderIndex p = 0; p < 4; ++p) {
        sim::ProviderDifference d;
        d.provider = p;
        d.before = world().dated.totals(difference.from, p, scope);
        d.after = world().dated.totals(difference.to, p, scope);
        d.reach_before = reach(p, card.thresholds_ms, 0.5).coverage;
        d.reach_after = reach(p, card.thresholds_ms, p == 2 ? 0.4 : 1).coverage;
        difference.providers.push_back(d);
    }
    const auto area = world().atlas.find_area(area_name).value();
    card.timeline = &world().dated;
    card.atlas = &world().atlas;
    card.difference = &difference;
    card.scope = scope;
    card.area = area.name;
    card.is_world = area.is_world;
    card.countries = area.countries;
    card.credits = "Made with Natural Earth";
    Image image(kWidth, kHeight);
    paint(image, postcard(card, {kWidth, kHeight, theme}, world().fonts), world().fonts);
    return image;
}

TEST(Golden, PostcardOfTheWorld) {
    expect_golden("postcard-world", postcard_of("world", "dark"));
}

TEST(Golden, PostcardOfAnArea) {
    expect_golden("postcard-area", postcard_of("europe", "light"));
}

// The comparison itself: smoothing of edges passes, a missing mark does not.
TEST(GoldenComparison, SeesAMarkButNotTheSmoothingOfEdges) {
    const auto dot = [](double x, double radius) {
        Image image(64, 64);
        std::fill(image.pixels.begin(), image.pixels.end(), 0xFF0B0F17U);
        SymbolMark mark;
        mark.centre = {x, 32};
        mark.radius = radius;
        mark.color = rgb(0xf7a427);
        mark.edge = rgb(0x0a0e15);
        paint(image, {mark}, world().fonts);
        return image;
    };
    EXPECT_LE(test::difference_of(dot(32, 3), dot(32.4, 3)).pixels, kMostDifferent);
    EXPECT_GT(test::difference_of(dot(32, 3), dot(36, 3)).pixels, kMostDifferent);
    EXPECT_GT(test::difference_of(dot(32, 3), dot(32, 0.01)).pixels, kMostDifferent);
    EXPECT_EQ(test::difference_of(dot(32, 3), Image(64, 63)).pixels, 64U * 63U);
}

}  // namespace
}  // namespace footprint::render
