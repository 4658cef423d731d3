#include "cli/frame/options.h"

#include <fmt/format.h>

#include <algorithm>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/error.h"
#include "base/text.h"

namespace footprint::cli {
namespace {

template <typename T>
std::string default_of(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
        return value;
    } else if constexpr (std::is_same_v<T, std::filesystem::path>) {
        return value.string();
    } else if constexpr (std::is_same_v<T, int> || std::is_same_v<T, double>) {
        return fmt::format("{}", value);
    } else if constexpr (std::is_same_v<T, std::vector<double>>) {
        return fmt::format("{}", fmt::join(value, ","));
    } else {
        return {};
    }
}

std::vector<std::string> long_names(const OptionSet& options) {
    std::vector<std::string> names{"--help"};
    for (const auto& option : options.all()) {
        for (const auto& name : split(option.names, ',')) {
            if (name.starts_with("--")) {
                names.push_back(name);
            }
        }
    }
    return names;
}

CLI::Option* declare(CLI::App& app, const OptionInfo& info) {
    if (const auto* target = std::get_if<bool*>(&info.target)) {
        return app.add_flag(info.names, **target, info.help);
    }
    CLI::Option* option = std::visit(
        [&](auto* target) -> CLI::Option* {
            using T = std::remove_pointer_t<decltype(target)>;
            if constexpr (std::is_same_v<T, bool>) {
                return nullptr;
            } else if constexpr (std::is_same_v<T, std::vector<std::string>> ||
                                 std::is_same_v<T, std::vector<double>>) {
                // A list is one word, so that what follows it is not taken for more of it.
                CLI::Option* list = app.add_option(info.names, *target, info.help)->delimiter(',');
                return info.names.starts_with('-') ? list->allow_extra_args(false) : list;
            } else if constexpr (std::is_same_v<T, std::vector<std::filesystem::path>>) {
                CLI::Option* list = app.add_option(info.names, *target, info.help);
                return info.names.starts_with('-') ? list->allow_extra_args(false) : list;
            } else {
                return app.add_option(info.names, *target, info.help);
            }
        },
        info.target);
    const bool is_number = std::holds_alternative<int*>(info.target) ||
                           std::holds_alternative<double*>(info.target) ||
                           std::holds_alternative<std::optional<int>*>(info.target) ||
                           std::holds_alternative<std::optional<double>*>(info.target) ||
                           std::holds_alternative<std::vector<double>*>(info.target);
    if (is_number) {
        // CLI11 reads an empty word as 0, which is what a script's unset variable becomes.
        option->check([](const std::string& word) {
            return word.empty() ? std::string("it is empty; expected a number") : std::string();
        });
    }
    if (!info.choices.empty()) {
        option->check(CLI::IsMember(info.choices));
    }
    return option;
}

// An error of the reader names an option by its first name; this one as it was typed.
std::string by_typed_name(std::string error, const OptionSet& options,
                          const std::vector<std::string>& arguments) {
    const auto is_typed = [&](const std::string& name) {
        return std::any_of(arguments.begin(), arguments.end(), [&](const std::string& word) {
            return word == name || word.starts_with(name + "=");
        });
    };
    for (const auto& option : options.all()) {
        const auto names = split(option.names, ',');
        const auto at = error.find(names[0] + " ");
        const auto typed = std::find_if(names.begin(), names.end(), is_typed);
        if (names[0].starts_with("--") && at != std::string::npos && typed != names.end()) {
            return error.replace(at, names[0].size(), *typed);
        }
    }
    return error;
}

// What a word without a place may have been meant to be.
std::string meant_otherwise(const OptionSet& options) {
    std::string hint;
    if (options.most_runs() > 0) {
        hint += " It is no run folder of 'footprint simulate'.";
    }
    const auto names = long_names(options);
    if (std::find(names.begin(), names.end(), "--providers") != names.end()) {
        hint += " Providers are named by --providers.";
    }
    return hint;
}

void refuse_unknown(const std::string& command, const OptionSet& options,
                    const std::vector<std::string>& extras) {
    const std::string& word = extras.front();
    const bool is_option = word.size() > 1 && word.starts_with('-');
    throw Error(
        ExitCode::usage,
        fmt::format("{}: {} '{}'.{} See '{} --help'", command,
                    is_option ? "unknown option" : "unexpected argument", word,
                    is_option ? did_you_mean(word.substr(0, word.find('=')), long_names(options))
                              : meant_otherwise(options),
                    command));
}

}  // namespace

OptionSet& OptionSet::add(std::string names, Target target, std::string metavar, std::string help) {
    OptionInfo info{std::move(names), std::move(metavar), std::move(help), {}, false, target, {}};
    info.default_text = std::visit([](auto* value) { return default_of(*value); }, target);
    options_.push_back(std::move(info));
    return *this;
}

OptionSet& OptionSet::flag(std::string names, bool& target, std::string help) {
    return add(std::move(names), &target, "", std::move(help));
}

OptionSet& OptionSet::takes_runs(std::size_t most) {
    most_runs_ = most;
    return *this;
}

OptionSet& OptionSet::required() {
    options_.back().required = true;
    return *this;
}

OptionSet& OptionSet::choices(std::vector<std::string> values) {
    options_.back().choices = std::move(values);
    return *this;
}

void parse_options(const std::string& command, const OptionSet& options,
                   const std::vector<std::string>& arguments) {
    CLI::App app("", command);
    app.set_help_flag();
    app.allow_extras();
    std::vector<std::pair<const OptionInfo*, const CLI::Option*>> required;
    for (const auto& info : options.all()) {
        const CLI::Option* option = declare(app, info);
        if (info.required) {
            required.emplace_back(&info, option);
        }
    }
    // CLI11 takes the arguments last one first.
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    try {
        app.parse(reversed);
    } catch (const CLI::ParseError& error) {
        throw Error(ExitCode::usage,
                    fmt::format("{}: {}. See '{} --help'", command,
                                by_typed_name(error.what(), options, arguments), command));
    }
    auto extras = app.remaining();
    // The mark that ends the options is no argument itself.
    if (const auto mark = std::find(extras.begin(), extras.end(), "--"); mark != extras.end()) {
        extras.erase(mark);
    }
    if (!extras.empty()) {
        refuse_unknown(command, options, extras);
    }
    // Asked last: a mistyped option is the likelier slip, and the more helpful thing to say.
    for (const auto& [info, option] : required) {
        if (option->count() == 0) {
            throw Error(ExitCode::usage, fmt::format("{}: {} is missing. See '{} --help'", command,
                                                     info->metavar, command));
        }
    }
}

}  // namespace footprint::cli
