#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "base/console.h"
#include "base/error.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "cli/frame/command.h"
#include "cli/frame/interrupted.h"
#include "cli/version.h"
#include "sim/expansion/run_folder.h"

namespace footprint::cli {
namespace {

bool asks_for_help(const std::vector<std::string>& arguments) {
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    return std::any_of(arguments.begin(), end,
                       [](const std::string& word) { return word == "--help" || word == "-h"; });
}

// Takes the run folders out of the positionals: every verb that reads a timeline reads theirs.
std::vector<std::filesystem::path> take_runs(const OptionSet& options,
                                             std::vector<std::string>& arguments) {
    const auto takes_value = [&](const std::string& word) {
        return std::any_of(options.all().begin(), options.all().end(), [&](const OptionInfo& o) {
            const auto names = split(o.names, ',');
            return !o.is_flag() && std::find(names.begin(), names.end(), word) != names.end();
        });
    };
    std::vector<std::filesystem::path> runs;
    std::vector<std::string> rest;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        if (!word.starts_with('-') && sim::is_run_folder(word)) {
            runs.emplace_back(word);
            continue;
        }
        rest.push_back(word);
        if (word.starts_with('-') && takes_value(word) && i + 1 < arguments.size()) {
            rest.push_back(arguments[++i]);
        }
    }
    arguments = std::move(rest);
    return runs;
}

void refuse_more_runs(const std::string& verb, std::size_t most,
                      const std::vector<std::filesystem::path>& runs) {
    if (runs.size() <= most) {
        return;
    }
    const auto takes = most == 0   ? std::string("takes no run folder")
                       : most == 1 ? std::string("takes one run folder")
                                   : fmt::format("takes up to {} run folders", most);
    throw Error(ExitCode::usage,
                fmt::format("{} {}, and '{}' is {}. See 'footprint {} --help'", verb, takes,
                            runs[most].string(), most == 0 ? "one" : "one more", verb));
}

void run_verb(Verb& verb, std::vector<std::string> arguments) {
    if (asks_for_help(arguments)) {
        write_text("-", verb_help(verb), Overwrite::refuse);
        return;
    }
    OptionSet options;
    verb.options(options);
    GlobalOptions globals;
    declare_global_options(options, globals);
    globals.runs = take_runs(options, arguments);
    refuse_more_runs(verb.name(), options.most_runs(), globals.runs);
    parse_options("footprint " + verb.name(), options, arguments);
    if (globals.threads < 0) {
        throw Error(
            ExitCode::usage,
            fmt::format("--threads {} is negative; expected 0 (all) or more", globals.threads));
    }
    Session session(globals);
    verb.run(session);
    flush_stdout();
}

void run_program(std::vector<std::string> arguments) {
    if (arguments.empty()) {
        tell(program_help());
        throw Error(ExitCode::usage, "no verb given");
    }
    const std::string word = arguments.front();
    arguments.erase(arguments.begin());
    if (word == "--help" || word == "-h") {
        write_text("-", program_help(), Overwrite::refuse);
        return;
    }
    if (word == "--version") {
        const bool json =
            std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
        write_text("-", json ? version_json() : version_text(), Overwrite::refuse);
        return;
    }
    std::vector<std::string> names;
    for (const auto& verb : all_verbs()) {
        if (verb->name() == word) {
            run_verb(*verb, arguments);
            return;
        }
        names.push_back(verb->name());
    }
    if (word == "view") {
        throw Error(ExitCode::usage,
                    "this build has no window; configure it with -DFOOTPRINT_WINDOW=ON (needs "
                    "libsfml-dev and libx11-dev), or use 'map' and 'animate'");
    }
    throw Error(ExitCode::usage,
                fmt::format("there is no verb '{}'.{} 'footprint --help' lists the verbs", word,
                            did_you_mean(word, names)));
}

int guarded_main(int count, char** values) {
    try {
        run_program({values + 1, values + count});
        return static_cast<int>(ExitCode::ok);
    } catch (const InterruptedButKept& interruption) {
        tell(fmt::format("\nfootprint: {}; {}\n", interruption.what(), interruption.what_stays()));
        return interruption.exit_code();
    } catch (const Interrupted& interruption) {
        tell(fmt::format("\nfootprint: {}; nothing half-written was left\n", interruption.what()));
        return interruption.exit_code();
    } catch (const ReaderGone& gone) {
        return static_cast<int>(gone.code());
    } catch (const Error& error) {
        tell(fmt::format("footprint: {}\n", error.what()));
        return static_cast<int>(error.code());
    } catch (const std::bad_alloc&) {
        tell("footprint: out of memory\n");
    } catch (const std::exception& error) {
        tell(fmt::format("footprint: {}\n", error.what()));
    }
    return static_cast<int>(ExitCode::failed);
}

}  // namespace
}  // namespace footprint::cli

int main(int count, char** values) {
    footprint::install_signal_handlers();
    return count < 1 ? 2 : footprint::cli::guarded_main(count, values);
}
