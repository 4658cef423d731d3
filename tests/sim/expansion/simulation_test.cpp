#include "sim/expansion/simulation.h"

#include <gtest/gtest.h>

#include <map>

#include "base/error.h"
#include "base/parallel.h"
#include "sim/expansion/demand_check.h"
#include "sim/expansion/ensemble.h"
#include "sim/expansion/hindcast.h"
#include "sim/expansion/run_folder.h"
#include "sim/timeline/future_text.h"
#include "tests/support/expansion_inputs.h"
#include "tests/support/scratch.h"

namespace footprint::sim {
namespace {

// The shipped facts, loaded once.
const ExpansionInputs& shipped() {
    static const ExpansionInputs facts(700);
    return facts;
}

Scenario small(const std::string& more, const std::string& start = "2026-12",
               const std::string& end = "2030-01") {
    return parse_scenario("small", "schema_version = 1\nname = \"small\"\nstart = \"" + start +
                                       "\"\nend = \"" + end +
                                       "\"\nmost_places = 700\nmost_sites = 400\n" + more);
}

std::string provider(const std::string& id, const std::string& policy) {
    return "[[provider]]\nid = \"" + id + "\"\npolicy = \"" + policy + "\"\n";
}

std::string everything(const World& world, const RunResult& run) {
    const auto catalog = catalog_of(world, run);
    const auto timeline = timeline_of(world, run, catalog);
    return events_csv(timeline) + pipeline_csv(run, catalog) + metrics_csv(world, run) +
           market_csv(run) + areas_csv(world, run);
}

TEST(Market, GivesThePublishedSharesBack) {
    const World world(small(""), shipped().input());
    EXPECT_GE(world.residuals.size(), 8U);
    for (const auto& row : world.residuals) {
        EXPECT_NEAR(row.modelled, row.published, 1e-4);
    }
}

// Everywhere together is the world that was fitted; Europe is not, and need not be right.
TEST(Market, HasSharesOfPartsThatAreThoseOfTheWhole) {
    const World world(small(""), shipped().input());
    const auto spending = world.demand->spending(world.scenario.start);
    const auto works = world.demand->works(world.scenario.start);
    const auto all =
        world.market->shares_in(spending, works, std::vector<bool>(spending.size(), true));
    for (const auto& row : world.residuals) {
        if (!row.in_china) {
            EXPECT_NEAR(all[row.provider], row.published, 1e-4);
        }
    }
    const auto apart = check_market(world);
    EXPECT_TRUE(apart.known);
    EXPECT_DOUBLE_EQ(apart.published, 0.70);
    EXPECT_GT(apart.modelled, 0.4);
    EXPECT_LT(apart.modelled, 0.95);
}

TEST(Market, PlacesEveryDollarOnceAndFillsNoRegionBeyondItsCapacity) {
    const World world(small(""), shipped().input());
    Market market = *world.market;
    for (AssetIndex a = 0; a < world.assets.size(); ++a) {
        market.set_capacity(a, market.capacity(a) * (a % 3 == 0 ? 0.2 : 0.9));
    }
    const auto spending = world.demand->spending(world.scenario.start);
    const auto result = market.clear(spending, world.demand->works(world.scenario.start));
    double sum = result.by_others + result.unserved_sum();
    for (const double served : result.served_by_provider) {
        sum += served;
    }
    double by_asset = 0;
    for (AssetIndex a = 0; a < world.assets.size(); ++a) {
        by_asset += result.served_by_asset[a];
        EXPECT_LE(result.served_by_asset[a], market.capacity(a) * (1 + 1e-9));
    }
    EXPECT_NEAR(sum, result.demand, 1e-6 * result.demand);
    EXPECT_NEAR(by_asset + result.by_others + result.unserved_sum(), result.demand,
                1e-6 * result.demand);
    EXPECT_GT(result.unserved_sum(), 0);
}

TEST(Market, AddingARegionNeverLengthensAnyWay) {
    const World world(small(""), shipped().input());
    Market market = *world.market;
    std::vector<float> before;
    for (std::size_t place = 0; place < world.places.size(); ++place) {
        before.push_back(market.best_rtt_ms(place, 1));
    }
    const auto asset = market.add({1, world.sites[7].country_index, false, world.rtt_ms(7)});
    market.set_capacity(asset, 1e6);
    market.serve(asset, true);
    std::size_t nearer = 0;
    for (std::size_t place = 0; place < world.places.size(); ++place) {
        EXPECT_LE(market.best_rtt_ms(place, 1), before[place]);
        nearer += market.best_rtt_ms(place, 1) < before[place] ? 1U : 0U;
    }
    market.serve(asset, false);
    for (std::size_t place = 0; place < world.places.size(); ++place) {
        EXPECT_EQ(market.best_rtt_ms(place, 1), before[place]);
    }
    EXPECT_GT(nearer, 0U);
}

TEST(Simulation, RunsEveryPolicyAndGivesAReasonForEachOrder) {
    for (const char* policy :
         {"coverage-greedy", "profit", "follow-the-rival", "sovereign-first", "east-west"}) {
        const World world(small(provider("alibaba", policy)), shipped().input());
        const auto run = simulate(world, 1, 0);
        std::size_t ordered = 0;
        for (const auto& order : run.orders) {
            EXPECT_FALSE(order.reason.empty());
            EXPECT_GT(order.earliest, order.ordered);
            ordered += order.from_before ? 0U : 1U;
        }
        EXPECT_GT(ordered, 0U) << policy;
    }
    const World quiet(small(provider("alibaba", "announced-only")), shipped().input());
    for (const auto& order : simulate(quiet, 1, 0).orders) {
        EXPECT_TRUE(order.from_before);
    }
}

TEST(Simulation, GivesTheSameBytesOnAnyNumberOfThreads) {
    const std::string text = provider("aws", "profit") + provider("alibaba", "follow-the-rival");
    std::string first;
    for (const int threads : {1, 2}) {
        const ThreadLimit limit(threads);
        const World world(small(text), shipped().input());
        const auto bytes = everything(world, simulate(world, 5, 3));
        if (first.empty()) {
            first = bytes;
        }
        EXPECT_TRUE(bytes == first);
    }
    const World world(small(text), shipped().input());
    EXPECT_FALSE(everything(world, simulate(world, 6, 3)) == first);
}

// A rival without regions or money, put into the scenario, changes no number of the others.
TEST(Simulation, ARivalWithNothingChangesNobodysNumbers) {
    const std::string nothing =
        provider("baidu", "profit") +
        "[[provider.budget]]\nfrom = \"2026-12\"\nto = \"2030-01\"\ntotal = { value = 0, unit = "
        "\"USD M\", source = \"assumption\" }\n";
    std::vector<geo::Provider> providers(shipped().catalog.providers().begin(),
                                         shipped().catalog.providers().end());
    std::vector<geo::Region> regions(shipped().catalog.regions().begin(),
                                     shipped().catalog.regions().end());
    const auto baidu = *shipped().catalog.find_provider("baidu");
    std::erase_if(regions, [&](const geo::Region& r) { return r.provider == baidu; });
    const geo::Catalog catalog(providers, regions, {}, shipped().catalog.as_of());
    const auto timeline = Timeline::from_catalog(catalog);
    auto input = shipped().input();
    input.timeline = &timeline;
    const World without(small(provider("aws", "follow-the-rival")), input);
    const World with(small(provider("aws", "follow-the-rival") + nothing), input);
    EXPECT_TRUE(everything(with, simulate(with, 1, 0)) ==
                everything(without, simulate(without, 1, 0)));
}

TEST(Simulation, HalvingTheStepChangesTotalsByLessThanFivePercent) {
    const std::string text = provider("aws", "follow-the-rival");
    double served[2] = {0, 0};
    double capacity[2] = {0, 0};
    const int steps[2] = {2, 1};
    for (std::size_t k = 0; k < 2; ++k) {
        auto scenario = small(text);
        scenario.step_months = steps[k];
        const World world(std::move(scenario), shipped().input());
        const auto run = simulate(world, 1, 0);
        for (const auto& metric : run.metrics) {
            if (metric.date == Date::from_ymd(2029, 12, 1)) {
                served[k] += metric.served_usd_m;
                capacity[k] += metric.capacity_mw;
            }
        }
    }
    ASSERT_GT(served[0], 0);
    EXPECT_NEAR(served[0] / served[1], 1, 0.05);
    EXPECT_NEAR(capacity[0] / capacity[1], 1, 0.05);
}

TEST(Simulation, MoneyShocksAndCapsDoWhatTheySay) {
    const std::string cap =
        provider("alibaba", "follow-the-rival") +
        "[[shock]]\nkind = \"chip-cap\"\ntarget = \"cn\"\nfrom = \"2026-12\"\nto = "
        "\"2030-01\"\nvalue = { value = 0, unit = \"MW/quarter\", source = \"assumption\" }\n";
    const World world(small(cap), shipped().input());
    for (const auto& order : simulate(world, 1, 0).orders) {
        EXPECT_TRUE(order.from_before) << order.reason;
    }
    const std::string slump =
        "[[shock]]\nkind = \"demand\"\ntarget = \"world\"\nfrom = \"2027-01\"\nto = "
        "\"2028-01\"\nvalue = { value = 0.5, unit = \"1\", source = \"assumption\" }\n";
    const World slumped(small(slump), shipped().input());
    const auto run = simulate(slumped, 1, 0);
    EXPECT_NEAR(run.market[1].demand_usd_m / run.market[0].demand_usd_m, 0.5, 0.02);
}

// A cap counts what it lets through over the quarters: no more than its sum and one first phase.
TEST(Simulation, KeepsToACapOverTheQuarters) {
    const World world(
        small(provider("alibaba", "follow-the-rival") +
              "[build]\non_its_way = { value = 0, unit = \"1\", source = \"assumption\" }\n"
              "[[shock]]\nkind = \"chip-cap\"\ntarget = \"alibaba\"\nfrom = \"2026-12\"\nto = "
              "\"2030-01\"\nvalue = { value = 10, unit = \"MW/quarter\", source = \"assumption\" "
              "}\n"),
        shipped().input());
    const auto run = simulate(world, 1, 0);
    const auto alibaba = *world.known.catalog.find_provider("alibaba");
    double first = -1;
    double last = 0;
    for (const auto& metric : run.metrics) {
        if (metric.provider == alibaba) {
            first = first < 0 ? metric.capacity_mw : first;
            last = metric.capacity_mw;
        }
    }
    double promised = 0;
    for (const auto& order : run.orders) {
        promised += order.from_before && order.provider == alibaba ? order.mw : 0;
    }
    EXPECT_GT(last, first);
    EXPECT_LE(last - first, 10 * 13 + promised + world.first_phase_mw(BuildKind::campus, 3));
}

std::string rule(const std::string& country, const std::string& kind, const std::string& affects,
                 const std::string& strength = "hard") {
    return "[[rule]]\ncountry = \"" + country + "\"\nrule = \"" + kind + "\"\naffects = \"" +
           affects + "\"\nfrom = \"2026-12\"\nstrength = \"" + strength +
           "\"\nsource = \"assumption\"\n";
}

double last_capacity_mw(const World& world, const std::string& id) {
    const auto run = simulate(world, 1, 0);
    const auto provider = *world.known.catalog.find_provider(id);
    double last = 0;
    for (const auto& metric : run.metrics) {
        last = metric.provider == provider ? metric.capacity_mw : last;
    }
    return last;
}

// A bloc of countries closed to one provider: it neither builds nor sells there; others do.
TEST(Rules, CloseAnAreaToAProvider) {
    const World world(
        small(provider("huawei", "follow-the-rival") + rule("asean", "ban", "huawei")),
        shipped().input());
    const auto asean = world.atlas->find_area("asean")->countries;
    for (const auto& order : simulate(world, 1, 0).orders) {
        EXPECT_TRUE(order.from_before ||
                    !std::binary_search(asean.begin(), asean.end(), order.country))
            << order.reason;
    }
    const auto& huawei = world.known.catalog.provider(*world.known.catalog.find_provider("huawei"));
    const auto& alibaba =
        world.known.catalog.provider(*world.known.catalog.find_provider("alibaba"));
    const Date date = world.scenario.start;
    for (const auto country : asean) {
        EXPECT_EQ(
            world.rules.barred(*world.atlas, country, huawei, date, world.scenario.parameters), 1);
        EXPECT_LT(
            world.rules.barred(*world.atlas, country, alibaba, date, world.scenario.parameters), 1);
    }
    try {
        const World wrong(small(rule("asean", "ban", "huawai")), shipped().input());
        FAIL() << "an unknown provider was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::invalid);
        EXPECT_NE(std::string(error.what()).find("small:10:11"), std::string::npos) << error.what();
        EXPECT_NE(std::string(error.what()).find("Did you mean 'huawei'"), std::string::npos);
    }
}

TEST(Rules, ExportControlsAndQueuesForPowerSlowWhatIsThere) {
    const World free(small(""), shipped().input());
    const World controlled(small(rule("world", "export control", "huawei")), shipped().input());
    const World queued(small(rule("world", "build limit", "all", "soft")), shipped().input());
    EXPECT_LT(last_capacity_mw(controlled, "huawei"), last_capacity_mw(free, "huawei") - 1);
    EXPECT_NEAR(last_capacity_mw(controlled, "aws"), last_capacity_mw(free, "aws"),
                0.05 * last_capacity_mw(free, "aws"));
    EXPECT_LT(last_capacity_mw(queued, "aws"), last_capacity_mw(free, "aws") - 1);
}

// What is added within 100 km of a metro in a year keeps to its cap, less one first phase.
TEST(Shocks, CapThePowerOfAMetroOrHub) {
    const auto capped = [](const std::string& target) {
        return "[[shock]]\nkind = \"power-cap\"\ntarget = \"" + target +
               "\"\nfrom = \"2026-12\"\nto = \"2030-01\"\nvalue = { value = 1, unit = "
               "\"MW/year\", source = \"assumption\" }\n";
    };
    const World free(small(""), shipped().input());
    const World world(small(capped("metro:Singapore")), shipped().input());
    ASSERT_TRUE(world.cap_centre.front().has_value());
    EXPECT_LT(rough_distance_m(*world.cap_centre.front(), {103.82, 1.35}), 30'000);
    EXPECT_LT(last_capacity_mw(world, "aws"), last_capacity_mw(free, "aws") - 1);
    const World hub(small(capped("hub:Zhongwei")), shipped().input());
    EXPECT_TRUE(hub.cap_centre.front().has_value());
    EXPECT_THROW(World(small(capped("hub:Paris")), shipped().input()), Error);
    EXPECT_THROW(World(small(capped("metro:Atlantis")), shipped().input()), Error);
}

TEST(Money, BeyondTheMarketIsLeftOutAndWhatNobodyNeedsGoesBack) {
    const World world(small(provider("google", "follow-the-rival") +
                            "[money]\ncarry_over = { value = 1, unit = \"years\", source = "
                            "\"assumption\" }\n[demand]\nworld_growth_now = { value = 0.01, unit "
                            "= \"1/year\", source = \"assumption\" }\n"),
                      shipped().input());
    const auto google = *world.known.catalog.find_provider("google");
    const auto& budget = world.budgets[google];
    const auto run = simulate(world, 1, 0);
    const double revenue = run.metrics[google].served_usd_m;
    EXPECT_GT(budget.beyond_usd_m, 0);
    EXPECT_NEAR(budget.usd_m_per_year / revenue,
                world.scenario.parameters[Parameter::most_capital_per_revenue], 0.01);
    double returned = 0;
    for (const auto& metric : run.metrics) {
        if (metric.provider != google) {
            continue;
        }
        EXPECT_GE(metric.returned_usd_m, returned);
        returned = metric.returned_usd_m;
        EXPECT_NEAR(metric.money_in_usd_m,
                    metric.spent_usd_m + metric.returned_usd_m + metric.cash_usd_m, 1);
        EXPECT_LT(metric.cash_usd_m, 1.3 * budget.usd_m_per_year);
    }
    EXPECT_GT(returned, 0);
}

// With what stands in hubs.csv and what each place spends, worked out anew.
TEST(EastWest, SaysWhatMayMoveAtEachTolerance) {
    const World world(small(provider("alibaba", "east-west")), shipped().input());
    const auto run = simulate(world, 1, 0);
    const auto spending = world.demand->spending(world.scenario.start);
    const auto works = world.demand->works(world.scenario.start);
    double all = 0;
    double near = 0;
    for (std::size_t place = 0; place < spending.size(); ++place) {
        if (world.places.country[place] != world.demand->china()) {
            continue;
        }
        double best = 1e9;
        for (std::size_t site = 0; site < world.sites.size(); ++site) {
            if (world.sites[site].supplies) {
                best = std::min(best, static_cast<double>(world.rtt_ms(site)[place]));
            }
        }
        all += spending[place];
        near += best <= 40 ? spending[place] : 0;
    }
    const auto& first = run.market.front();
    EXPECT_EQ(world.west_limits_ms[1], 40);
    EXPECT_NEAR(first.china_west_percent[1], 100 * near / all, 1e-6);
    for (const auto& market : run.market) {
        EXPECT_LE(market.china_west_percent[0], market.china_west_percent[1]);
        EXPECT_LE(market.china_west_percent[1], market.china_west_percent[2]);
        EXPECT_LE(market.china_movable_percent, 100);
    }
    EXPECT_NEAR(first.china_movable_percent,
                works[0] * first.china_west_percent[0] + works[1] * first.china_west_percent[2] +
                    100 * (works[2] + works[3]),
                1e-9);
    // Each open region of mainland China stands in one row.
    std::map<std::size_t, int> in_hubs;
    for (const auto& row : run.hubs) {
        in_hubs[row.provider] += row.date == world.scenario.start ? row.regions_in_market : 0;
    }
    std::map<std::size_t, int> open;
    for (const auto& asset : world.assets) {
        open[asset.provider] += asset.open && asset.country == world.demand->china() ? 1 : 0;
    }
    std::erase_if(open, [](const auto& entry) { return entry.second == 0; });
    EXPECT_EQ(in_hubs, open);
    EXPECT_NE(hubs_csv(world, run).find(",supply,"), std::string::npos);
}

// Two runs that differ by regions that one of them adds: at each step it reaches no fewer people.
TEST(Simulation, AddingRegionsNeverLowersCoverage) {
    const test::Scratch scratch;
    scratch.file("plan.csv",
                 "id,metro,country,date,kind,zones\na,Nairobi,KE,2027-01,leased,2\n"
                 "b,Lagos,NG,2027-01,leased,2\nc,Lima,PE,2027-03,leased,2\n");
    const auto world_of = [&](const std::string& more) {
        return std::make_unique<World>(
            parse_scenario("t",
                           "schema_version = 1\nname = \"t\"\nstart = \"2026-12\"\nend = "
                           "\"2031-01\"\nmost_places = 700\nmost_sites = 400\n" +
                               more,
                           scratch.path()),
            shipped().input());
    };
    const auto without = world_of("");
    const auto with = world_of(provider("aws", "plan-file") + "plan = \"plan.csv\"\n");
    const auto a = simulate(*without, 1, 0);
    const auto b = simulate(*with, 1, 0);
    ASSERT_EQ(a.metrics.size(), b.metrics.size());
    double gained = 0;
    for (std::size_t k = 0; k < a.metrics.size(); ++k) {
        for (std::size_t t = 0; t < kMetricThresholds_ms.size(); ++t) {
            EXPECT_GE(b.metrics[k].people_within_percent[t],
                      a.metrics[k].people_within_percent[t] - 1e-9);
            gained += b.metrics[k].people_within_percent[t] - a.metrics[k].people_within_percent[t];
        }
    }
    EXPECT_GT(gained, 1);
}

// A fact that the model does not use: metros with an edge of a content network.
TEST(Demand, LiesWhereAContentNetworkHasItsEdges) {
    const World world(small(""), shipped().input());
    const auto check = check_demand(world);
    EXPECT_GT(check.metros, 400U);
    EXPECT_GT(check.edges, 50U);
    EXPECT_GT(check.by_spending, 0.7);
}

TEST(World, NamesWhatNobodyKnows) {
    const auto code = [](const std::string& text) {
        try {
            const World world(small(text), shipped().input());
        } catch (const Error& error) {
            return error.code();
        }
        return ExitCode::ok;
    };
    EXPECT_EQ(code(provider("awss", "profit")), ExitCode::invalid);
    EXPECT_EQ(code("areas = [\"atlantis\"]\n"), ExitCode::invalid);
    EXPECT_EQ(code("[[shock]]\nkind = \"price\"\ntarget = \"nobody\"\nfrom = \"2027\"\nto = "
                   "\"2028\"\nvalue = { value = 2, unit = \"1\", source = \"assumption\" }\n"),
              ExitCode::invalid);
}

TEST(PlanFile, IsFollowedAndItsFaultsAreNamed) {
    const test::Scratch scratch;
    const auto world_of = [&](const std::string& rows, const std::string& more = "") {
        scratch.file("plan.csv", "id,metro,country,date,kind,zones,after\n" + rows);
        auto scenario = parse_scenario(
            "t",
            "schema_version = 1\nname = \"t\"\nstart = \"2026-12\"\nend = \"2032-01\"\n"
            "most_places = 700\nmost_sites = 400\n" +
                more + provider("aws", "plan-file") + "plan = \"plan.csv\"\n",
            scratch.path());
        return std::make_unique<World>(std::move(scenario), shipped().input());
    };
    const auto fault = [&](const std::string& rows, const std::string& more = "") {
        try {
            world_of(rows, more);
        } catch (const Error& error) {
            return std::to_string(static_cast<int>(error.code())) + " " + error.what();
        }
        return std::string("none");
    };
    const auto world = world_of("a,Nairobi,KE,2027-01,leased,2,\nb,Lagos,NG,2027-01,campus,3,a\n");
    const auto run = simulate(*world, 1, 0);
    std::optional<Date> nairobi;
    for (const auto& order : run.orders) {
        if (!order.from_before && order.country == world->atlas->find_country("KE")) {
            EXPECT_EQ(order.ordered, Date::from_ymd(2027, 1, 1));
            EXPECT_EQ(order.zones, 2);
            nairobi = order.ended;
        }
        if (!order.from_before && order.country == world->atlas->find_country("NG")) {
            EXPECT_GE(order.ordered, nairobi.value());
        }
    }
    const auto cycle = fault("a,Nairobi,KE,2027,leased,2,b\nb,Lagos,NG,2027,campus,3,a\n");
    EXPECT_NE(cycle.find("cycle"), std::string::npos) << cycle;
    EXPECT_NE(cycle.find("plan.csv:2"), std::string::npos) << cycle;
    const auto nowhere = fault("a,Nairobbi,KE,2027,leased,2,\n");
    EXPECT_NE(nowhere.find("Did you mean 'Nairobi'"), std::string::npos) << nowhere;
    const auto forbidden =
        fault("a,Nairobi,KE,2028,leased,2,\n",
              "[[rule]]\ncountry = \"KE\"\nrule = \"build limit\"\nfrom = \"2027\"\nsource = "
              "\"a moratorium\"\n");
    EXPECT_EQ(forbidden.substr(0, 2), "4 ") << forbidden;
    EXPECT_NE(forbidden.find("a moratorium"), std::string::npos) << forbidden;
}

TEST(RunFolder, ReadsBackAsTheSameTimeline) {
    const World world(small(provider("aws", "follow-the-rival")), shipped().input());
    const auto run = simulate(world, 1, 0);
    const auto catalog = catalog_of(world, run);
    const auto timeline = timeline_of(world, run, catalog);
    const test::Scratch scratch;
    {
        RunFolder folder(scratch.path() / "run", Overwrite::refuse, false);
        folder.write("providers.csv", providers_csv(catalog));
        folder.write("regions.csv", regions_csv(catalog));
        folder.write("events.csv", events_csv(timeline));
        folder.write(
            "run.json",
            "{\"name\":\"t\",\"title\":\"t\",\"start\":\"2026-12-01\",\"end\":\"2030-01-01\"}");
        EXPECT_FALSE(std::filesystem::exists(scratch.path() / "run"));
        folder.commit();
    }
    const auto loaded = load_run(scratch.path() / "run");
    EXPECT_EQ(events_csv(*loaded.timeline), events_csv(timeline));
    EXPECT_EQ(regions_csv(*loaded.catalog), regions_csv(catalog));
    const Date end = Date::from_ymd(2029, 12, 31);
    EXPECT_EQ(loaded.end, end);
    // What was gathered ends where the shipped catalog does; the run says the rest.
    EXPECT_EQ(loaded.catalog->as_of(), Date::from_ymd(2026, 12, 1));
    EXPECT_EQ(loaded.catalog->facts_as_of(), shipped().catalog.as_of());
    EXPECT_EQ(future_claim(*loaded.catalog), "simulated from 2026-12-01 by ‘t’, not fact");
    EXPECT_EQ(future_note(*loaded.catalog), "after 2026-12-01 this is simulated, not fact");
    EXPECT_EQ(future_note(shipped().catalog), "after 2026-11-22 this is announced, not fact");
    for (ProviderIndex p = 0; p < catalog.providers().size(); ++p) {
        EXPECT_EQ(loaded.timeline->totals(end, p, world.scope).regions,
                  timeline.totals(end, p, world.scope).regions);
    }
    EXPECT_THROW(RunFolder(scratch.path() / "run", Overwrite::refuse, false), Error);
    EXPECT_EQ(scratch.entries(), std::vector<std::string>{"run"});
}

TEST(RunFolder, IsNotWrittenByTwoAtOnceAndLeavesOthersFoldersAlone) {
    const test::Scratch scratch;
    RunFolder folder(scratch.path() / "run", Overwrite::refuse, false);
    EXPECT_THROW(RunFolder(scratch.path() / "run", Overwrite::refuse, false), Error);
    std::filesystem::create_directory(scratch.path() / "mine");
    scratch.file("mine/letter.txt", "dear");
    EXPECT_THROW(RunFolder(scratch.path() / "mine", Overwrite::replace, false), Error);
    EXPECT_EQ(test::read_text(scratch.path() / "mine" / "letter.txt"), "dear");
    EXPECT_THROW(RunFolder(scratch.path() / "new", Overwrite::refuse, true), Error);
}

// What an interruption leaves, cut off within a line, goes on to the bytes of an unbroken run.
TEST(Ensemble, ResumedEqualsUnbroken) {
    const World world(small(provider("aws", "follow-the-rival"), "2026-12", "2028-01"),
                      shipped().input());
    const test::Scratch scratch;
    RunsOf of;
    of.file = scratch.file("s.toml", "schema_version = 1\n").string();
    of.scenario = resolved(world.scenario);
    of.version = "v";
    const auto report = [&](const Checkpoint& checkpoint) {
        const auto all = report_on(world, checkpoint, 4);
        return all.bands_csv + sites_csv(world, all);
    };
    std::string unbroken;
    {
        Checkpoint checkpoint(scratch.path() / "a.jsonl", of);
        make_runs(world, 1, 4, checkpoint, [](std::uint32_t) {});
        unbroken = report(checkpoint);
    }
    const auto text = test::read_text(scratch.path() / "a.jsonl");
    for (const double share : {0.02, 0.4, 0.77}) {
        const auto length = static_cast<std::size_t>(share * static_cast<double>(text.size()));
        scratch.file("b.jsonl", text.substr(0, length));
        Checkpoint checkpoint(scratch.path() / "b.jsonl", of);
        make_runs(world, 1, 4, checkpoint, [](std::uint32_t) {});
        EXPECT_EQ(report(checkpoint), unbroken) << share;
    }
    RunsOf newer = of;
    newer.version = "w";
    EXPECT_THROW(Checkpoint(scratch.path() / "a.jsonl", newer), Error);
    EXPECT_NE(unbroken.find("share_percent"), std::string::npos);
}

// Everything that happened after the cut is taken out of the facts: a run from the cut must not
// notice.
TEST(Hindcast, NothingLeaksFromAfterTheCut) {
    const Date cut = Date::from_ymd(2019, 1, 1);
    auto scenario =
        hindcast_scenario(cut, Date::from_ymd(2020, 1, 1), {"aws", "google", "alibaba"});
    scenario.most_places = 700;
    scenario.most_sites = 400;
    scenario.end = Date::from_ymd(2021, 1, 1);
    const World told(scenario, shipped().input());
    const auto with = everything(told, simulate(told, 1, 0));

    // The catalog and facts as they would have been written on that day.
    const geo::Catalog past = told.known.catalog;
    const auto timeline = Timeline::from_events(past, told.known.events);
    const auto facts = shipped().facts.known_at(cut);
    auto input = shipped().input();
    input.timeline = &timeline;
    input.facts = &facts;
    const World untold(scenario, input);
    EXPECT_TRUE(everything(untold, simulate(untold, 1, 0)) == with);
    for (const auto& event : told.known.events) {
        EXPECT_LE(event.when.last_day(), cut);
    }
}

TEST(Hindcast, CountsEachOpeningAfterTheCutOnce) {
    const auto all = openings_between(shipped().timeline, Date::from_ymd(2019, 1, 1),
                                      Date::from_ymd(2025, 1, 1));
    const auto first = openings_between(shipped().timeline, Date::from_ymd(2019, 1, 1),
                                        Date::from_ymd(2022, 1, 1));
    EXPECT_GT(all.size(), 100U);
    EXPECT_GT(first.size(), 50U);
    EXPECT_LT(first.size(), all.size());
}

}  // namespace
}  // namespace footprint::sim
