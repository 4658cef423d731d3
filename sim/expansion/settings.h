// The resolved scenario as keys and values: what differs between two, and where a file says it.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace footprint::sim {

// Where a setting stands in the tables of a scenario.
struct SettingPlace {
    std::string table;      // "policy", "rule", "provider.budget"; empty: before all tables
    std::size_t index = 0;  // of the table among those of its name; of a budget, its provider's
    std::size_t span = 0;   // of a budget within its provider
    bool repeats = false;   // one table of several: [[rule]]
    std::string key;        // empty: the table as a whole
};

struct Setting {
    std::string value;
    SettingPlace place;
    std::vector<std::pair<std::string, std::string>> parts;  // of a table as a whole, its keys
};

// By key. Tables that repeat go by what they are of, so that one more among them changes no other's
// key: "rule KE, ban, aws".
std::map<std::string, Setting> settings_of(const std::string& resolved);

// A line of the resolved scenario that is not the same: "policy.spacing", and the two values.
struct SettingDifference {
    std::string key;
    std::string first;  // empty: not there
    std::string second;
    std::optional<SettingPlace> place;  // in the second; empty: not there
    // Of a table that both have, the first key that differs; else empty.
    std::string part;
    std::string part_first;
    std::string part_second;
};

// In order of keys.
std::vector<SettingDifference> setting_differences(const std::string& first,
                                                   const std::string& second);

struct FilePlace {
    std::size_t line = 1;
    std::size_t column = 1;
    auto operator<=>(const FilePlace&) const = default;
};

// Where the text of a scenario file says it; empty where the file leaves it to the default.
std::optional<FilePlace> find_setting(const std::string& text, const SettingPlace& place);

}  // namespace footprint::sim
