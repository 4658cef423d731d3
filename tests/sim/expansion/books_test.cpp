// What the books say when they do not balance: each thing that always holds, broken on purpose.
#include "sim/expansion/books.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/support/expansion_inputs.h"

namespace footprint::sim {
namespace {

using testing::HasSubstr;

// A world of three providers' worth of nothing but its catalog, and a step of it.
class BooksOfAStep : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        inputs_ = new ExpansionInputs(400);
        world_ =
            new World(parse_scenario("t",
                                     "schema_version = 1\nname = \"t\"\nstart = \"2026-12\"\nend = "
                                     "\"2028-01\"\nmost_places = 400\nmost_sites = 200\n"),
                      inputs_->input());
    }
    static void TearDownTestSuite() {
        delete world_;
        delete inputs_;
    }

    BooksOfAStep() : wallets_(world_->providers()) {
        RunAsset asset;
        asset.open = true;
        asset.market = 0;
        asset.mw = 10;
        asset.provider = world_->assets[0].provider;
        assets_.push_back(asset);
        books_.start_with(10);
        cleared_.served_by_asset.assign(world_->assets.size(), 0);
        cleared_.served_by_provider.assign(world_->providers(), 0);
    }

    RunStep step() const {
        const Date date = Date::from_ymd(2027, 1, 1);
        return {world_, world_->market.get(), date, date.plus_months(1), assets_, wallets_,
                orders_};
    }
    std::string fault() const {
        return said([&] { books_.check(step()); });
    }
    std::string market_fault() const {
        return said([&] { Books::check_market(step(), cleared_); });
    }
    template <class Check>
    static std::string said(Check check) {
        try {
            check();
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ExitCode::failed);
            return error.what();
        }
        return "all is well";
    }

    static ExpansionInputs* inputs_;
    static World* world_;
    Books books_;
    std::vector<RunAsset> assets_;
    std::vector<Wallet> wallets_;
    std::vector<Order> orders_;
    MarketResult cleared_;
};
ExpansionInputs* BooksOfAStep::inputs_ = nullptr;
World* BooksOfAStep::world_ = nullptr;

TEST_F(BooksOfAStep, SayNothingWhileTheyBalance) {
    wallets_[0].money_in = 7;
    wallets_[0].spent = 5;
    wallets_[0].for_growth = 2;
    books_.paid_for_order(3);
    books_.paid_for_expansion(2);
    EXPECT_EQ(fault(), "all is well");
    EXPECT_EQ(market_fault(), "all is well");
}

TEST_F(BooksOfAStep, MissMoneyThatIsNowhere) {
    wallets_[0].money_in = 7;
    EXPECT_THAT(fault(), HasSubstr("7 came in"));
}

TEST_F(BooksOfAStep, MissOrdersForWhatWasSpent) {
    wallets_[0].money_in = wallets_[0].spent = 7;
    books_.paid_for_order(6);
    EXPECT_THAT(fault(), HasSubstr("7 was spent on orders of 6"));
}

TEST_F(BooksOfAStep, RefuseDebtThatIsNotAllowed) {
    wallets_[0].spent = 1;
    wallets_[0].for_growth = -1;
    books_.paid_for_order(1);
    EXPECT_THAT(fault(), HasSubstr("has -1 M USD"));
}

TEST_F(BooksOfAStep, MissCapacityThatNobodyBuilt) {
    assets_[0].mw = 11;
    EXPECT_THAT(fault(), HasSubstr("11 MW are open, 10 were there or built"));
}

TEST_F(BooksOfAStep, RefuseARegionBeforeItsLeadTime) {
    Order order;
    order.ordered = Date::from_ymd(2026, 12, 1);
    order.earliest = Date::from_ymd(2027, 6, 1);
    order.ended = Date::from_ymd(2027, 1, 1);
    order.state = OrderState::open;
    orders_.push_back(order);
    books_.opened(0);
    EXPECT_THAT(fault(), HasSubstr("before its order and lead time"));
    orders_[0].ended = order.earliest;
    EXPECT_EQ(fault(), "all is well");
    orders_[0].state = OrderState::building;
    EXPECT_THAT(fault(), HasSubstr("0 orders are open, 1 opened"));
}

TEST_F(BooksOfAStep, MissWorkThatIsNeitherServedNorUnserved) {
    cleared_.demand = 5;
    cleared_.by_others = 3;
    EXPECT_THAT(market_fault(), HasSubstr("served and unserved are 3, demand is 5"));
}

TEST_F(BooksOfAStep, RefuseMoreLoadThanCapacityAndBeforeTheOpening) {
    const double all = world_->market->capacity(0);
    cleared_.demand = cleared_.served_by_asset[0] = 2 * all;
    cleared_.served_by_provider[assets_[0].provider] = 2 * all;
    EXPECT_THAT(market_fault(), HasSubstr("a region serves"));
    cleared_.demand = cleared_.served_by_asset[0] = all;
    cleared_.served_by_provider[assets_[0].provider] = all;
    EXPECT_EQ(market_fault(), "all is well");
    assets_[0].open = false;
    EXPECT_THAT(market_fault(), HasSubstr("before it is open"));
}

TEST_F(BooksOfAStep, MissWhatAProviderServesNowhere) {
    cleared_.demand = cleared_.served_by_provider[0] = 5;
    EXPECT_THAT(market_fault(), HasSubstr("serves 5, its regions 0"));
}

TEST_F(BooksOfAStep, RefuseALongerWayForAnAddedRegion) {
    const std::vector<float> before{20, 30};
    const std::vector<float> after{20, 31};
    EXPECT_EQ(said([&] { Books::check_ways(step().date, after, before); }), "all is well");
    EXPECT_THAT(said([&] { Books::check_ways(step().date, before, after); }),
                HasSubstr("30 ms one of 31 ms"));
}

}  // namespace
}  // namespace footprint::sim
