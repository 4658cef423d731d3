// How long the window waits for its pictures: a new look (after a zoom), and a new day.
#include <benchmark/benchmark.h>

#include <memory>

#include "render/window/scene_painter.h"
#include "sim/latency/latency_model.h"

namespace footprint::render {
namespace {

struct Window {
    geo::Catalog catalog = geo::load_catalog_or_throw({FOOTPRINT_SOURCE_DIR "/datasets", {}});
    sim::Timeline timeline = sim::Timeline::from_catalog(catalog);
    geo::Atlas atlas = geo::Atlas::load(FOOTPRINT_SOURCE_DIR "/datasets");
    geo::DemandPoints people = geo::DemandPoints::load(FOOTPRINT_SOURCE_DIR "/datasets", atlas);
    std::unique_ptr<sim::LatencyModel> model = sim::make_distance_model();
    FontSet fonts;
    FilmClock clock =
        FilmClock::make(Date::from_ymd(2006, 1, 1), Date::from_ymd(2026, 6, 30), 30, 30);
    SceneOptions options;
    std::unique_ptr<ScenePainter> painter;
    std::unique_ptr<ViewState> state;

    Window(int width, int height, bool shaded) {
        for (std::size_t i = 0; i < catalog.providers().size(); ++i) {
            options.providers.push_back(static_cast<geo::ProviderIndex>(i));
        }
        options.width = width;
        options.height = height;
        options.scope = sim::RegionScope::published(catalog);
        std::optional<ShadingInput> shading;
        if (shaded) {
            shading.emplace();
            shading->atlas = &atlas;
            shading->people = &people;
            shading->model = model.get();
            shading->timeline = &timeline;
            shading->options.thresholds_ms = {50};
            shading->options.scope = options.scope;
        }
        const auto load = [shading] { return ViewShading{shading.value(), "distance", ""}; };
        painter = std::make_unique<ScenePainter>(SceneInput{&timeline, &timeline, &atlas}, options,
                                                 clock, load, fonts);
        ViewSettings settings = view_settings(options, clock, Date::from_ymd(2020, 1, 31));
        settings.look.shade = shaded ? kBestShade : kNoShade;
        state =
            std::make_unique<ViewState>(settings, painter->map_area(width, height, settings.look));
    }

    void paint() {
        ViewQuestion question;
        question.width = options.width;
        question.height = options.height;
        question.camera = state->camera();
        question.is_whole = state->is_whole();
        question.day = state->day();
        question.playing = state->playing();
        question.shown = state->shown();
        question.look = state->look();
        benchmark::DoNotOptimize(painter->paint(question));
    }
};

void new_look(benchmark::State& bench) {
    Window window(static_cast<int>(bench.range(0)), static_cast<int>(bench.range(1)),
                  bench.range(2) != 0);
    window.paint();
    for (auto _ : bench) {
        window.state->zoom_at({window.options.width * 0.6, window.options.height * 0.4}, 1.25);
        window.paint();
        bench.PauseTiming();
        if (window.state->camera().metres_per_pixel < 1000) {
            window.state->reset();
        }
        bench.ResumeTiming();
    }
}

void next_frame(benchmark::State& bench) {
    Window window(static_cast<int>(bench.range(0)), static_cast<int>(bench.range(1)),
                  bench.range(2) != 0);
    window.paint();
    window.state->go_to_start();
    window.state->toggle_play();
    for (auto _ : bench) {
        window.state->advance(1.0 / 30);
        window.paint();
        if (!window.state->playing()) {
            window.state->toggle_play();
        }
    }
}

void sizes(benchmark::internal::Benchmark* bench) {
    for (const int shaded : {0, 1}) {
        bench->Args({1280, 720, shaded});
        bench->Args({1920, 1080, shaded});
    }
    bench->ArgNames({"width", "height", "shaded"});
    bench->Unit(benchmark::kMillisecond)->UseRealTime();
}

BENCHMARK(new_look)->Apply(sizes);
BENCHMARK(next_frame)->Apply(sizes);

}  // namespace
}  // namespace footprint::render
