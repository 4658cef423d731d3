#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/error.h"
#include "base/text.h"
#include "cli/frame/command.h"

namespace footprint::cli {
namespace {

constexpr std::size_t kWidth = 96;

// Columns a terminal uses for UTF-8 text without wide characters.
std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string wrapped(const std::string& text, std::size_t indent, std::size_t first_column) {
    std::istringstream words(text);
    std::string result;
    std::string word;
    std::size_t column = first_column;
    while (words >> word) {
        if (column + 1 + columns(word) > kWidth && column > indent) {
            result += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (!result.empty()) {
            result += ' ';
            ++column;
        }
        result += word;
        column += columns(word);
    }
    return result;
}

std::string paragraphs(const std::string& text, std::size_t indent) {
    std::string result;
    std::istringstream lines(text);
    std::string line;
    while (std::getline(lines, line)) {
        result +=
            line.empty() ? "\n" : std::string(indent, ' ') + wrapped(line, indent, indent) + "\n";
    }
    return result;
}

std::string value_words(const OptionInfo& info) {
    std::string words = info.help;
    if (!info.choices.empty()) {
        words += ": " + join(info.choices, ", ");
    }
    if (!info.default_text.empty() && !info.is_flag()) {
        words += fmt::format(" (default: {})", info.default_text);
    }
    return words;
}

std::string spelled(const OptionInfo& info) {
    auto names = split(info.names, ',');
    std::string text = join(names, ", ");
    if (!info.metavar.empty() && !info.is_positional()) {
        text += " " + info.metavar;
    }
    return text;
}

std::string option_lines(const OptionSet& options, bool positionals) {
    constexpr std::size_t kColumn = 30;
    std::string text;
    for (const auto& info : options.all()) {
        if (info.is_positional() != positionals) {
            continue;
        }
        const std::string left = "  " + (positionals ? info.metavar : spelled(info));
        text += left;
        if (columns(left) + 2 > kColumn) {
            text += "\n" + std::string(kColumn, ' ');
        } else {
            text += std::string(kColumn - columns(left), ' ');
        }
        text += wrapped(value_words(info), kColumn, kColumn) + "\n";
    }
    return text;
}

// Whether run folders are inputs that no positional's own line speaks of.
bool names_runs_apart(const OptionSet& options) {
    return options.most_runs() > 0 &&
           std::none_of(options.all().begin(), options.all().end(), [](const OptionInfo& info) {
               return info.is_positional() && info.metavar.find("RUN") != std::string::npos;
           });
}

constexpr std::string_view kRunHelp =
    "A run folder of simulate: its sites and dates instead of the catalog's";

std::string input_lines(const OptionSet& options) {
    std::string text = option_lines(options, true);
    if (names_runs_apart(options)) {
        text += fmt::format("{:<30}{}\n", "  RUN", wrapped(std::string(kRunHelp), 30, 30));
    }
    return text;
}

std::string usage_line(const std::string& verb, const OptionSet& options) {
    std::string line = "footprint " + verb;
    for (const auto& info : options.all()) {
        if (!info.is_positional()) {
            continue;
        }
        const bool many = std::holds_alternative<std::vector<std::string>*>(info.target) ||
                          std::holds_alternative<std::vector<std::filesystem::path>*>(info.target);
        const std::string word = info.metavar + (many ? "…" : "");
        line += info.required ? " " + word : " [" + word + "]";
    }
    if (names_runs_apart(options)) {
        line += options.most_runs() > 1 ? " [RUN…]" : " [RUN]";
    }
    return line + " [options]";
}

OptionSet own_options(Verb& verb) {
    OptionSet options;
    verb.options(options);
    return options;
}

std::string roff(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '\\') {
            escaped += "\\e";
        } else if (c == '-') {
            escaped += "\\-";
        } else {
            escaped += c;
        }
    }
    if (escaped.starts_with('.') || escaped.starts_with('\'')) {
        escaped.insert(0, "\\&");
    }
    return escaped;
}

std::string roff_paragraphs(const std::string& text) {
    std::string result;
    std::istringstream lines(text);
    std::string line;
    while (std::getline(lines, line)) {
        result += line.empty() ? ".PP\n" : roff(line) + "\n";
    }
    return result;
}

std::string roff_options(const OptionSet& options) {
    std::string text;
    for (const auto& info : options.all()) {
        text += fmt::format(".TP\n\\fB{}\\fR\n{}\n",
                            roff(info.is_positional() ? info.metavar : spelled(info)),
                            roff(value_words(info)));
    }
    if (names_runs_apart(options)) {
        text += fmt::format(".TP\n\\fBRUN\\fR\n{}\n", roff(kRunHelp));
    }
    return text;
}

constexpr std::string_view kExitCodes =
    ".SH EXIT STATUS\n0 done; 1 failed; 2 usage; 3 data invalid; 4 no feasible answer; 130 or 143 "
    "interrupted.\n";

std::string man_header(const std::string& title) {
    return fmt::format(".TH {} 1 \"\" \"footprint\" \"footprint manual\"\n", title);
}

std::vector<std::string> words_of(Verb& verb) {
    std::vector<std::string> words;
    OptionSet options = own_options(verb);
    GlobalOptions globals;
    declare_global_options(options, globals);
    for (const auto& info : options.all()) {
        if (info.is_positional()) {
            continue;
        }
        for (const auto& name : split(info.names, ',')) {
            words.push_back(name);
        }
    }
    words.emplace_back("--help");
    return words;
}

std::string bash_completion() {
    std::string verbs;
    std::string cases;
    for (const auto& verb : all_verbs()) {
        verbs += (verbs.empty() ? "" : " ") + verb->name();
        cases +=
            fmt::format("        {}) words=\"{}\" ;;\n", verb->name(), join(words_of(*verb), " "));
    }
    return fmt::format(
        "# bash completion for footprint\n"
        "_footprint() {{\n"
        "    local word=\"${{COMP_WORDS[COMP_CWORD]}}\" words=\"\"\n"
        "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
        "        COMPREPLY=($(compgen -W \"{} --help --version\" -- \"$word\"))\n"
        "        return\n"
        "    fi\n"
        "    case \"${{COMP_WORDS[1]}}\" in\n{}    esac\n"
        "    if [[ \"$word\" == -* ]]; then\n"
        "        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
        "    else\n"
        "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
        "    fi\n"
        "}}\n"
        "complete -o filenames -F _footprint footprint\n",
        verbs, cases);
}

std::string zsh_completion() {
    std::string verbs;
    std::string cases;
    for (const auto& verb : all_verbs()) {
        std::string summary = verb->summary();
        std::erase(summary, '\'');
        verbs += fmt::format("        '{}:{}'\n", verb->name(), summary);
        cases +=
            fmt::format("        {}) compadd -- {} ;;\n", verb->name(), join(words_of(*verb), " "));
    }
    return fmt::format(
        "#compdef footprint\n"
        "local -a verbs\n"
        "verbs=(\n{}    )\n"
        "if (( CURRENT == 2 )); then\n"
        "    _describe 'verb' verbs\n"
        "elif [[ \"$words[CURRENT]\" == -* ]]; then\n"
        "    case \"$words[2]\" in\n{}    esac\n"
        "else\n"
        "    _files\n"
        "fi\n",
        verbs, cases);
}

std::string fish_completion() {
    std::string text = "# fish completion for footprint\n";
    for (const auto& verb : all_verbs()) {
        std::string summary = verb->summary();
        std::erase(summary, '\'');
        text += fmt::format("complete -c footprint -n __fish_use_subcommand -f -a {} -d '{}'\n",
                            verb->name(), summary);
        for (const auto& word : words_of(*verb)) {
            const bool is_long = word.starts_with("--");
            text += fmt::format("complete -c footprint -n '__fish_seen_subcommand_from {}' {} {}\n",
                                verb->name(), is_long ? "-l" : "-s", word.substr(is_long ? 2 : 1));
        }
    }
    return text;
}

}  // namespace

std::string program_help() {
    std::string text =
        "footprint: cloud regions on a world map. Replays and measures how clouds grow, and draws "
        "it.\n\n"
        "Usage: footprint VERB [inputs] [-o OUTPUT] [options]\n\nVerbs:\n";
    for (const auto& verb : all_verbs()) {
        text += fmt::format("  {:<12}{}\n", verb->name(), verb->summary());
    }
    text +=
        "\nfootprint help VERB (or footprint VERB --help) tells a verb's options and shows "
        "examples.\n"
        "footprint --version names the libraries, drivers and encoders it found.\n"
        "Exit codes: 0 done, 1 failed, 2 usage, 3 data invalid, 4 no feasible answer.\n";
    return text;
}

std::string verb_help(Verb& verb) {
    const OptionSet options = own_options(verb);
    OptionSet global;
    GlobalOptions globals;
    declare_global_options(global, globals);
    std::string text =
        fmt::format("{}\n\nUsage: {}\n\n{}\n", verb.summary(), usage_line(verb.name(), options),
                    paragraphs(verb.description(), 0));
    if (const auto inputs = input_lines(options); !inputs.empty()) {
        text += "Inputs:\n" + inputs + "\n";
    }
    text += "Options:\n" + option_lines(options, false) + "\nOptions of every verb:\n" +
            option_lines(global, false) + "\nExamples:\n";
    for (const auto& example : verb.examples()) {
        text += fmt::format("  {}\n      {}\n", example.command, wrapped(example.purpose, 6, 6));
    }
    return text;
}

std::string verb_man_page(Verb& verb) {
    OptionSet options = own_options(verb);
    OptionSet global;
    GlobalOptions globals;
    declare_global_options(global, globals);
    std::string text = man_header("FOOTPRINT\\-" + roff(verb.name()));
    text +=
        fmt::format(".SH NAME\nfootprint\\-{} \\- {}\n.SH SYNOPSIS\n.B {}\n.SH DESCRIPTION\n{}",
                    roff(verb.name()), roff(verb.summary()), roff(usage_line(verb.name(), options)),
                    roff_paragraphs(verb.description()));
    text += ".SH OPTIONS\n" + roff_options(options) + ".SS Options of every verb\n" +
            roff_options(global);
    text += ".SH EXAMPLES\n";
    for (const auto& example : verb.examples()) {
        text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", roff(example.command), roff(example.purpose));
    }
    text += kExitCodes;
    text += ".SH SEE ALSO\n.BR footprint (1)\n";
    return text;
}

std::string program_man_page() {
    std::string text = man_header("FOOTPRINT");
    text +=
        ".SH NAME\nfootprint \\- cloud regions on a world map\n.SH SYNOPSIS\n.B footprint\nVERB "
        "[inputs] "
        "[\\-o OUTPUT] [options]\n.SH DESCRIPTION\nPuts cloud providers' regions and availability "
        "zones on a "
        "world map, replays how they grew, measures what that does to the latency coverage of the "
        "world's "
        "people, and draws it.\n.SH VERBS\n";
    for (const auto& verb : all_verbs()) {
        text += fmt::format(".TP\n\\fB{}\\fR\n{}; see \\fBfootprint\\-{}\\fR(1)\n",
                            roff(verb->name()), roff(verb->summary()), roff(verb->name()));
    }
    text +=
        ".SH ENVIRONMENT\n.TP\nFOOTPRINT_DATA\nFolder of the facts.\n.TP\nNO_COLOR\nNo colour on "
        "the "
        "terminal.\n.TP\nSOURCE_DATE_EPOCH\nSeconds since 1970 that stand in every file's creation "
        "time.\n";
    text += kExitCodes;
    return text;
}

std::string completion(const std::string& shell) {
    if (shell == "bash") {
        return bash_completion();
    }
    if (shell == "zsh") {
        return zsh_completion();
    }
    if (shell == "fish") {
        return fish_completion();
    }
    throw Error(ExitCode::usage,
                fmt::format("no completion for '{}'; expected bash, zsh or fish", shell));
}

}  // namespace footprint::cli
