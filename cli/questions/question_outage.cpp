// --lose: what goes, and who then moves where.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/parallel.h"
#include "base/text.h"
#include "cli/questions/questions.h"
#include "cli/questions/shift_tables.h"

namespace footprint::cli {
namespace {

using sim::RegionIndex;

// What --lose names, understood.
struct Loss {
    bool each_region = false;
    bool each_zone = false;
    std::vector<RegionIndex> regions;
    std::vector<std::string> cables;            // as LatencyFlags::without takes them
    std::vector<geo::ProviderIndex> providers;  // whose loss is felt by the others together
    std::vector<std::string> names;             // "region aws:us-east-1"
    std::vector<std::string> notes;

    bool is_each() const { return each_region || each_zone; }
};

bool is_open(const QuestionInput& input, RegionIndex region) {
    return input.engine.timeline().region_at(region, input.date).state == sim::RegionState::open;
}

RegionIndex require_open_region(const QuestionInput& input, const std::string& id) {
    const auto& catalog = input.engine.timeline().catalog();
    const auto region = catalog.find_region(id);
    if (!region) {
        std::vector<std::string> known;
        for (RegionIndex r = 0; r < catalog.regions().size(); ++r) {
            known.push_back(catalog.qualified_id(r));
        }
        throw Error(ExitCode::usage,
                    fmt::format("--lose: there is no region '{}', or several providers have one of "
                                "that name.{} Write PROVIDER:REGION, such as region:aws:us-east-1",
                                id, did_you_mean(id, known)));
    }
    if (!is_open(input, *region)) {
        throw Error(ExitCode::usage,
                    fmt::format("--lose: {} does not serve on {}: it is {}",
                                catalog.qualified_id(*region), input.date.iso(),
                                sim::to_string(
                                    input.engine.timeline().region_at(*region, input.date).state)));
    }
    return *region;
}

class LossReader {
  public:
    explicit LossReader(const QuestionInput& input) : input_(input) {}

    Loss read(const std::vector<std::string>& words) {
        for (const auto& word : words) {
            add(word);
        }
        auto& regions = loss_.regions;
        std::sort(regions.begin(), regions.end());
        regions.erase(std::unique(regions.begin(), regions.end()), regions.end());
        if (loss_.is_each() && words.size() > 1) {
            throw Error(ExitCode::usage,
                        "--lose any-region and any-zone try each alone; name nothing beside them");
        }
        return std::move(loss_);
    }

  private:
    void add(const std::string& word) {
        if (word == "any-region" || word == "any-zone") {
            (word == "any-region" ? loss_.each_region : loss_.each_zone) = true;
            return;
        }
        const auto colon = word.find(':');
        const std::string kind = word.substr(0, colon);
        const std::string name =
            colon == std::string::npos ? "" : std::string(trimmed(word.substr(colon + 1)));
        if (name.empty()) {
            refuse(word);
        } else if (kind == "region") {
            add_region(name);
        } else if (kind == "zone") {
            add_zone(name);
        } else if (kind == "country") {
            add_country(name);
        } else if (kind == "provider") {
            add_provider(name);
        } else if (kind == "cable" || kind == "chokepoint") {
            loss_.cables.push_back(word);
            loss_.names.push_back(kind + " " + name);
        } else {
            refuse(word);
        }
    }

    [[noreturn]] static void refuse(const std::string& word) {
        throw Error(ExitCode::usage,
                    fmt::format("--lose '{}': expected zone:REGION, region:REGION, country:CC, "
                                "provider:NAME, cable:NAME, chokepoint:NAME, any-region or "
                                "any-zone",
                                word));
    }

    void add_region(const std::string& name) {
        const auto region = require_open_region(input_, name);
        loss_.regions.push_back(region);
        loss_.names.push_back("region " + catalog().qualified_id(region));
    }

    // A region serves on from its other zones.
    void add_zone(const std::string& name) {
        const auto region = require_open_region(input_, name);
        const auto id = catalog().qualified_id(region);
        const auto at = input_.engine.timeline().region_at(region, input_.date);
        loss_.names.push_back("a zone of " + id);
        if (at.zones >= 2) {
            loss_.notes.push_back(fmt::format(
                "{} has {} zones; it serves on from {}, if they have room: nobody moves", id,
                at.zones, at.zones - 1));
            return;
        }
        const bool unknown = at.zone_knowledge == sim::ZoneKnowledge::unknown;
        loss_.notes.push_back(
            unknown ? fmt::format("How many zones {} has is not known; if it has one, its loss is "
                                  "the region's, as shown",
                                  id)
                    : fmt::format("{} has no second zone; losing one is losing the region", id));
        loss_.regions.push_back(region);
    }

    void add_country(const std::string& name) {
        const auto country = input_.engine.atlas().find_country(name);
        if (!country) {
            throw Error(ExitCode::usage,
                        fmt::format("--lose: '{}' is no country; write its ISO code or name, such "
                                    "as country:DE",
                                    name));
        }
        const auto& iso2 = input_.engine.atlas().countries()[*country].iso2;
        const auto before = loss_.regions.size();
        for (const auto provider : input_.providers) {
            for (const auto region : catalog().regions_of(provider)) {
                if (catalog().region(region).country == iso2 && is_open(input_, region)) {
                    loss_.regions.push_back(region);
                }
            }
        }
        const auto& full = input_.engine.atlas().countries()[*country].name;
        if (loss_.regions.size() == before) {
            loss_.notes.push_back(fmt::format("None of them has an open region in {}", full));
        }
        loss_.names.push_back("all regions in " + full);
    }

    void add_provider(const std::string& name) {
        const auto provider = catalog().require_provider(name);
        if (std::find(input_.providers.begin(), input_.providers.end(), provider) ==
            input_.providers.end()) {
            throw Error(
                ExitCode::usage,
                fmt::format("--lose provider:{}: it is not among the providers compared", name));
        }
        loss_.providers.push_back(provider);
        const auto regions = catalog().regions_of(provider);
        loss_.regions.insert(loss_.regions.end(), regions.begin(), regions.end());
        loss_.names.push_back(input_.short_name(provider));
    }

    const geo::Catalog& catalog() const { return input_.engine.timeline().catalog(); }

    const QuestionInput& input_;
    Loss loss_;
};

// --- each region alone ---

// Zones as tables write them.
std::string zones_of(const QuestionInput& input, RegionIndex region) {
    const auto at = input.engine.timeline().region_at(region, input.date);
    return at.zone_knowledge == sim::ZoneKnowledge::unknown ? "?" : fmt::format("{}", at.zones);
}

struct EachRow {
    const Together* group = nullptr;
    sim::RegionLoss loss;
};

std::vector<EachRow> each_row(const QuestionInput& input, const std::vector<Together>& groups,
                              bool single_zones_only) {
    std::vector<EachRow> rows;
    const auto points = input.engine.points_of(input.area);
    const auto people = input.engine.people(input.date);
    std::vector<sim::Serving> servings;
    for (const auto& group : groups) {
        servings.push_back({group.providers, {}, sim::Keep::best_two});
    }
    input.engine.bring(servings, input.date);
    std::vector<const sim::LatencyField*> fields;
    for (const auto& serving : servings) {
        fields.push_back(&input.engine.field(serving, input.date));
    }
    std::vector<std::vector<sim::RegionLoss>> losses(groups.size());
    parallel_blocks(groups.size(), 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            losses[i] = sim::loss_of_each_region(points, people, *fields[i], input.thresholds_ms());
        }
    });
    for (std::size_t i = 0; i < groups.size(); ++i) {
        for (auto& loss : losses[i]) {
            const auto at = input.engine.timeline().region_at(loss.region, input.date);
            if (!single_zones_only || at.zones <= 1) {
                rows.push_back({&groups[i], std::move(loss)});
            }
        }
    }
    const auto harm = [&](const EachRow& row) { return -row.loss.shift.within[input.headline()]; };
    std::stable_sort(rows.begin(), rows.end(), [&](const EachRow& a, const EachRow& b) {
        return harm(a) != harm(b) ? harm(a) > harm(b)
                                  : a.loss.shift.person_ms > b.loss.shift.person_ms;
    });
    return rows;
}

AnswerTable each_table(const QuestionInput& input, const std::vector<EachRow>& rows) {
    const auto& catalog = input.engine.timeline().catalog();
    AnswerTable table;
    table.key = "regions";
    table.shown = 30;
    table.geometry = geo::GeometryType::point;
    table.columns = {{"provider", "", Unit::text},   {"region_id", "region", Unit::text},
                     {"city", "city", Unit::text},   {"country", "", Unit::text},
                     {"zones", "zones", Unit::text}, {"people_served", "serves", Unit::people}};
    add_threshold_columns(input, "people_out_of_", "_ms", "fall out of " + input.headline_text(),
                          table.columns);
    table.columns.insert(table.columns.end(),
                         {{"mean_extra_ms", "mean extra", Unit::ms},
                          {"most_extra_ms", "most", Unit::ms},
                          {"people_without_path", "no path left", Unit::people},
                          {"next_region_id", "most go to", Unit::text},
                          {"people_to_next", "", Unit::people}});
    for (const auto& row : rows) {
        const auto& loss = row.loss;
        const auto& region = catalog.region(loss.region);
        AnswerRow cells{{catalog.provider(region.provider).id, catalog.qualified_id(loss.region),
                         region.city, region.country, zones_of(input, loss.region), loss.served},
                        point_of(region.position)};
        for (const double change : loss.shift.within) {
            cells.cells.emplace_back(0 - change);
        }
        const bool has_mean = loss.shift.affected > loss.shift.unserved;
        cells.cells.push_back(
            cell_of(has_mean ? std::optional(loss.shift.mean_ms()) : std::nullopt));
        cells.cells.push_back(cell_of(has_mean ? std::optional(loss.shift.most_ms) : std::nullopt));
        cells.cells.emplace_back(loss.shift.unserved);
        cells.cells.emplace_back(region_text(catalog, loss.heir));
        cells.cells.emplace_back(loss.heir_people);
        table.rows.push_back(std::move(cells));
    }
    return table;
}

AnswerBars each_bars(const QuestionInput& input, const std::vector<EachRow>& rows) {
    const auto& catalog = input.engine.timeline().catalog();
    AnswerBars bars;
    bars.axis = fmt::format("people who fall out of {}", input.headline_text());
    bars.columns = {"people", "serves", "mean extra", "most go to"};
    for (const auto& row : rows) {
        const auto& region = catalog.region(row.loss.region);
        const double out = -row.loss.shift.within[input.headline()];
        bars.bars.push_back(
            {input.short_name(region.provider) + " " + region.id,
             region.city,
             region.provider,
             {out},
             {human_count(out), human_count(row.loss.served),
              cell_text(row.loss.shift.mean_ms(), Unit::ms), region_text(catalog, row.loss.heir)}});
    }
    return bars;
}

Answer lose_each(const QuestionInput& input, const Loss& loss) {
    const auto groups = input.groups();
    const auto rows = each_row(input, groups, loss.each_zone);
    Answer answer;
    answer.question = "lose";
    answer.date = input.date;
    answer.title =
        loss.each_zone
            ? fmt::format("What the loss of one zone{} would do, region by region", input.of_whom())
            : fmt::format("What the loss of each region{} would do", input.of_whom());
    answer.subtitle = input.subtitle(
        "each lost alone, its people served by the next best region of the same provider");
    if (input.best) {
        answer.subtitle = input.subtitle(
            "each lost alone, its people served by the next best "
            "region of all providers together");
    }
    if (loss.each_zone) {
        answer.notes.emplace_back(
            "Regions with one zone, none, or an unknown number (?): the others serve on from "
            "their other zones");
    }
    answer.tables.push_back(each_table(input, rows));
    answer.bars = each_bars(input, rows);
    return answer;
}

// --- what is named ---

// Whom it hurts: providers that lose a region, or all where cables go.
std::vector<Together> hurt_groups(const QuestionInput& input, const Loss& loss) {
    if (!loss.providers.empty()) {
        QuestionInput together = input;
        together.best = true;
        auto groups = together.groups();
        if (input.providers.size() < 2) {
            throw Error(ExitCode::usage,
                        "--lose provider:NAME asks who of the others takes over; compare it with "
                        "others, or with all");
        }
        return groups;
    }
    auto groups = input.groups();
    if (loss.cables.empty() && !input.best && !loss.regions.empty()) {
        const auto& catalog = input.engine.timeline().catalog();
        std::erase_if(groups, [&](const Together& group) {
            return std::none_of(loss.regions.begin(), loss.regions.end(), [&](RegionIndex region) {
                return catalog.region(region).provider == group.providers[0];
            });
        });
        if (groups.empty()) {
            throw Error(ExitCode::usage,
                        fmt::format("--lose {}: none of the providers compared has it",
                                    join(loss.names, ", ")));
        }
    }
    return groups;
}

Answer lose_named(const QuestionInput& input, const Loss& loss) {
    Answer answer;
    answer.question = "lose";
    answer.date = input.date;
    answer.title = "Losing " + join(loss.names, " and ");
    answer.subtitle =
        input.subtitle(fmt::format("everyone moves to the next best{} that is left",
                                   loss.providers.empty() ? input.of_whom() : std::string()));
    answer.notes = loss.notes;
    std::unique_ptr<sim::LatencyModel> model;
    std::unique_ptr<sim::CoverageEngine> without_cables;
    if (!loss.cables.empty()) {
        model = input.model_without(loss.cables);
        without_cables = std::make_unique<sim::CoverageEngine>(
            input.engine.timeline(), input.engine.atlas(), input.points, *model, input.options());
    }
    auto& engine = without_cables ? *without_cables : input.engine;
    ShiftTables tables(input, ShiftKind::loss);
    for (const auto& group : hurt_groups(input, loss)) {
        tables.add(group, input.engine.field(sim::Serving{group.providers}, input.date),
                   engine.field(sim::Serving{group.providers, loss.regions}, input.date));
    }
    tables.give(answer);
    return answer;
}

}  // namespace

Answer answer_lose(const QuestionInput& input, const std::vector<std::string>& what) {
    const Loss loss = LossReader(input).read(what);
    return loss.is_each() ? lose_each(input, loss) : lose_named(input, loss);
}

}  // namespace footprint::cli
