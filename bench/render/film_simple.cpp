// film_simple N OUT.mp4 [HEIGHT]: a film of N frames through the real scene, painter and encoder:
// land, 400 circles that grow, a title. Says what it cost beside the encoder alone, which is the
// child process that is fed these same frames in this same run.
#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdio>
#include <random>

#include "base/error.h"
#include "base/text.h"
#include "render/film/film.h"

namespace footprint::render {
namespace {

constexpr std::size_t kCircles = 400;

double cpu_s(int who) {
    rusage usage{};
    ::getrusage(who, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

DateInterval day_of(Date date) {
    return {date, date.plus_days(1), DatePrecision::day};
}

// Circles that open one after the other and grow twice by added zones.
geo::Catalog circles(Date from, Date to) {
    geo::Provider provider;
    provider.id = provider.name = provider.short_name = "circles";
    provider.counted.add(geo::RegionClass::public_);
    provider.as_of = day_of(to);
    std::vector<geo::Region> regions;
    std::vector<geo::EventRecord> events;
    std::mt19937 random(1);
    const auto share = [&] { return static_cast<double>(random()) / 4294967296.0; };
    const int days = to - from;
    for (std::size_t i = 0; i < kCircles; ++i) {
        geo::Region region;
        region.id = fmt::format("c{}", i);
        region.position = {-180 + 360 * share(), -50 + 120 * share()};
        region.zones = 6;
        const int opened = 10 + static_cast<int>(share() * 0.8 * days);
        region.opened = day_of(from.plus_days(opened));
        region.as_of = provider.as_of;
        regions.push_back(region);
        int when = opened;
        for (const int zones : {3, 6}) {
            when += static_cast<int>(share() * 0.1 * days);
            geo::EventRecord grown;
            grown.region = static_cast<geo::RegionIndex>(i);
            grown.kind = geo::EventKind::zones;
            grown.zones = zones;
            grown.date = day_of(from.plus_days(when));
            events.push_back(grown);
        }
    }
    return {{provider}, std::move(regions), std::move(events), to};
}

int film(std::int64_t frames, const std::string& output, int height) {
    const Date from = Date::from_ymd(2010, 1, 1);
    const Date to = Date::from_ymd(2026, 1, 1);
    const geo::Catalog catalog = circles(from, to);
    const sim::Timeline timeline = sim::Timeline::from_catalog(catalog);
    const geo::Atlas atlas = geo::Atlas::load(FOOTPRINT_SOURCE_DIR "/datasets");
    const FontSet fonts;
    SceneOptions options;
    options.height = height;
    options.width = height * 16 / 9;
    options.providers = {0};
    options.scope = sim::RegionScope::published(catalog);
    options.title = "Circles that grow";
    options.labels = false;
    options.captions.emplace();
    constexpr int kFps = 30;
    const auto clock = FilmClock::make(from, to, kFps, static_cast<double>(frames) / kFps);
    const Scene scene({&timeline, &timeline, &atlas}, options, clock, fonts);
    FramePainter painter(scene, std::nullopt, fonts);
    FilmSettings settings;
    settings.output = output;
    settings.width = options.width;
    settings.height = options.height;
    settings.fps = kFps;
    settings.overwrite = Overwrite::replace;
    const auto report = write_film(scene, painter, settings, ProgressStyle::none);
    const double own = cpu_s(RUSAGE_SELF);
    const double encoder = cpu_s(RUSAGE_CHILDREN);
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    fmt::print(
        "{} frames of {} x {}, {} repeated, {:.1f} MB\nwall {:.2f} s\nown CPU {:.2f} s, the "
        "encoder's {:.2f} s: together {:.2f} x the encoder alone\nown memory {:.0f} MB\n",
        report.frames, options.width, options.height, report.repeated,
        static_cast<double>(report.bytes) * 1e-6, report.total_s, own, encoder,
        (own + encoder) / encoder, static_cast<double>(usage.ru_maxrss) / 1024);
    return 0;
}

}  // namespace
}  // namespace footprint::render

int main(int count, char** words) {
    const auto frames = count > 2 ? footprint::parse_integer(words[1]) : std::nullopt;
    const auto height = count > 3 ? footprint::parse_integer(words[3]) : 1080;
    if (!frames || *frames < 1 || !height || *height < 320 || count > 4) {
        std::fputs("usage: film_simple FRAMES OUT.mp4 [HEIGHT]\n", stderr);
        return 2;
    }
    try {
        return footprint::render::film(*frames, words[2], static_cast<int>(*height));
    } catch (const footprint::Error& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
}
