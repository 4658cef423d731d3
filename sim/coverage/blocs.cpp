#include "sim/coverage/blocs.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"

namespace footprint::sim {

namespace {

constexpr Date kAlways(std::numeric_limits<std::int32_t>::min());
constexpr Date kStill(std::numeric_limits<std::int32_t>::max());

class BlocReader {
  public:
    BlocReader(const std::filesystem::path& file, const geo::Atlas& atlas)
        : csv_(file), atlas_(atlas) {}

    std::vector<Bloc> read() {
        for (const char* column : {"bloc", "country"}) {
            if (!csv_.column(column)) {
                throw Error(ExitCode::invalid,
                            fmt::format("{}:1: there is no column '{}'; expected bloc and country, "
                                        "and if known name, since, until",
                                        csv_.name(), column));
            }
        }
        while (csv_.next()) {
            row();
        }
        faults_.insert(faults_.end(), csv_.diagnostics().begin(), csv_.diagnostics().end());
        if (has_errors(faults_)) {
            throw Error(ExitCode::invalid, format(faults_, 10));
        }
        if (blocs_.empty()) {
            throw Error(ExitCode::usage,
                        fmt::format("{} has no blocs in it; expected rows of bloc and country",
                                    csv_.name()));
        }
        return std::move(blocs_);
    }

  private:
    std::string_view field(std::string_view column) const {
        return csv_.field(csv_.column(column));
    }

    void fault(const std::string& column, const std::string& message) {
        Diagnostic diagnostic;
        diagnostic.severity = Severity::error;
        diagnostic.code = "bloc";
        diagnostic.file = csv_.name();
        diagnostic.line = csv_.line();
        diagnostic.field = column;
        diagnostic.message = message;
        faults_.push_back(std::move(diagnostic));
    }

    Date date(const std::string& column, Date otherwise) {
        const auto text = field(column);
        if (text.empty()) {
            return otherwise;
        }
        try {
            return parse_date_interval(text).begin;
        } catch (const Error& error) {
            fault(column, error.what());
            return otherwise;
        }
    }

    void row() {
        const std::string id = lower_ascii(field("bloc"));
        if (id.empty()) {
            fault("bloc", "is empty; expected a short name such as eu");
            return;
        }
        const auto country = atlas_.find_country(field("country"));
        if (!country) {
            fault("country", fmt::format("'{}' is no country; expected an ISO code or English name",
                                         field("country")));
            return;
        }
        auto bloc = std::find_if(blocs_.begin(), blocs_.end(),
                                 [&](const Bloc& known) { return known.id == id; });
        if (bloc == blocs_.end()) {
            const std::string name(field("name"));
            blocs_.push_back({id, name.empty() ? id : name, {}});
            bloc = blocs_.end() - 1;
        }
        const BlocMember member{*country, date("since", kAlways), date("until", kStill)};
        if (member.until <= member.since) {
            fault("until", "ends before it begins");
        }
        bloc->members.push_back(member);
    }

    CsvReader csv_;
    const geo::Atlas& atlas_;
    std::vector<Bloc> blocs_;
    Diagnostics faults_;
};

}  // namespace

bool Bloc::has(geo::CountryIndex country, Date date) const {
    return std::any_of(members.begin(), members.end(), [&](const BlocMember& member) {
        return member.country == country && member.since <= date && date < member.until;
    });
}

std::vector<geo::CountryIndex> Bloc::at(Date date) const {
    std::vector<geo::CountryIndex> countries;
    for (const auto& member : members) {
        if (has(member.country, date)) {
            countries.push_back(member.country);
        }
    }
    std::sort(countries.begin(), countries.end());
    countries.erase(std::unique(countries.begin(), countries.end()), countries.end());
    return countries;
}

std::vector<Bloc> read_blocs(const std::filesystem::path& file, const geo::Atlas& atlas) {
    return BlocReader(file, atlas).read();
}

}  // namespace footprint::sim
