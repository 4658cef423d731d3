#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/frame/command.h"
#include "cli/verbs.h"

namespace footprint::cli {
namespace {

class HelpVerb final : public Verb {
  public:
    std::string name() const override { return "help"; }
    std::string summary() const override { return "Tell what the program or one verb does"; }
    std::string description() const override {
        return "Prints the list of verbs, or one verb's options and examples. The same text is a "
               "man page "
               "with --man, and the whole program's shell completion with --completion.";
    }
    std::vector<Example> examples() const override {
        return {{"footprint help", "The list of verbs"},
                {"footprint help help --man", "A verb's man page, as roff"},
                {"footprint help --completion bash", "Completion for bash"}};
    }
    void options(OptionSet& options) override {
        options.add("verb", &verb_, "VERB", "The verb to explain")
            .flag("--man", man_, "Print a man page")
            .add("--completion", &shell_, "SHELL", "Print shell completion")
            .choices({"bash", "zsh", "fish"});
    }
    void run(Session&) override { write_text("-", text(), Overwrite::refuse); }

  private:
    std::string text() const {
        if (shell_) {
            return completion(*shell_);
        }
        if (!verb_) {
            return man_ ? program_man_page() : program_help();
        }
        std::vector<std::string> names;
        for (const auto& verb : all_verbs()) {
            if (verb->name() == *verb_) {
                return man_ ? verb_man_page(*verb) : verb_help(*verb);
            }
            names.push_back(verb->name());
        }
        throw Error(ExitCode::usage,
                    fmt::format("there is no verb '{}'.{}", *verb_, did_you_mean(*verb_, names)));
    }

    std::optional<std::string> verb_;
    std::optional<std::string> shell_;
    bool man_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_help_verb() {
    return std::make_unique<HelpVerb>();
}

}  // namespace footprint::cli
