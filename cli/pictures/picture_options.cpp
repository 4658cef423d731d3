#include "cli/pictures/picture_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "cli/frame/attribution.h"
#include "cli/pictures/strip_series.h"
#include "sim/expansion/run_folder.h"

namespace footprint::cli {
namespace {

constexpr int kLargestSide = 16384;
constexpr int kSmallestSide = 320;
// 8K. A larger still is asked for twice.
constexpr double kManyPixels = 7680.0 * 4320;
constexpr double kBytesPerPixel = 24;

struct NamedSize {
    std::string_view name;
    FrameSize size;
};
constexpr std::array<NamedSize, 7> kSizes{{{"720p", {1280, 720}},
                                           {"1080p", {1920, 1080}},
                                           {"1440p", {2560, 1440}},
                                           {"4k", {3840, 2160}},
                                           {"2160p", {3840, 2160}},
                                           {"square", {1080, 1080}},
                                           {"portrait", {1080, 1920}}}};

[[noreturn]] void refuse_size(const std::string& text) {
    throw Error(ExitCode::usage,
                fmt::format("'{}' is not a size of frame; expected 720p, 1080p, 1440p, 4k, square, "
                            "portrait or WIDTHxHEIGHT with sides of {} to {} pixels",
                            text, kSmallestSide, kLargestSide));
}

// The largest first, as a legend is read; equal ones by the catalog's order.
void sort_by_regions(render::SceneOptions& scene, const sim::Timeline& timeline, Date at) {
    std::stable_sort(scene.providers.begin(), scene.providers.end(),
                     [&](geo::ProviderIndex a, geo::ProviderIndex b) {
                         return timeline.totals(at, a, scene.scope).regions.mid >
                                timeline.totals(at, b, scene.scope).regions.mid;
                     });
}

// Does it show round-trip times, or what they make of people?
bool asks_how_fast(const render::SceneOptions& scene) {
    return !scene.shading.empty() || scene.chart.kind == render::StripKind::people;
}

// Without what fewer than half of the runs build: coverage of regions each in doubt is no coverage
// of all of them.
sim::Timeline likely_timeline(const sim::Timeline& timeline, const std::vector<double>& chance) {
    std::vector<sim::Event> events(timeline.events().begin(), timeline.events().end());
    std::erase_if(events, [&](const sim::Event& event) {
        return event.provenance == sim::Provenance::simulated && chance[event.region] < 0.5;
    });
    return sim::Timeline::from_events(timeline.catalog(), events);
}

}  // namespace

void PictureOptions::declare(OptionSet& options) {
    options
        .add("--provider,--providers", &providers, "NAMES",
             "Providers to show, by name, alias or id (all when left out)")
        .add("--coverage", &coverage, "WHO",
             "Shade the land by round-trip time: none, best (of the providers shown), or a "
             "provider")
        .add("--threshold", &thresholds_ms, "MS",
             "Round-trip time within which people are counted as served: one number, inclusive, 0 "
             "to 10000")
        .add("--projection", &projection, "NAME",
             "equal-earth, robinson, natural-earth, mollweide, winkel-tripel, orthographic, "
             "web-mercator, azimuthal-equidistant, or a PROJ string")
        .add("--lon0", &lon0, "DEGREES", "Central meridian, -180 to 180")
        .add("--theme", &theme, "NAME", "Colours")
        .choices({"dark", "light", "contrast"})
        .add("--size", &size, "SIZE",
             "720p, 1080p, 1440p, 4k, square, portrait, or WIDTHxHEIGHT in pixels")
        .add("--title", &title, "TEXT", "Title, instead of one made from the other options")
        .add("--subtitle", &subtitle, "TEXT", "Line under the title")
        .flag("--cables", cables,
              "Show the submarine cables of the date; those on people's ways to the best region "
              "glow, brighter with more people")
        .flag("--no-labels", no_labels, "Leave out the names of cities")
        .flag("--chances", chances,
              "Of a run folder with several runs: every site that any run builds, the fainter the "
              "fewer runs do, from the middle of their dates on; counts are expected values, and "
              "coverage is that of what at least half of the runs build")
        .flag("--yes-large", yes_large, "Make very large pictures and films without asking back");
    declare_serve(options, serve);
    clients.declare(options);
    scope.declare(options);
}

FrameSize parse_frame_size(const std::string& text) {
    const std::string name = lower_ascii(text);
    for (const NamedSize& known : kSizes) {
        if (known.name == name) {
            return known.size;
        }
    }
    const auto cross = name.find('x');
    if (cross == std::string::npos) {
        refuse_size(text);
    }
    const auto width = parse_integer(std::string_view(name).substr(0, cross));
    const auto height = parse_integer(std::string_view(name).substr(cross + 1));
    const auto in_range = [](const std::optional<long long>& side) {
        return side && *side >= kSmallestSide && *side <= kLargestSide;
    };
    if (!in_range(width) || !in_range(height)) {
        refuse_size(text);
    }
    return {static_cast<int>(*width), static_cast<int>(*height)};
}

void check_still_size(const FrameSize& size, bool yes_large) {
    const double pixels = 1.0 * size.width * size.height;
    if (pixels > kManyPixels && !yes_large) {
        throw Error(ExitCode::usage,
                    fmt::format("a picture of {} × {} takes about {:.1f} GB of memory; say "
                                "--yes-large to make it all the same",
                                size.width, size.height, pixels * kBytesPerPixel * 1e-9));
    }
}

double PictureOptions::threshold_ms() const {
    if (thresholds_ms.size() != 1) {
        throw Error(ExitCode::usage,
                    fmt::format("--threshold {}: a picture shows one threshold, such as "
                                "--threshold 50; compare, diff and explain take several",
                                fmt::join(thresholds_ms, ",")));
    }
    require_threshold(thresholds_ms.front());
    return thresholds_ms.front();
}

Picture::Picture(Session& session, const PictureOptions& options, const render::FilmClock& clock,
                 bool still, const Telling* telling) {
    const FrameSize size = parse_frame_size(options.size);
    const double threshold_ms = options.threshold_ms();
    if (!(std::abs(options.lon0) <= 180)) {
        throw Error(ExitCode::usage,
                    fmt::format("--lon0 {}: expected degrees from -180 to 180", options.lon0));
    }
    if (!is_utf8(options.title.value_or("")) || !is_utf8(options.subtitle.value_or(""))) {
        throw Error(ExitCode::usage, "--title and --subtitle must be UTF-8 text");
    }
    if (options.chances) {
        session.show_chances();
    }
    for (const auto& words : {options.title, options.subtitle}) {
        if (const std::string odd = fonts_.without_glyph(words.value_or("")); !odd.empty()) {
            session.say(
                fmt::format("'{}' has no shape in the fonts Inter and WenQuanYi Micro Hei "
                            "and comes out as a box",
                            odd));
        }
    }
    render::SceneOptions scene;
    scene.width = size.width;
    scene.height = size.height;
    scene.theme = options.theme;
    scene.projection = options.projection;
    scene.lon0 = options.lon0;
    scene.providers = session.providers(options.providers);
    scene.scope = session.scope(options.scope.include, options.scope.exclude);
    scene.threshold_ms = threshold_ms;
    scene.title = options.title.value_or("");
    scene.subtitle = options.subtitle.value_or("");
    scene.labels = !options.no_labels;
    scene.still = still;
    const std::string coverage = lower_ascii(options.coverage);
    if (coverage == "best") {
        scene.shading = scene.providers;
    } else if (coverage != "none") {
        scene.shading = {session.catalog().require_provider(options.coverage)};
    }
    scene.chart.kind = strip_kind(options.chart);
    note_idle_options(session, options, scene);
    const bool is_measured = asks_how_fast(scene);
    std::vector<std::string> used{"providers", "basemap-50m"};
    if (is_measured) {
        used.emplace_back("demand-points");
        used = options.clients.latency.sources(used);
    }
    credits_ = join(attributions(session.datasets(), used), " · ");
    scene.credits = credits_;
    if (const auto* run = session.run()) {
        timeline_ = session.timeline();
        scene.chance = run->chances;
        if (options.chances) {
            likely_ = likely_timeline(*timeline_, scene.chance);
        }
        scene.title = options.title.value_or(run->title);
        scene.subtitle = options.subtitle.value_or(
            options.chances
                ? fmt::format("Chances in {} runs, the fainter the fewer: a consequence of their "
                              "assumptions, not a forecast",
                              run->runs)
                : "One simulated run: a consequence of its assumptions, not a forecast");
    } else {
        spread_ = still ? session.catalog() : render::with_openings_spread(session.catalog());
        timeline_ = sim::Timeline::from_catalog(spread_);
    }
    if (options.providers.empty()) {
        sort_by_regions(scene, *timeline_, clock.to);
    }
    const auto serve = serve_rule(options.serve);
    const bool by_distance = options.clients.latency.by_distance();
    scene.cables = options.cables;
    if (options.cables && by_distance) {
        throw Error(ExitCode::usage,
                    "--cables shows ways along the cables, which --latency distance does not "
                    "know; leave one of them out");
    }
    std::shared_ptr<const sim::Backbone>& backbone = backbone_;
    if (telling != nullptr && telling->backbone) {
        backbone = telling->backbone;
    } else if (options.cables || (is_measured && !by_distance)) {
        backbone = load_backbone(session, options.clients.latency.with);
    }
    if (is_measured || options.cables) {
        people_ = geo::DemandPoints::load(session.datasets(), session.atlas());
    }
    if (options.cables) {
        add_cables(session, options, serve, backbone, scene);
    }
    if (is_measured) {
        model_ = options.clients.model(session, serve, backbone);
        scene.model = model_->name() + " model" + options.clients.details();
    }
    if (!scene.shading.empty()) {
        shading_ = measured(session, scene, serve);
    }
    add_chart(session, clock, serve, scene);
    input_ = {&*timeline_, &session.timeline(), &session.atlas()};
    const auto paced = telling != nullptr ? tell(*telling, clock, scene) : clock;
    scene_ = std::make_unique<render::Scene>(input_, scene, paced, fonts_);
}

render::ShadingInput Picture::measured(Session& session, const render::SceneOptions& scene,
                                       sim::ServeRule serve) const {
    render::ShadingInput input;
    input.atlas = &session.atlas();
    input.people = &*people_;
    input.model = model_.get();
    input.timeline = likely_ ? &*likely_ : &*timeline_;
    input.options.thresholds_ms = {scene.threshold_ms};
    input.options.scope = scene.scope;
    input.options.serve = serve;
    return input;
}

void Picture::add_chart(Session& session, const render::FilmClock& clock, sim::ServeRule serve,
                        render::SceneOptions& scene) {
    Date counted_to = clock.to;
    if (const auto* run = session.run(); run != nullptr) {
        scene.chart.runs = run->runs;
        scene.chart.bands = band_series(*run, scene.chart.kind, scene.threshold_ms, scene.scope);
        if (!scene.chart.bands.empty()) {
            counted_to = std::clamp(run->start, clock.from, clock.to);
        } else if (run->runs > 1 && scene.chart.kind != render::StripKind::none) {
            session.say(
                fmt::format("note: the folder has no bands of {}; the curves are those of one run",
                            scene.chart.kind == render::StripKind::zones
                                ? std::string("zones")
                                : fmt::format("people within {:g} ms, but within 20, 50 and 100 ms",
                                              scene.threshold_ms)));
        }
    }
    if (scene.chart.kind == render::StripKind::people) {
        scene.chart.people =
            people_series(measured(session, scene, serve), scene.providers, clock.from, counted_to);
    }
}

render::FilmClock Picture::tell(const Telling& telling, const render::FilmClock& clock,
                                render::SceneOptions& scene) {
    // Own captions may take most of the time; chosen ones leave half of it.
    constexpr double kMostShare = 0.85;
    scene.chart.least = telling.chart_least;
    const auto& own = scene.shading.size() == 1 ? scene.shading : scene.providers;
    const auto& whose = telling.about.empty() ? own : telling.about;
    const auto& about_what = likely_ ? *likely_ : *timeline_;
    render::Narration told;
    if (telling.choose) {
        told = render::paced(telling.choose(*shading_, scene.shading), clock, kMostShare);
    } else if (telling.captions) {
        told = render::paced(*telling.captions, clock, kMostShare);
    } else if (telling.is_even) {
        told = {render::choose_captions(about_what, whose, scene.scope, clock,
                                        clock.duration_s < 12 ? 1 : 2),
                clock};
    } else {
        told = render::narrate(about_what, whose, scene.scope, clock);
    }
    if (telling.is_even && telling.captions) {
        told.clock = clock;
        for (render::Caption& caption : told.captions) {
            caption.from_s = clock.second_of(caption.date.days());
            caption.to_s = caption.from_s + render::reading_s(caption.text);
        }
    }
    captions_ = told.captions;
    std::erase_if(told.captions, [&](const render::Caption& caption) {
        return caption.region &&
               std::find(own.begin(), own.end(),
                         timeline_->catalog().region(*caption.region).provider) == own.end();
    });
    scene.captions = std::move(told.captions);
    return told.clock;
}

// Options that nothing drawn depends on.
void Picture::note_idle_options(Session& session, const PictureOptions& options,
                                const render::SceneOptions& scene) {
    if (asks_how_fast(scene) || options.cables) {
        return;
    }
    std::vector<std::string> idle;
    if (options.serve != "anywhere") {
        idle.emplace_back("--serve");
    }
    if (options.clients.kind != "fixed") {
        idle.emplace_back("--kind");
    }
    if (options.clients.latency.any()) {
        idle.emplace_back("--latency, --without, --with and --preset");
    }
    if (!idle.empty()) {
        session.say(fmt::format(
            "note: no round-trip time is drawn, so {} change nothing; see --coverage and --cables",
            join(idle, ", ")));
    }
}

void Picture::add_cables(Session& session, const PictureOptions& options, sim::ServeRule serve,
                         std::shared_ptr<const sim::Backbone> backbone,
                         const render::SceneOptions& scene) {
    sim::CoverageOptions coverage;
    coverage.scope = scene.scope;
    coverage.serve = serve;
    cables_ = std::make_unique<sim::CableTraffic>(
        likely_ ? *likely_ : *timeline_, session.atlas(), *people_, std::move(backbone),
        ClientFlags::path_parameters(load_backbone_parameters(session)),
        options.clients.latency.what_if(), coverage);
}

render::FramePainter& Picture::painter() {
    if (!painter_) {
        painter_ = std::make_unique<render::FramePainter>(*scene_, shading_, fonts_, cables_.get());
    }
    return *painter_;
}

}  // namespace footprint::cli
