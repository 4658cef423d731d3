#include "sim/expansion/settings.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace footprint::sim {
namespace {

// What tells tables of a name apart; their other keys make one setting, but for a provider's.
const std::map<std::string, std::vector<std::string>> kTellApart{
    {"provider", {"id"}},
    {"provider.budget", {"from"}},
    {"rule", {"country", "rule", "affects"}},
    {"shock", {"kind", "target", "from"}}};

class SettingsReader {
  public:
    explicit SettingsReader(const std::string& resolved) {
        for (const auto& raw : split(resolved, '\n')) {
            const auto line = std::string(trimmed(raw));
            if (line.starts_with('[')) {
                end_table();
                begin_table(line);
            } else if (const auto equals = line.find(" = "); equals != std::string::npos) {
                rows_.emplace_back(line.substr(0, equals), line.substr(equals + 3));
            }
        }
        end_table();
    }
    std::map<std::string, Setting> all;

  private:
    void begin_table(const std::string& line) {
        at_.repeats = line.starts_with("[[");
        const std::size_t marks = at_.repeats ? 2 : 1;
        at_.table = line.substr(marks, line.size() - 2 * marks);
        if (at_.table == "provider.budget") {
            at_.index = counts_["provider"] - 1;
            at_.span = spans_++;
        } else {
            at_.index = counts_[at_.table]++;
            spans_ = 0;
        }
    }

    void end_table() {
        if (at_.repeats) {
            end_repeated();
        } else {
            for (const auto& [key, value] : rows_) {
                set(at_.table.empty() ? key : at_.table + "." + key, value, key);
            }
        }
        rows_.clear();
    }

    void end_repeated() {
        const auto known = kTellApart.find(at_.table);
        std::vector<std::string> names;
        std::vector<std::pair<std::string, std::string>> rest;
        for (const auto& row : rows_) {
            const bool tells = known != kTellApart.end() &&
                               std::find(known->second.begin(), known->second.end(), row.first) !=
                                   known->second.end();
            if (tells) {
                names.push_back(unquoted(row.second));
            } else {
                rest.push_back(row);
            }
        }
        if (at_.table == "provider") {
            provider_ = "provider " + join(names, ", ");
            for (const auto& [key, value] : rest) {
                set(provider_ + "." + key, value, key);
            }
            return;
        }
        std::vector<std::string> values;
        for (const auto& [key, value] : rest) {
            values.push_back(key + " = " + value);
        }
        const bool budget = at_.table == "provider.budget";
        auto key = (budget ? provider_ + ".budget" : at_.table) + " " + join(names, ", ");
        while (all.contains(key)) {
            key += ", again";
        }
        set(key, join(values, ", "), "");
        all[key].parts = rest;
    }

    void set(const std::string& name, const std::string& value, const std::string& key) {
        auto place = at_;
        place.key = key;
        all[name] = {value, std::move(place), {}};
    }

    static std::string unquoted(const std::string& value) {
        const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
        return quoted ? value.substr(1, value.size() - 2) : value;
    }

    SettingPlace at_;
    std::map<std::string, std::size_t> counts_;  // tables of each name so far
    std::size_t spans_ = 0;                      // budgets of the provider so far
    std::string provider_;
    std::vector<std::pair<std::string, std::string>> rows_;
};

std::string part_of(const Setting& setting, const std::string& key) {
    for (const auto& [name, value] : setting.parts) {
        if (name == key) {
            return value;
        }
    }
    return "";
}

void narrow(const Setting& before, const Setting& after, SettingDifference& row) {
    for (const auto* of : {&after, &before}) {
        for (const auto& [key, value] : of->parts) {
            if (part_of(before, key) != part_of(after, key)) {
                row.part = key;
                row.part_first = part_of(before, key);
                row.part_second = part_of(after, key);
                return;
            }
        }
    }
}

}  // namespace

std::map<std::string, Setting> settings_of(const std::string& resolved) {
    return std::move(SettingsReader(resolved).all);
}

std::vector<SettingDifference> setting_differences(const std::string& first,
                                                   const std::string& second) {
    const auto one = settings_of(first);
    const auto two = settings_of(second);
    std::set<std::string> keys;
    for (const auto& [key, setting] : one) {
        keys.insert(key);
    }
    for (const auto& [key, setting] : two) {
        keys.insert(key);
    }
    std::vector<SettingDifference> result;
    for (const auto& key : keys) {
        const auto before = one.find(key);
        const auto after = two.find(key);
        SettingDifference row;
        row.key = key;
        row.first = before == one.end() ? "" : before->second.value;
        row.second = after == two.end() ? "" : after->second.value;
        if (after != two.end()) {
            row.place = after->second.place;
        }
        if (before != one.end() && after != two.end()) {
            narrow(before->second, after->second, row);
        }
        if (row.first != row.second && key != "description") {
            result.push_back(std::move(row));
        }
    }
    return result;
}

}  // namespace footprint::sim
