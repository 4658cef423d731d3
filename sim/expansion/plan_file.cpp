#include "sim/expansion/plan_file.h"

#include <fmt/format.h>

#include <map>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"

namespace footprint::sim {
namespace {

CsvReader open_plan(const Scenario& scenario, const ScenarioProvider& provider) {
    try {
        return CsvReader(*provider.plan);
    } catch (const Error& error) {
        throw Error(error.code(), fmt::format("{}:{}: plan: {}", scenario.file, provider.where_plan,
                                              error.what()));
    }
}

// Reads a plan row by row; faults name the row and column.
class PlanReader {
  public:
    PlanReader(CsvReader csv, const PlanPlaces& places) : csv_(std::move(csv)), places_(places) {
        for (const char* name :
             {"id", "metro", "country", "date", "kind", "zones", "after", "note"}) {
            columns_[name] = csv_.column(name);
            const bool needed =
                std::string_view(name) != "after" && std::string_view(name) != "note";
            if (needed && !columns_[name]) {
                throw Error(ExitCode::invalid, fmt::format("{}:1: no column '{}'; a plan has id, "
                                                           "metro, country, date, kind, zones and "
                                                           "may have after, note",
                                                           csv_.name(), name));
            }
        }
    }

    std::vector<PlanOrder> read(std::size_t provider) {
        std::vector<PlanOrder> orders;
        while (csv_.next()) {
            orders.push_back(order(provider));
            if (orders.back().id.empty() ||
                !by_id_.emplace(orders.back().id, orders.size() - 1).second) {
                fail("id", fmt::format("id is '{}'; expected one that no other order has",
                                       orders.back().id));
            }
            after_.push_back(field("after"));
        }
        if (has_errors(csv_.diagnostics())) {
            throw Error(ExitCode::invalid, format(csv_.diagnostics(), 5));
        }
        link(orders);
        refuse_cycles(orders);
        return orders;
    }

  private:
    std::string field(const char* name) const { return std::string(csv_.field(columns_.at(name))); }
    std::string where() const { return fmt::format("{}:{}", csv_.name(), csv_.line()); }
    [[noreturn]] void fail(const char* column, const std::string& message) const {
        throw Error(ExitCode::invalid, fmt::format("{}, column {}: {}", where(), column, message));
    }

    PlanOrder order(std::size_t provider) const {
        PlanOrder order;
        order.where = where();
        order.provider = provider;
        order.id = field("id");
        order.note = field("note");
        order.site = site();
        order.date = date();
        const auto kind = parse_build_kind(field("kind"));
        if (!kind) {
            fail("kind", fmt::format("kind is '{}'; expected campus, leased or joint-venture",
                                     field("kind")));
        }
        order.kind = *kind;
        const auto zones = parse_integer(field("zones"));
        if (!zones || *zones < 1 || *zones > 10) {
            fail("zones", fmt::format("zones is '{}'; expected 1 to 10", field("zones")));
        }
        order.zones = static_cast<int>(*zones);
        return order;
    }

    std::size_t site() const {
        const auto country = places_.atlas->find_country(field("country"));
        if (!country) {
            fail("country", fmt::format("there is no country '{}'", field("country")));
        }
        const auto wanted = folded(field("metro"));
        std::vector<std::string> names;
        for (const auto site : (*places_.sites_of)[*country]) {
            names.push_back((*places_.sites)[site].name);
            if (folded(names.back()) == wanted) {
                return site;
            }
        }
        fail("metro", fmt::format("'{}' is no metro of {}.{}", field("metro"), field("country"),
                                  did_you_mean(field("metro"), names)));
    }

    Date date() const {
        try {
            return parse_date_interval(field("date")).begin;
        } catch (const Error& error) {
            fail("date", error.what());
        }
    }

    void link(std::vector<PlanOrder>& orders) const {
        for (std::size_t k = 0; k < orders.size(); ++k) {
            if (after_[k].empty()) {
                continue;
            }
            const auto found = by_id_.find(after_[k]);
            if (found == by_id_.end()) {
                throw Error(ExitCode::invalid,
                            fmt::format("{}, column after: there is no order '{}'", orders[k].where,
                                        after_[k]));
            }
            orders[k].after = found->second;
        }
    }

    static void refuse_cycles(const std::vector<PlanOrder>& orders) {
        for (const auto& order : orders) {
            std::size_t steps = 0;
            for (auto next = order.after; next; next = orders[*next].after) {
                if (++steps > orders.size()) {
                    throw Error(
                        ExitCode::invalid,
                        fmt::format("{}, column after: order '{}' waits for itself: a cycle",
                                    order.where, order.id));
                }
            }
        }
    }

    CsvReader csv_;
    PlanPlaces places_;
    std::map<std::string, std::optional<std::size_t>> columns_;
    std::map<std::string, std::size_t> by_id_;
    std::vector<std::string> after_;  // by order, as written
};

}  // namespace

std::vector<PlanOrder> read_plan(const Scenario& scenario, const ScenarioProvider& provider,
                                 std::size_t provider_index, const PlanPlaces& places) {
    return PlanReader(open_plan(scenario, provider), places).read(provider_index);
}

}  // namespace footprint::sim
