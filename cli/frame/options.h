// Command-line options, declared once: parsed, checked, and printed as help, man page and
// completion.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace footprint::cli {

// Where a parsed value goes. Targets must outlive the parse.
using Target =
    std::variant<bool*, int*, double*, std::string*, std::filesystem::path*, std::optional<int>*,
                 std::optional<double>*, std::optional<std::string>*,
                 std::optional<std::filesystem::path>*, std::vector<std::string>*,
                 std::vector<double>*, std::vector<std::filesystem::path>*>;

struct OptionInfo {
    std::string names;    // "-o,--output"; a bare word is a positional
    std::string metavar;  // "FILE"; empty for flags
    std::string help;     // one sentence, ends without a full stop
    std::vector<std::string> choices;
    bool required = false;
    Target target;
    std::string default_text;  // taken from the target when the option is declared

    bool is_positional() const { return !names.starts_with('-'); }
    bool is_flag() const { return std::holds_alternative<bool*>(target); }
};

// Options in the order declared. Lists take comma-separated values and may be repeated.
class OptionSet {
  public:
    OptionSet& add(std::string names, Target target, std::string metavar, std::string help);
    OptionSet& flag(std::string names, bool& target, std::string help);
    // Run folders of simulate are inputs, too, up to so many, anywhere among the positionals.
    OptionSet& takes_runs(std::size_t most = 1);
    // For the option declared last.
    OptionSet& required();
    OptionSet& choices(std::vector<std::string> values);

    const std::vector<OptionInfo>& all() const { return options_; }
    std::size_t most_runs() const { return most_runs_; }

  private:
    std::vector<OptionInfo> options_;
    std::size_t most_runs_ = 0;
};

// Parses `arguments` (without program and verb name) into the targets. Throws Error (usage) that
// names the argument, what was expected, and the nearest option for a slip. "--help" is found by
// the caller.
void parse_options(const std::string& command, const OptionSet& options,
                   const std::vector<std::string>& arguments);

}  // namespace footprint::cli
