#include "cli/latency/latency_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/error.h"
#include "base/text.h"
#include "cli/frame/attribution.h"
#include "cli/frame/latency_options.h"
#include "cli/tables/table.h"
#include "render/scene/latency_chart.h"
#include "sim/latency/backbone_rtt.h"

namespace footprint::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kWorst = 10;

JudgedModel judged(std::string name, const sim::MeasuredTable& table,
                   const sim::Predictor& predictor) {
    return {std::move(name),
            sim::measure(sim::cross_validate(table, sim::Folds::by_region, predictor)),
            sim::measure(sim::cross_validate(table, sim::Folds::by_continent_pair, predictor))};
}

double median_of(std::vector<double> values) {
    if (values.empty()) {
        return 0;
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

void find_places(const sim::MeasuredTable& table, LatencyReport& report) {
    std::vector<std::vector<double>> percent(table.places.size());
    for (const auto& one : report.left_out) {
        if (std::isfinite(one.modelled_ms)) {
            const auto& pair = table.pairs[one.pair];
            for (const auto end : {pair.from, pair.to}) {
                percent[end].push_back(100 * (one.modelled_ms / one.measured_ms - 1));
            }
        }
    }
    for (std::size_t i = 0; i < percent.size(); ++i) {
        const auto& place = table.places[i];
        auto absolute = percent[i];
        for (auto& value : absolute) {
            value = std::abs(value);
        }
        report.at_places.push_back(
            {place.name, place.place.position, median_of(percent[i]), median_of(absolute)});
    }
    std::stable_sort(
        report.at_places.begin(), report.at_places.end(),
        [](const auto& a, const auto& b) { return a.error_percent > b.error_percent; });
}

// The worst pairs, each once, with the ways that the parameters find.
void find_worst(const MeasuredSetup& setup, const sim::BackboneParameters& parameters, Date date,
                LatencyReport& report) {
    auto sorted = report.left_out;
    const auto error = [](const sim::LeftOut& one) {
        return std::abs(std::log(one.modelled_ms / one.measured_ms));
    };
    std::sort(sorted.begin(), sorted.end(), [&](const auto& a, const auto& b) {
        return error(a) != error(b) ? error(a) > error(b) : a.pair < b.pair;
    });
    std::erase_if(sorted, [](const auto& one) { return !std::isfinite(one.modelled_ms); });
    sim::BackboneRtt rtt(*setup.backbone, parameters, date, {});
    std::vector<std::uint32_t> seen;
    for (const auto& one : sorted) {
        if (report.worst.size() == kWorst) {
            return;
        }
        if (std::find(seen.begin(), seen.end(), one.pair) != seen.end()) {
            continue;
        }
        seen.push_back(one.pair);
        const auto& pair = setup.table.pairs[one.pair];
        const auto& from = setup.table.places[pair.from];
        const auto& to = setup.table.places[pair.to];
        const auto a = rtt.place(from.place.position).value();
        const auto b = rtt.place(to.place.position).value();
        rtt.prepare(a, b);
        std::string path;
        (void)rtt.between(a, b, &path);
        report.worst.push_back({from.name, to.name, one.measured_ms, one.modelled_ms, path});
    }
}

std::vector<std::uint32_t> all_pairs(const MeasuredSetup& setup) {
    std::vector<std::uint32_t> all(setup.table.pairs.size());
    std::iota(all.begin(), all.end(), 0U);
    return all;
}

// What every report begins with.
void begin(const MeasuredSetup& setup, Date date, LatencyReport& report) {
    report.table = setup.table.name;
    report.date = date;
    report.places = setup.table.places.size();
    report.pairs = setup.table.pairs.size();
}

Table errors_table(const char* title) {
    Table table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::right,
                 Align::right, Align::right});
    table.header({title, "median %", "90th %", "mean %", "bias %", "median ms", "R²", "pairs"});
    return table;
}

void error_row(Table& table, const std::string& name, const sim::ErrorMeasures& m) {
    table.row({name, fmt::format("{:.2f}", m.median_percent), fmt::format("{:.1f}", m.p90_percent),
               fmt::format("{:.1f}", m.mean_percent), fmt::format("{:+.1f}", m.median_bias_percent),
               fmt::format("{:.1f}", m.median_ms), fmt::format("{:.4f}", m.r2),
               fmt::format("{}", m.pairs)});
}

ordered_json measures_json(const sim::ErrorMeasures& m) {
    return {{"pairs", m.pairs},
            {"without_path", m.without_path},
            {"median_percent", m.median_percent},
            {"p90_percent", m.p90_percent},
            {"mean_percent", m.mean_percent},
            {"median_bias_percent", m.median_bias_percent},
            {"median_ms", m.median_ms},
            {"r2", m.r2}};
}

}  // namespace

MeasuredSetup load_measured(Session& session, const std::filesystem::path& pairs, Date date) {
    MeasuredSetup setup;
    setup.backbone = load_backbone(session);
    setup.linker = std::make_unique<sim::LandLinker>(*setup.backbone);
    setup.table = sim::read_measured(pairs, session.datasets() / "latency" / "rtt_places.csv",
                                     *setup.backbone, *setup.linker);
    setup.fitter =
        std::make_unique<sim::BackboneFitter>(*setup.backbone, *setup.linker, setup.table, date);
    return setup;
}

sim::BackboneParameters fit_backbone(const MeasuredSetup& setup, Date date) {
    const sim::FitOptions options;
    auto parameters = setup.fitter->fit(all_pairs(setup), options);
    parameters.interval = sim::conformal_intervals(sim::cross_validate(
        setup.table, sim::Folds::by_region, sim::backbone_predictor(*setup.fitter, options)));
    auto& from = parameters.provenance;
    from["fit"] = fmt::format("footprint latency fit on {} ({} pairs of {} places, cables of {})",
                              setup.table.name, setup.table.pairs.size(), setup.table.places.size(),
                              date.iso());
    from["measured"] = setup.table.source;
    from["fibre_index"] = "group index of silica fibre at 1550 nm (ITU-T G.652 fibres: 1.4682)";
    from["public_factor"] =
        "median inflation of public city pairs over that of providers' region pairs: 2.00 ÷ 1.80";
    from["fixed_access_ms"] =
        "lower quartile of fixed-line access RTT over 41 countries (M-Lab NDT, October 2025)";
    from["wireless_access_ms"] =
        "7.8 ms and the 20 to 25 ms that a mobile last mile adds (Dang et al. 2021)";
    from["residual_length_km"] = "chosen by leaving out regions; 300 to 1,500 km do as well";
    from["interval"] = "ratios of measured to modelled on pairs left out by region";
    return parameters;
}

LatencyReport judge(const MeasuredSetup& setup, Date date, bool variants) {
    const auto& table = setup.table;
    LatencyReport report;
    begin(setup, date, report);
    const sim::FitOptions options;
    const auto whole = sim::backbone_predictor(*setup.fitter, options);
    report.left_out = sim::cross_validate(table, sim::Folds::by_region, whole);
    report.models.push_back(
        {"backbone", sim::measure(report.left_out),
         sim::measure(sim::cross_validate(table, sim::Folds::by_continent_pair, whole))});
    report.interval_coverage = sim::interval_coverage(report.left_out, table);
    report.models.push_back(judged("continent pairs", table, sim::continent_pair_predictor(table)));
    report.models.push_back(
        judged("constant stretch", table, sim::constant_stretch_predictor(table)));
    if (variants) {
        auto variant = options;
        variant.residual = false;
        report.models.push_back(judged("backbone, no residual field", table,
                                       sim::backbone_predictor(*setup.fitter, variant)));
        variant.areas = false;
        report.models.push_back(
            judged("… one price of land", table, sim::backbone_predictor(*setup.fitter, variant)));
        variant = options;
        variant.cables = true;
        report.models.push_back(judged("backbone, slack of each cable", table,
                                       sim::backbone_predictor(*setup.fitter, variant)));
    }
    auto plain = options;
    plain.residual = false;
    find_worst(setup, setup.fitter->fit(all_pairs(setup), plain), date, report);
    find_places(table, report);
    return report;
}

LatencyReport judge_as_given(const MeasuredSetup& setup, const sim::BackboneParameters& parameters,
                             Date date) {
    const auto& table = setup.table;
    if (table.pairs.empty()) {
        throw Error(ExitCode::invalid,
                    fmt::format("{}: no usable pair to judge by; expected rows with rtt_ms between "
                                "places at least 1 km apart",
                                table.name));
    }
    LatencyReport report;
    begin(setup, date, report);
    sim::BackboneRtt rtt(*setup.backbone, parameters, date, {});
    std::size_t inside = 0;
    for (const auto pair : all_pairs(setup)) {
        const auto& measured = table.pairs[pair];
        const auto a = rtt.place(table.places[measured.from].place.position).value();
        const auto b = rtt.place(table.places[measured.to].place.position).value();
        rtt.prepare(a, b);
        const auto modelled = rtt.between(a, b, nullptr);
        report.left_out.push_back(
            {pair, measured.rtt_ms,
             modelled.exists() ? modelled.rtt_ms : std::numeric_limits<double>::infinity()});
        inside += modelled.exists() && modelled.low_ms <= measured.rtt_ms &&
                          measured.rtt_ms <= modelled.high_ms
                      ? 1U
                      : 0U;
    }
    report.as_given = sim::measure(report.left_out);
    report.interval_coverage =
        static_cast<double>(inside) /
        static_cast<double>(std::max<std::size_t>(1, report.as_given->pairs));
    find_worst(setup, parameters, date, report);
    find_places(table, report);
    return report;
}

std::string report_text(const LatencyReport& report) {
    std::string out = fmt::format("{}: {} pairs of {} places, {}; cables of {}\n\n", report.table,
                                  report.pairs, report.places,
                                  report.as_given ? "judged by parameters as they are"
                                                  : "judged on pairs left out of the fit",
                                  report.date.iso());
    if (report.as_given) {
        Table table = errors_table("parameters");
        error_row(table, "as they are", *report.as_given);
        out += table.text() + "\n";
    } else {
        Table by_region = errors_table("leaving out a region");
        Table by_continents = errors_table("leaving out a pair of continents");
        for (const auto& model : report.models) {
            error_row(by_region, model.name, model.by_region);
            error_row(by_continents, model.name, model.by_continents);
        }
        out += by_region.text() + "\n" + by_continents.text() + "\n";
    }
    out += fmt::format("90 % intervals hold {:.1f} % of {}\n\n", 100 * report.interval_coverage,
                       report.as_given ? "the pairs" : "left-out pairs");
    Table worst({Align::left, Align::left, Align::right, Align::right, Align::right, Align::left});
    worst.header({"worst pairs", "", "measured", "modelled", "error", "modelled way"});
    for (const auto& one : report.worst) {
        worst.row({one.from, one.to, fmt::format("{:.0f} ms", one.measured_ms),
                   fmt::format("{:.0f} ms", one.modelled_ms),
                   fmt::format("{:+.0f} %", 100 * (one.modelled_ms / one.measured_ms - 1)),
                   one.path});
    }
    out += worst.text() + "\n";
    Table at_places({Align::left, Align::right, Align::right});
    at_places.header({"places with the largest errors", "median %", "bias %"});
    for (std::size_t i = 0; i < std::min(kWorst, report.at_places.size()); ++i) {
        const auto& at = report.at_places[i];
        at_places.row({at.name, fmt::format("{:.1f}", at.error_percent),
                       fmt::format("{:+.1f}", at.bias_percent)});
    }
    return out + at_places.text();
}

std::string report_json(const LatencyReport& report) {
    ordered_json models = ordered_json::array();
    for (const auto& model : report.models) {
        models.push_back({{"name", model.name},
                          {"leave_one_region_out", measures_json(model.by_region)},
                          {"leave_one_continent_pair_out", measures_json(model.by_continents)}});
    }
    ordered_json worst = ordered_json::array();
    for (const auto& one : report.worst) {
        worst.push_back({{"from", one.from},
                         {"to", one.to},
                         {"measured_ms", one.measured_ms},
                         {"modelled_ms", one.modelled_ms},
                         {"path", one.path}});
    }
    ordered_json at_places = ordered_json::array();
    for (const auto& at : report.at_places) {
        at_places.push_back({{"place", at.name},
                             {"lon", at.position.lon},
                             {"lat", at.position.lat},
                             {"median_percent", at.error_percent},
                             {"bias_percent", at.bias_percent}});
    }
    ordered_json document{
        {"schema", "footprint-latency-1"}, {"kind", "report"},
        {"table", report.table},           {"date", report.date.iso()},
        {"places", report.places},         {"pairs", report.pairs},
        {"models", std::move(models)},     {"interval_coverage", report.interval_coverage},
        {"worst", std::move(worst)},       {"at_places", std::move(at_places)}};
    if (report.as_given) {
        document["as_given"] = measures_json(*report.as_given);
    }
    return document.dump(2) + "\n";
}

namespace {

render::LatencyWords picture_words(Session& session, const LatencyReport& report,
                                   const ChartOptions& options, const std::string& title) {
    const auto& m = report.as_given ? *report.as_given : report.models.front().by_region;
    render::LatencyWords words;
    words.title = options.title.value_or(title);
    words.subtitle = fmt::format(
        "{} pairs of {} places, {}", report.pairs, report.places,
        report.as_given ? "predicted by parameters as they are"
                        : "each predicted without one of its ends, and without the other");
    words.note = fmt::format("Median error {:.1f} %, 90th percentile {:.1f} %, R² {:.3f} · {}",
                             m.median_percent, m.p90_percent, m.r2, report.table);
    words.credits =
        join(attributions(session.datasets(), {"latency-rtt-azure", "basemap-50m"}), " · ");
    return words;
}

}  // namespace

std::string report_scatter(Session& session, const LatencyReport& report, PictureFormat format,
                           const ChartOptions& options) {
    const auto words = picture_words(session, report, options, "Modelled against measured");
    std::vector<render::LatencyPoint> points;
    for (const auto& one : report.left_out) {
        points.push_back({one.measured_ms, one.modelled_ms});
    }
    const render::FontSet fonts;
    const auto sheet = options.sheet();
    return picture_bytes(render::latency_scatter(points, words, sheet, fonts), sheet, format,
                         {words.title, words.credits}, fonts);
}

std::string report_map(Session& session, const LatencyReport& report, PictureFormat format,
                       const ChartOptions& options) {
    const auto words = picture_words(session, report, options, "Where the model is wrong");
    std::vector<render::LatencyPlace> places;
    for (const auto& at : report.at_places) {
        places.push_back({at.name, at.position, at.bias_percent, at.error_percent});
    }
    const render::FontSet fonts;
    const auto sheet = options.sheet();
    return picture_bytes(render::latency_map(places, session.atlas(), words, sheet, fonts), sheet,
                         format, {words.title, words.credits}, fonts);
}

}  // namespace footprint::cli
