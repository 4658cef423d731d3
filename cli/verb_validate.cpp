#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "cli/frame/command.h"
#include "cli/verbs.h"
#include "geo/catalog/validate.h"

namespace footprint::cli {
namespace {

struct Tally {
    std::size_t errors = 0;
    std::size_t warnings = 0;
};

Tally tally_of(const Diagnostics& faults) {
    Tally tally;
    for (const auto& fault : faults) {
        ++(fault.severity == Severity::error ? tally.errors : tally.warnings);
    }
    return tally;
}

std::string counted(std::size_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

nlohmann::ordered_json as_json(const Diagnostic& fault) {
    return {{"severity", fault.severity == Severity::error ? "error" : "warning"},
            {"code", fault.code},
            {"file", fault.file},
            {"line", fault.line},
            {"field", fault.field},
            {"value", fault.value},
            {"message", fault.message},
            {"hint", fault.hint}};
}

class ValidateVerb final : public Verb {
  public:
    std::string name() const override { return "validate"; }
    std::string summary() const override {
        return "Check a catalog of regions and say every fault at once";
    }
    std::string description() const override {
        return "Checks your own catalogs (CSV, GeoJSON or GeoPackage; columns provider, region_id, "
               "lon and lat are enough), layered over the one that comes with the program, or that "
               "one alone when no file is given.\n"
               "\n"
               "Found are: files that are not UTF-8, not CSV or lack a column; numbers, dates and "
               "words that are none; points in the wrong country, in the sea or at 0, 0; a sign "
               "that was lost, longitude and latitude exchanged; a point far from the city that it "
               "is said to be in; unknown country codes; ids and places given twice; dates out of "
               "order, an opening after the facts end; numbers of zones that no provider has. "
               "Every fault is printed with its file, line, field and value, and with what to "
               "write instead where that is clear. A fault with a suggestion is still yours to "
               "judge: nothing is changed.\n"
               "\n"
               "The exit code is 0 when there is no error (there may be warnings), 3 when there "
               "is one, 1 when a file cannot be read. With --json the faults are an object with "
               "the members files, regions, events, errors, warnings and faults, each fault with "
               "severity, code, file, line, field, value, message and hint; a file that cannot be "
               "read is a fault as well, unreadable-file, and the exit code stays the same.";
    }
    std::vector<Example> examples() const override {
        return {{"footprint validate", "Check the catalog that comes with the program"},
                {"footprint validate mine.csv", "Check regions of your own"},
                {"footprint validate mine.geojson --json", "The same for programs"}};
    }
    void options(OptionSet& options) override {
        options.add("files", &files_, "FILE", "Catalogs to check, layered over ours")
            .flag("--json", json_, "Print the faults as JSON");
    }

    void run(Session& session) override {
        auto files = session.options().catalogs;
        files.insert(files.end(), files_.begin(), files_.end());
        geo::LoadedCatalog loaded;
        try {
            loaded = geo::load_catalog({session.datasets(), files, session.options().events});
        } catch (const Error& error) {
            if (json_) {
                const Diagnostics unread{unreadable(files, error)};
                write_text("-", json(files, geo::Catalog(), unread), Overwrite::refuse);
            }
            throw;
        }
        const auto faults = geo::validate(loaded, session.atlas(), session.cities());
        const auto tally = tally_of(faults);
        write_text("-", json_ ? json(files, loaded.catalog, faults) : text(loaded.catalog, faults),
                   Overwrite::refuse);
        if (tally.errors > 0) {
            throw Error(ExitCode::invalid,
                        fmt::format("the catalog has {}", counted(tally.errors, "error")));
        }
    }

  private:
    static std::string text(const geo::Catalog& catalog, const Diagnostics& faults) {
        const auto tally = tally_of(faults);
        return format(faults, faults.size()) +
               fmt::format("{} and {} in {} and {}\n", counted(tally.errors, "error"),
                           counted(tally.warnings, "warning"),
                           counted(catalog.regions().size(), "region"),
                           counted(catalog.events().size(), "event"));
    }

    // A file that cannot be read at all, as a fault of the one that the message names.
    static Diagnostic unreadable(const std::vector<std::filesystem::path>& files,
                                 const Error& error) {
        const std::string what = error.what();
        std::string file;
        for (const auto& path : files) {
            if (what.find(path.string()) != std::string::npos) {
                file = path.string();
            }
        }
        return {Severity::error, "unreadable-file", file, 0, "", "", what, ""};
    }

    static std::string json(const std::vector<std::filesystem::path>& files,
                            const geo::Catalog& catalog, const Diagnostics& faults) {
        const auto tally = tally_of(faults);
        nlohmann::ordered_json report;
        report["schema"] = "footprint-validate-1";
        report["files"] = nlohmann::ordered_json::array();
        for (const auto& file : files) {
            report["files"].push_back(file.string());
        }
        report["regions"] = catalog.regions().size();
        report["events"] = catalog.events().size();
        report["errors"] = tally.errors;
        report["warnings"] = tally.warnings;
        report["faults"] = nlohmann::ordered_json::array();
        for (const auto& fault : faults) {
            report["faults"].push_back(as_json(fault));
        }
        // Values come from files of any bytes: what is not UTF-8 is shown as U+FFFD.
        return report.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    }

    std::vector<std::filesystem::path> files_;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_validate_verb() {
    return std::make_unique<ValidateVerb>();
}

}  // namespace footprint::cli
