#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/frame/attribution.h"
#include "cli/frame/command.h"
#include "cli/frame/coverage_options.h"
#include "cli/frame/latency_options.h"
#include "cli/frame/places.h"
#include "cli/latency/latency_clients.h"
#include "cli/latency/latency_pairs.h"
#include "cli/latency/latency_report.h"
#include "cli/latency/latency_unreached.h"
#include "cli/tables/table.h"
#include "cli/verbs.h"
#include "geo/sphere/geodesic.h"
#include "sim/latency/backbone_rtt.h"
#include "sim/latency/client_rtt.h"

namespace footprint::cli {
namespace {

using nlohmann::ordered_json;

constexpr const char* kMeasured = "rtt_azure_2025-06.csv";
constexpr const char* kShipped = "shipped";
constexpr const char* kMeasuredMiddle = "2025-06-14";

// One end of a pair.
struct End {
    std::string asked;
    std::string name;
    std::string region;   // qualified id; empty: a place
    std::string country;  // ISO alpha-2 where it is known
    geo::LonLat position;
};

End find_end(Session& session, const std::string& asked) {
    if (trimmed(asked).empty()) {
        throw Error(ExitCode::usage, "a place needs a name, a position or a region's id");
    }
    if (const auto position = parse_position(asked)) {
        return {asked, fmt::format("{:.4f},{:.4f}", position->lon, position->lat), "", "",
                *position};
    }
    const auto& catalog = session.catalog();
    if (const auto region = catalog.find_region(asked)) {
        const auto& r = catalog.region(*region);
        const auto id = catalog.qualified_id(*region);
        return {asked, fmt::format("{} ({})", id, r.city), id, r.country, r.position};
    }
    const auto& city = require_city(session, asked, "neither a city nor a region is called");
    return {asked, city.name + ", " + city.country, "", city.country, city.position};
}

sim::RttPlace place_of(Session& session, const sim::PairRtt& rtt, const End& end) {
    const auto country = session.tables().find_country(end.country).value_or(geo::kNoCountry);
    auto place = rtt.place(end.position, country);
    if (!place) {
        throw Error(
            ExitCode::usage,
            fmt::format("'{}' lies more than {:.0f} km out at sea; expected a place on land",
                        end.asked, sim::Backbone::kShore_km));
    }
    return std::move(*place);
}

class LatencyVerb final : public Verb {
  public:
    std::string name() const override { return "latency"; }
    std::string summary() const override {
        return "Round-trip time between two places along the cables of a date";
    }
    std::string description() const override {
        return "For two places (a city, lon,lat, or a region's id): the modelled RTT, the interval "
               "that holds 90 % of measured pairs like it, its parts, and the way by cable and "
               "landing point. --pairs answers a table of from_lon, from_lat, to_lon, to_lat and "
               "passes its other columns on. --kind says who asks: region is one region of a "
               "provider to another over the provider's own network, fixed and wireless are "
               "clients: FROM is the client, TO the region, the RTT the median client's (as "
               "explain and "
               "compare have it), and the interval holds 90 % of the clients there. --without and "
               "--with change the cables.\n\n"
               "`footprint latency fit` learns the model's parameters from measured pairs, "
               "`footprint latency report` tells how wrong it is on pairs left out of the fit "
               "(docs/latency.md), `footprint latency unreached` who has no path to any region. "
               "RTTs are modelled, not measured. JSON is described by "
               "docs/schemas/latency.schema.json. A position west of Greenwich begins with a "
               "minus: write it as --from=-0.13,51.51.";
    }
    std::vector<Example> examples() const override {
        return {{"footprint latency Mumbai Marseille", "Which way, and how long"},
                {"footprint latency Mumbai Marseille --preset red-sea",
                 "With every cable of the Red Sea cut"},
                {"footprint latency aws:eu-west-1 azure:brazilsouth --at 2015 --json",
                 "Two regions over the cables of 2015, as JSON"},
                {"footprint latency --pairs pairs.csv --kind fixed -o rtt.csv",
                 "A table of pairs, clients on fixed lines"},
                {"footprint latency report --pairs measured.csv --parameters shipped",
                 "How wrong it is on your own measurements (from_lon, from_lat, to_lon, to_lat, "
                 "rtt_ms)"},
                {"footprint latency unreached", "Who has no path to any region, by country"}};
    }
    void options(OptionSet& options) override {
        options.takes_runs();
        options
            .add("from", &from_, "FROM|fit|report|unreached", "A city, a position or a region's id")
            .add("to", &to_, "TO", "The same")
            .add("--from", &from_option_, "PLACE", "Instead of the first word")
            .add("--to", &to_option_, "PLACE", "Instead of the second word")
            .add("--pairs", &pairs_, "FILE",
                 "A table of pairs to answer; of measured pairs, for fit and report")
            .add("--at", &at_, "DATE", "The day of the network; the catalog's own by default")
            .add("--kind", &kind_, "KIND", "Whose RTT")
            .choices({"region", "fixed", "wireless"});
        options.add(
            "--coverage", &coverage_, "FILE",
            "fit, report: measured shares of countries within times; fits clients' access to "
            "them, or tells how wrong it is on countries left out, with the regions of "
            "--catalog at the date. --data FILE says the same");
        flags_.declare_what_if(options);
        options.add(
            "--parameters", &parameters_, "FILE",
            "Parameters from `latency fit`, or the word shipped (default); report: judges them as "
            "they are, on every pair of --pairs");
        options.flag("--skip-bad", skip_bad_, "Leave rows out that cannot be read, and count them");
        options.flag("--variants", variants_, "report: also the structures that lost (minutes)");
        options.add("--scatter", &scatter_, "FILE", "report: measured against modelled, a picture");
        options.add("--map", &map_, "FILE", "report: errors on the world's map, a picture");
        chart_.declare(options);
        options.flag("--json", json_, "Print JSON");
        options.add("-o,--output", &output_, "FILE", "Where to write; standard output by default");
        options.flag("-O,--overwrite", overwrite_, "Replace the output file if it exists");
    }

    void run(Session& session) override {
        if (from_ && !to_ && !from_option_ && !to_option_) {
            if (*from_ == "fit" || *from_ == "report") {
                take_measured_shares(session);
                *from_ == "fit" ? fit(session) : report(session);
                return;
            }
            if (*from_ == "unreached") {
                write(unreached(session, flags_, date(session), json_));
                return;
            }
        }
        if (pairs_) {
            if (from_ || to_ || from_option_ || to_option_) {
                throw Error(ExitCode::usage,
                            "--pairs takes its places from the file; leave FROM and TO out");
            }
            answer_table(session);
            return;
        }
        const auto from = from_option_ ? from_option_ : from_;
        // With --from, a single word is TO.
        const auto to = to_option_ ? to_option_ : (from_option_ && !to_ ? from_ : to_);
        if (!from || !to) {
            throw Error(ExitCode::usage,
                        "latency needs two places, such as footprint latency Mumbai Marseille, or "
                        "--pairs FILE");
        }
        answer_pair(session, *from, *to);
    }

  private:
    Date date(Session& session) const { return session.date_or_as_of(at_); }
    Overwrite overwrite() const { return overwrite_ ? Overwrite::replace : Overwrite::refuse; }

    void write(const std::string& text) const {
        write_text(output_ ? *output_ : std::filesystem::path("-"), text, overwrite());
    }

    sim::BackboneParameters parameters(Session& session) const {
        return parameters_ && *parameters_ != kShipped ? sim::BackboneParameters::load(*parameters_)
                                                       : load_backbone_parameters(session);
    }

    bool asks_client() const { return kind_ != "region"; }

    // For fit and report, --data may name a table of measurements as well as the folder of facts.
    void take_measured_shares(Session& session) {
        const auto table = session.take_data_file();
        if (table && coverage_) {
            throw Error(ExitCode::usage,
                        fmt::format("--data {} and --coverage {} both name a table; give one",
                                    table->string(), coverage_->string()));
        }
        if (table) {
            coverage_ = table;
        }
    }

    // Clients are those that every verb about coverage counts.
    std::unique_ptr<sim::PairRtt> network(Session& session, const sim::Backbone& backbone) const {
        auto prices = parameters(session);
        if (!asks_client()) {
            return std::make_unique<sim::BackboneRtt>(backbone, std::move(prices), date(session),
                                                      flags_.what_if());
        }
        return std::make_unique<sim::ClientRtt>(
            backbone, ClientFlags::path_parameters(std::move(prices)),
            load_clients(session, kind_, sim::ServeRule::anywhere), date(session),
            flags_.what_if());
    }

    void answer_pair(Session& session, const std::string& from_text, const std::string& to_text) {
        auto from = find_end(session, from_text);
        auto to = find_end(session, to_text);
        // A client asks a region, whichever is named first.
        if (asks_client() && !from.region.empty() && to.region.empty()) {
            std::swap(from, to);
        }
        const auto backbone = load_backbone(session, flags_.with);
        const auto rtt = network(session, *backbone);
        const auto a = place_of(session, *rtt, from);
        const auto b = place_of(session, *rtt, to);
        rtt->prepare(a, b);
        auto detail = rtt->detail(a, b);
        if (!detail.steps.empty()) {
            detail.steps.front().from = from.name;
            detail.steps.back().to = to.name;
        }
        write(json_ ? pair_json(session, *rtt, from, to, detail)
                    : pair_text(session, *rtt, from, to, detail));
    }

    void answer_table(Session& session) {
        if (output_) {
            refuse_existing(*output_, overwrite());
        }
        const auto backbone = load_backbone(session, flags_.with);
        const auto rtt = network(session, *backbone);
        const auto began = std::chrono::steady_clock::now();
        const PairsReport done = write_pairs(*rtt);
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        for (const auto& fault : done.faults) {
            session.say(fault);
        }
        if (done.skipped > 0) {
            session.say(fmt::format("left out {} bad row(s)", done.skipped));
        }
        if (done.no_path > 0) {
            session.say(fmt::format("{} pair(s) have no path", done.no_path));
        }
        session.detail(fmt::format("{} pairs in {:.2f} s", done.pairs, seconds));
    }

    // A file is written as answers come; standard output gets all of them or nothing.
    PairsReport write_pairs(sim::PairRtt& rtt) const {
        if (!output_ || *output_ == "-") {
            std::string text;
            const auto done =
                answer_pairs(*pairs_, rtt, skip_bad_, [&](std::string_view part) { text += part; });
            write(text);
            return done;
        }
        AtomicFile file(*output_, overwrite());
        const auto done =
            answer_pairs(*pairs_, rtt, skip_bad_, [&](std::string_view part) { file.write(part); });
        file.commit();
        return done;
    }

    MeasuredSetup measured(Session& session, Date when) const {
        return load_measured(session, pairs_ ? *pairs_ : session.datasets() / "latency" / kMeasured,
                             when);
    }
    // The day whose cables carried what was measured.
    Date measured_day() const {
        return parse_date_as_of(at_ ? *at_ : std::string(kMeasuredMiddle));
    }

    void fit(Session& session) {
        if (output_) {
            refuse_existing(*output_, overwrite());
        }
        if (coverage_) {
            const auto fits = fit_client_access(session, *coverage_, flags_.with, date(session));
            write(client_lines_csv(session, fits, *coverage_, date(session)));
            session.say(client_errors_line(fits));
            return;
        }
        const auto when = measured_day();
        const auto setup = measured(session, when);
        const auto fitted = fit_backbone(setup, when);
        write(fitted.json());
        session.say(fmt::format("fitted to {} pairs of {} places", setup.table.pairs.size(),
                                setup.table.places.size()));
    }

    void report_clients(Session& session) {
        const auto when = date(session);
        const auto fits = fit_client_access(session, *coverage_, flags_.with, when);
        write(json_ ? client_errors_json(session, fits, *coverage_, when)
                    : client_errors_text(session, fits));
    }

    void report(Session& session) {
        if (coverage_) {
            report_clients(session);
            return;
        }
        const auto when = measured_day();
        // Asked before long work: that the pictures can be written.
        const auto pictures = {scatter_, map_};
        for (const auto& picture : pictures) {
            if (picture) {
                (void)picture_format(*picture, std::nullopt);
                refuse_existing(*picture, overwrite());
            }
        }
        const auto setup = measured(session, when);
        const auto result = parameters_ ? judge_as_given(setup, parameters(session), when)
                                        : judge(setup, when, variants_);
        if (scatter_) {
            write_text(
                *scatter_,
                report_scatter(session, result, picture_format(*scatter_, std::nullopt), chart_),
                overwrite());
        }
        if (map_) {
            write_text(*map_,
                       report_map(session, result, picture_format(*map_, std::nullopt), chart_),
                       overwrite());
        }
        write(json_ ? report_json(result) : report_text(result));
    }

    std::string pair_text(Session& session, const sim::PairRtt& rtt, const End& from, const End& to,
                          const sim::RttDetail& detail) const {
        const double km = geo::distance_m(from.position, to.position) / 1000;
        std::string out = fmt::format("{} – {} · {} km · {} · {}\n", from.name, to.name,
                                      with_thousands(std::llround(km)), date(session).iso(), kind_);
        if (!detail.rtt.exists()) {
            return out + "no path: nothing in the tables joins the two at this date\n";
        }
        out += fmt::format("{:.1f} ms modelled; ", detail.rtt.rtt_ms);
        out += asks_client() ? "that is the median client; 90 % have "
                             : "90 % of such pairs lie within ";
        out += fmt::format("{:.0f} to {:.0f} ms\n\n", detail.rtt.low_ms, detail.rtt.high_ms);
        if (detail.rtt.by_public_ways) {
            out += "No provider's own network leads there (transit_rules.csv): the public way\n\n";
        }
        Table parts({Align::left, Align::right, Align::left});
        parts.header({"part", "RTT", "formula"});
        for (const auto& part : detail.parts) {
            parts.row({part.name, fmt::format("{:.1f} ms", part.rtt_ms), part.formula});
        }
        out += parts.text() + "\n";
        Table way({Align::left, Align::left, Align::left, Align::right, Align::right});
        way.header({"by", "from", "to", "km", "RTT"});
        for (const auto& step : detail.steps) {
            way.row({step.by, step.from, step.to, with_thousands(std::llround(step.km)),
                     fmt::format("{:.1f} ms", step.rtt_ms)});
        }
        out += way.text() + "\n";
        const auto fit = rtt.parameters().provenance.find("fit");
        if (fit != rtt.parameters().provenance.end()) {
            out += "Parameters: " + fit->second + "; model and error: docs/latency.md\n";
        }
        for (const auto& line : attributions(session.datasets(), {"latency-rtt-azure"})) {
            out += line + "\n";
        }
        return out;
    }

    static ordered_json end_json(const End& end) {
        return {{"name", end.name},
                {"region", end.region.empty() ? ordered_json(nullptr) : ordered_json(end.region)},
                {"lon", end.position.lon},
                {"lat", end.position.lat}};
    }

    std::string pair_json(Session& session, const sim::PairRtt& rtt, const End& from, const End& to,
                          const sim::RttDetail& detail) const {
        const auto number = [&](double value) {
            return detail.rtt.exists() ? ordered_json(value) : ordered_json(nullptr);
        };
        ordered_json parts = ordered_json::array();
        for (const auto& part : detail.parts) {
            parts.push_back(
                {{"name", part.name}, {"rtt_ms", part.rtt_ms}, {"formula", part.formula}});
        }
        ordered_json way = ordered_json::array();
        for (const auto& step : detail.steps) {
            ordered_json line = ordered_json::array();
            for (const auto& p : step.line) {
                line.push_back({p.lon, p.lat});
            }
            way.push_back({{"by", step.is_cable ? "cable" : "land"},
                           {"cable", step.is_cable ? ordered_json(step.by) : ordered_json(nullptr)},
                           {"from", step.from},
                           {"to", step.to},
                           {"km", step.km},
                           {"rtt_ms", step.rtt_ms},
                           {"line", std::move(line)}});
        }
        ordered_json parameters = ordered_json::array();
        for (const auto& p : rtt.parameters().list()) {
            parameters.push_back(
                {{"name", p.name}, {"value", p.value}, {"unit", p.unit}, {"source", p.source}});
        }
        const auto what_if = flags_.what_if();
        const ordered_json document{
            {"schema", "footprint-latency-1"},
            {"kind", kind_},
            {"date", date(session).iso()},
            {"from", end_json(from)},
            {"to", end_json(to)},
            {"without", what_if.without},
            {"geodesic_km", geo::distance_m(from.position, to.position) / 1000},
            {"modelled", true},
            {"rtt_ms", number(detail.rtt.rtt_ms)},
            {"rtt_low_ms", number(detail.rtt.low_ms)},
            {"rtt_high_ms", number(detail.rtt.high_ms)},
            {"by_public_ways", detail.rtt.by_public_ways},
            {"parts", std::move(parts)},
            {"way", std::move(way)},
            {"model", {{"name", "backbone"}, {"parameters", std::move(parameters)}}},
            {"attribution",
             attributions(session.datasets(), {"providers", "cities", "latency-rtt-azure"})}};
        return document.dump(2) + "\n";
    }

    std::optional<std::string> from_;
    std::optional<std::string> to_;
    std::optional<std::string> from_option_;
    std::optional<std::string> to_option_;
    std::optional<std::filesystem::path> pairs_;
    std::optional<std::filesystem::path> coverage_;
    std::optional<std::string> at_;
    std::string kind_ = "region";
    LatencyFlags flags_;
    std::optional<std::filesystem::path> parameters_;
    std::optional<std::filesystem::path> output_;
    std::optional<std::filesystem::path> scatter_;
    std::optional<std::filesystem::path> map_;
    ChartOptions chart_;
    bool skip_bad_ = false;
    bool variants_ = false;
    bool json_ = false;
    bool overwrite_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_latency_verb() {
    return std::make_unique<LatencyVerb>();
}

}  // namespace footprint::cli
