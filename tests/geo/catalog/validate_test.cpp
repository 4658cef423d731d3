// Validation finds the errors that others have published, and none in our own catalog.
#include "geo/catalog/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/scratch.h"

namespace footprint::geo {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const fs::path kDatasets = FOOTPRINT_SOURCE_DIR "/datasets";

const Atlas& atlas() {
    static const Atlas loaded = Atlas::load(kDatasets);
    return loaded;
}
const Cities& cities() {
    static const Cities loaded = Cities::load(kDatasets);
    return loaded;
}

Diagnostics faults_of(const std::string& text) {
    const test::Scratch scratch;
    return validate(load_catalog({kDatasets, {scratch.file("mine.csv", text)}}), atlas(), cities());
}

Diagnostics faults_of_row(const std::string& row) {
    return faults_of("provider,region_id,city,country,lon,lat\n" + row + "\n");
}

std::vector<std::string> codes(const Diagnostics& faults) {
    std::vector<std::string> list;
    for (const auto& fault : faults) {
        list.push_back(fault.code + (fault.severity == Severity::warning ? " warning" : ""));
    }
    return list;
}

// A fault that carries everything: file, line, field, value, message; and the hint.
void expect_fault(const std::string& row, const std::string& code, const std::string& hint) {
    const auto faults = faults_of_row(row);
    ASSERT_THAT(codes(faults), ElementsAre(code)) << row;
    EXPECT_THAT(faults[0].file, HasSubstr("mine.csv"));
    EXPECT_EQ(faults[0].line, 2U);
    EXPECT_FALSE(faults[0].field.empty());
    EXPECT_FALSE(faults[0].value.empty());
    EXPECT_FALSE(faults[0].message.empty());
    EXPECT_THAT(faults[0].hint, HasSubstr(hint)) << row;
}

TEST(OurCatalog, HasNoFaultAtAll) {
    const auto faults = validate(load_catalog({kDatasets, {}}), atlas(), cities());
    EXPECT_EQ(format(faults, 50), "");
}

// ---- errors found in published tables -----------------------------------------------------------

TEST(PublishedErrors, JohannesburgInEgyptLostItsSign) {
    expect_fault("google,africa-south1,Johannesburg,ZA,28.0473,26.2041", "sign-lost",
                 "lat -26.2041");
}

TEST(PublishedErrors, SpainCentralEastOfGreenwichLostItsSign) {
    expect_fault("azure,spaincentral,Madrid,ES,3.4209,40.4259", "sign-lost", "lon -3.4209");
}

TEST(PublishedErrors, AustriaEastInYemenIsSwapped) {
    expect_fault("azure,austriaeast,Vienna,AT,48.2201,16.3800", "lat-lon-swapped",
                 "lon 16.3800, lat 48.2201");
}

TEST(PublishedErrors, UkWestAtWallaseyIsFarFromCardiff) {
    expect_fault("azure,ukwest,Cardiff,GB,-3.0838,53.4270", "far-from-city", "Cardiff is at");
}

TEST(PublishedErrors, SingaporeWithTheLatitudeFirstIsSwapped) {
    expect_fault("acme,sg,Singapore,SG,1.35,103.8", "lat-lon-swapped", "lon 103.8, lat 1.35");
}

TEST(PublishedErrors, UsEast1InSouthernVirginiaIsFarFromAshburn) {
    expect_fault("aws,us-east-1,Ashburn,US,-78.49,37.12", "far-from-city", "lon -77.4");
}

// ---- every kind of fault ------------------------------------------------------------------------

TEST(Places, NullIslandTheSeaAndOtherCountriesAreSaid) {
    expect_fault("acme,a,Lagos,NG,0,0", "null-island", "Lagos is at");
    expect_fault("acme,a,,,-40,35", "in-the-sea", "");
    expect_fault("acme,a,,DE,2.35,48.85", "wrong-country", "country 'FR'");
    expect_fault("acme,a,Lyon,FR,2.35,48.85", "far-from-city", "Lyon is at");
}

TEST(Places, SlipsAreFoundWithoutACityToo) {
    expect_fault("acme,a,,ZA,28.05,26.2", "sign-lost", "lat -26.2");
    expect_fault("acme,a,,IE,6.26,53.35", "sign-lost", "lon -6.26");
    expect_fault("acme,a,,BR,46.63,23.55", "sign-lost", "lon -46.6300, lat -23.5500");
    expect_fault("acme,a,,US,37.4,-122.1", "lat-lon-swapped", "lon -122.1, lat 37.4");
}

TEST(Places, NearABorderOrACoastAreRight) {
    for (const char* row : {"acme,a,Basel,CH,7.62,47.58", "acme,a,Johor Bahru,MY,103.76,1.46",
                            "acme,a,Singapore,SG,103.82,1.35", "acme,a,Hong Kong,HK,114.17,22.32",
                            "acme,a,Manama,BH,50.58,26.22", "acme,a,Auckland,NZ,174.76,-36.85",
                            "acme,a,Querétaro,MX,-100.39,20.59", "acme,a,Osaka,JP,135.5,34.69",
                            "acme,a,Frankfurt (Main),DE,8.68,50.11", "acme,a,,,-78.49,37.12"}) {
        EXPECT_EQ(format(faults_of_row(row), 5), "") << row;
    }
}

TEST(Countries, NeedAnIsoCodeOfTwoCapitals) {
    expect_fault("acme,a,London,UK,-0.12,51.5", "unknown-country", "write 'GB'");
    expect_fault("acme,a,Paris,France,2.35,48.85", "unknown-country", "write 'FR'");
    expect_fault("acme,a,Paris,fr,2.35,48.85", "unknown-country", "write 'FR'");
    expect_fault("acme,a,Paris,FRA,2.35,48.85", "unknown-country", "write 'FR'");
    expect_fault("acme,a,Paris,Frances,2.35,48.85", "unknown-country", "Did you mean 'FR'");
    expect_fault("acme,a,Paris,ZZ,2.35,48.85", "unknown-country", "");
}

TEST(SamePlace, TwiceWithinAProviderIsAWarning) {
    const std::string header = "provider,region_id,lon,lat,class,precision_m\n";
    EXPECT_THAT(codes(faults_of(header + "acme,a,10.7522,59.9139,,\nacme,b,10.7522,59.9139,,\n")),
                ElementsAre("same-place warning"));
    EXPECT_THAT(
        codes(faults_of(header + "acme,a,10.7522,59.9139,,\nacme,b,10.7522,59.9139,gov,\n")),
        IsEmpty())
        << "of another class";
    EXPECT_THAT(codes(faults_of(header + "acme,a,10.7522,59.9139,,\nother,b,10.7522,59.9139,,\n")),
                IsEmpty())
        << "of another provider";
    EXPECT_THAT(
        codes(faults_of(header + "acme,a,10.7522,59.9139,,10000\nacme,b,10.7522,59.9139,,10000\n")),
        IsEmpty())
        << "the middle of a metro area may be shared";
}

TEST(Dates, OutOfOrderAreSaid) {
    const std::string header = "provider,region_id,lon,lat,status,opened,target,as_of\n";
    const auto row = [&](const std::string& rest) {
        return codes(faults_of(header + "acme,a,10.75,59.91," + rest + "\n"));
    };
    EXPECT_THAT(row("open,2030,,"), ElementsAre("opened-after-as-of"));
    EXPECT_THAT(row("open,2020,,2019-06"), ElementsAre("opened-after-as-of"));
    EXPECT_THAT(row("open,2020,,2020-06"), IsEmpty());
    EXPECT_THAT(row("planned,2020,,"), ElementsAre("status-mismatch"));
    EXPECT_THAT(row("open,2020,2021,"), ElementsAre("status-mismatch warning"));
    EXPECT_THAT(row("closed,2020,,"), ElementsAre("status-mismatch warning"));
    EXPECT_THAT(row("planned,,2030,"), IsEmpty());
}

TEST(Events, AgainstTheirRegionsAreSaid) {
    const auto loaded = load_catalog({kDatasets, {}});
    const auto of = [&](EventKind kind, const char* date) {
        Region row = loaded.catalog.region(*loaded.catalog.find_region("google:europe-west1"));
        row.provider = 0;
        row.opened = parse_date_interval("2016-03");
        row.status = RegionStatus::open;
        EventRecord event;
        event.kind = kind;
        event.date = parse_date_interval(date);
        event.zones = 3;
        event.origin = {"events.csv", 9};
        EventRecord closed = event;
        closed.kind = EventKind::closed;
        closed.date = parse_date_interval("2020");
        row.status = RegionStatus::closed;
        const LoadedCatalog made{
            Catalog({loaded.catalog.provider(0)}, {row}, {event, closed}, loaded.catalog.as_of()),
            {},
            {}};
        return codes(validate(made, atlas(), cities()));
    };
    EXPECT_THAT(of(EventKind::zones, "2016-03"), IsEmpty());
    EXPECT_THAT(of(EventKind::zones, "2016"), IsEmpty()) << "it may have been after";
    EXPECT_THAT(of(EventKind::zones, "2016-02"), ElementsAre("date-order"));
    EXPECT_THAT(of(EventKind::zones, "2021"), ElementsAre("date-order")) << "after it closed";
    EXPECT_THAT(of(EventKind::announced, "2015"), IsEmpty());
    EXPECT_THAT(of(EventKind::announced, "2017"), ElementsAre("date-order"));
    EXPECT_THAT(of(EventKind::impaired, "2015"), ElementsAre("date-order"));
}

TEST(Zones, BeyondAnyProvidersAreSaid) {
    const std::string header = "provider,region_id,lon,lat,zones\n";
    EXPECT_THAT(codes(faults_of(header + "acme,a,10.75,59.91,21\n")), ElementsAre("out-of-range"));
    EXPECT_THAT(codes(faults_of(header + "acme,a,10.75,59.91,20\n")), IsEmpty());
}

TEST(Everything, IsSaidAtOnceInOrderOfLines) {
    const auto faults = faults_of(
        "provider,region_id,city,country,lon,lat,opened,colour\n"
        "acme,a,Johannesburg,ZA,28.0473,26.2041,2024-02-30,\n"
        "acme,b,Lagos,NG,0,0,2020,\n"
        "acme,b,Oslo,NO,10.75,59.91,2020,\n"
        "acme,c,Oslo,NO,10.75\n"
        "acme,d,Oslo,NX,10.75,59.91,2035,\n");
    EXPECT_THAT(codes(faults), ElementsAre("unknown-column warning", "bad-date", "sign-lost",
                                           "null-island", "duplicate-id", "wrong-field-count",
                                           "unknown-country", "opened-after-as-of"));
}

}  // namespace
}  // namespace footprint::geo
