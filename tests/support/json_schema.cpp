#include "tests/support/json_schema.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <stdexcept>

namespace footprint::test {
namespace {

using nlohmann::json;

const std::set<std::string>& passed_over() {
    static const std::set<std::string> words{"$schema",     "$id",     "title",   "format",
                                             "description", "default", "$comment"};
    return words;
}

bool is_of_type(const json& value, const std::string& type) {
    if (type == "integer") {
        return value.is_number_integer();
    }
    return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
           (type == "string" && value.is_string()) || (type == "number" && value.is_number()) ||
           (type == "boolean" && value.is_boolean()) || (type == "null" && value.is_null());
}

class Checker {
  public:
    void check(const json& value, const json& schema, const std::string& at) {
        for (const auto& [word, expected] : schema.items()) {
            keyword(value, schema, word, expected, at);
        }
    }
    std::vector<std::string> faults;

  private:
    void say(const std::string& at, const std::string& what) { faults.push_back(at + ": " + what); }

    void keyword(const json& value, const json& schema, const std::string& word,
                 const json& expected, const std::string& at) {
        if (passed_over().contains(word)) {
            return;
        }
        if (word == "type") {
            const auto types = expected.is_array()
                                   ? expected.get<std::vector<std::string>>()
                                   : std::vector<std::string>{expected.get<std::string>()};
            const bool fits = std::any_of(types.begin(), types.end(), [&](const auto& type) {
                return is_of_type(value, type);
            });
            if (!fits) {
                say(at, "is " + std::string(value.type_name()) + ", not " + expected.dump());
            }
        } else if (word == "const" || word == "enum") {
            const bool fits = word == "const" ? value == expected
                                              : std::find(expected.begin(), expected.end(),
                                                          value) != expected.end();
            if (!fits) {
                say(at, value.dump() + " is not " + expected.dump());
            }
        } else if (word == "minimum" || word == "maximum") {
            const bool low = word == "minimum";
            if (value.is_number() && (low ? value < expected : value > expected)) {
                say(at, value.dump() + " is beyond the " + word + ", " + expected.dump());
            }
        } else if (word == "minLength") {
            if (value.is_string() && value.get<std::string>().size() < expected) {
                say(at, "is too short");
            }
        } else if (word == "pattern") {
            if (value.is_string() && !std::regex_search(value.get<std::string>(),
                                                        std::regex(expected.get<std::string>()))) {
                say(at, value.dump() + " does not match " + expected.dump());
            }
        } else if (word == "required") {
            for (const auto& key : expected) {
                if (value.is_object() && !value.contains(key.get<std::string>())) {
                    say(at, "has no " + key.dump());
                }
            }
        } else if (word == "items") {
            for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
                check(value[i], expected, at + "/" + std::to_string(i));
            }
        } else if (word == "properties" || word == "additionalProperties") {
            members(value, schema, word, expected, at);
        } else {
            throw std::invalid_argument("a schema's keyword that is not known here: " + word);
        }
    }

    void members(const json& value, const json& schema, const std::string& word,
                 const json& expected, const std::string& at) {
        if (!value.is_object()) {
            return;
        }
        const json none = json::object();
        const auto& named = schema.contains("properties") ? schema["properties"] : none;
        for (const auto& [key, member] : value.items()) {
            const std::string path = at + "/" + key;
            if (word == "properties") {
                if (named.contains(key)) {
                    check(member, named[key], path);
                }
            } else if (!named.contains(key) && expected.is_object()) {
                check(member, expected, path);
            } else if (!named.contains(key) && expected == false) {
                say(path, "is not foreseen");
            }
        }
    }
};

}  // namespace

std::vector<std::string> schema_faults(const json& document, const json& schema) {
    Checker checker;
    checker.check(document, schema, "");
    return checker.faults;
}

}  // namespace footprint::test
