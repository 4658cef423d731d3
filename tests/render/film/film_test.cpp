#include "render/film/film.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "base/error.h"
#include "base/parallel.h"
#include "render/paint/png.h"
#include "tests/render/golden/pictures.h"
#include "tests/render/scene/shown.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"

namespace footprint::render {
namespace {

using test::facts;
using test::options_at;
using test::Scratch;

// A short, small film with shading.
struct SmallFilm {
    SceneOptions options = options_at(480, 320);
    FilmClock clock =
        FilmClock::make(Date::from_ymd(2012, 1, 1), Date::from_ymd(2020, 1, 1), 10, 3);
    geo::DemandPoints people =
        geo::DemandPoints::load(FOOTPRINT_SOURCE_DIR "/datasets", facts().atlas);
    std::unique_ptr<sim::LatencyModel> model = sim::make_distance_model();
    Scene scene{{&facts().timeline, &facts().dated, &facts().atlas}, options, clock, facts().fonts};

    ShadingInput shading() const {
        ShadingInput input;
        input.atlas = &facts().atlas;
        input.people = &people;
        input.model = model.get();
        input.timeline = &facts().timeline;
        input.options.thresholds_ms = {options.threshold_ms};
        input.options.scope = options.scope;
        return input;
    }
};

const SmallFilm& small_film() {
    static const SmallFilm kFilm;
    return kFilm;
}

FilmSettings settings_for(const std::filesystem::path& output, FilmFormat format) {
    FilmSettings settings;
    settings.output = output;
    settings.format = format;
    settings.width = 480;
    settings.height = 320;
    settings.fps = 10;
    settings.title = "A film; with \"quotes\" & $signs";
    settings.credits = "Sources";
    return settings;
}

FilmReport make_film(const FilmSettings& settings) {
    FramePainter painter(small_film().scene, small_film().shading(), facts().fonts);
    return write_film(small_film().scene, painter, settings, ProgressStyle::none);
}

// The same without shading, which is most of the work.
FilmReport make_plain_film(const FilmSettings& settings) {
    static const Scene kPlain({&facts().timeline, &facts().dated, &facts().atlas},
                              options_at(480, 320, false), small_film().clock, facts().fonts);
    FramePainter painter(kPlain, std::nullopt, facts().fonts);
    return write_film(kPlain, painter, settings, ProgressStyle::none);
}

std::filesystem::path script(const Scratch& scratch, const std::string& body) {
    const auto path = scratch.file("fake-ffmpeg", "#!/bin/sh\n" + body);
    ::chmod(path.c_str(), 0755);
    return path;
}

std::vector<std::string> frames_of(int threads) {
    const ThreadLimit limit(threads);
    const Scratch scratch;
    make_film(settings_for(scratch.path() / "frames", FilmFormat::png_sequence));
    std::vector<std::string> frames;
    for (int i = 0; i < 30; ++i) {
        char name[32];
        std::snprintf(name, sizeof name, "frame-%06d.png", i);
        frames.push_back(test::read_text(scratch.path() / "frames" / name));
    }
    return frames;
}

TEST(Film, HasTheSameBytesOnAnyNumberOfThreads) {
    const auto one = frames_of(1);
    EXPECT_EQ(one, frames_of(2));
    EXPECT_EQ(one, frames_of(5));
    EXPECT_NE(one.front(), one.back());
}

TEST(Film, IsEncodedToTheSameBytesOnAnyNumberOfThreads) {
    const auto film_of = [](FilmFormat format, int threads) {
        const ThreadLimit limit(threads);
        const Scratch scratch;
        make_film(settings_for(scratch.path() / "film", format));
        return test::read_text(scratch.path() / "film");
    };
    for (const FilmFormat format : {FilmFormat::mp4, FilmFormat::webm}) {
        const auto one = film_of(format, 1);
        EXPECT_GT(one.size(), 1000U);
        EXPECT_EQ(one, film_of(format, 3)) << to_string(format);
    }
}

// Two scenes of one clock, each as it would be alone.
TEST(Film, SplitsItsFrameBetweenScenes) {
    const Scratch scratch;
    auto options = options_at(480, 320, false);
    Scene plain({&facts().timeline, &facts().dated, &facts().atlas}, options, small_film().clock,
                facts().fonts);
    FramePainter left(small_film().scene, small_film().shading(), facts().fonts);
    FramePainter right(plain, std::nullopt, facts().fonts);
    const std::vector<Panel> panels{{&small_film().scene, &left, 0, 0}, {&plain, &right, 484, 0}};
    auto settings = settings_for(scratch.path() / "frames", FilmFormat::png_sequence);
    settings.width = 964;
    const auto report = write_film(panels, settings, ProgressStyle::none);
    EXPECT_EQ(report.frames, 30);
    Moment last;
    last.day = small_film().clock.to.days();
    const Image still = still_frame(panels, 964, 320, last);
    FramePainter alone(plain, std::nullopt, facts().fonts);
    const Image expected = alone.still(last);
    for (int y = 0; y < 320; ++y) {
        EXPECT_EQ(still.row(y)[481], 0xFF000000U) << "the rule between them";
        ASSERT_TRUE(std::equal(expected.row(y), expected.row(y) + 480, still.row(y) + 484)) << y;
    }
    std::vector<std::string> frames;
    for (const auto& entry : std::filesystem::directory_iterator(scratch.path() / "frames")) {
        frames.push_back(entry.path().filename().string());
    }
    EXPECT_EQ(frames.size(), 30U);
}

TEST(Film, TellsItsTitleCreditsInputsAndWhenItWasMade) {
    const Scratch scratch;
    auto settings = settings_for(scratch.path() / "film.mp4", FilmFormat::mp4);
    settings.inputs = "inputs sha256 0123";
    ::setenv("SOURCE_DATE_EPOCH", "1763769600", 1);
    make_film(settings);
    ::setenv("SOURCE_DATE_EPOCH", "soon", 1);
    EXPECT_THROW(check_film_settings(settings_for(scratch.path() / "x.mp4", FilmFormat::mp4)),
                 Error);
    ::unsetenv("SOURCE_DATE_EPOCH");
    const auto told = test::run({"ffprobe", "-v", "error", "-show_entries", "format_tags",
                                 (scratch.path() / "film.mp4").string()});
    for (const char* const tag :
         {"TAG:title=A film; with \"quotes\" & $signs", "TAG:comment=Sources",
          "TAG:description=inputs sha256 0123", "TAG:creation_time=2025-11-22T00:00:00"}) {
        EXPECT_NE(told.out.find(tag), std::string::npos) << tag << " in\n" << told.out;
    }
}

// World, then a closer look, on a film of three seconds.
CameraPath small_journey() {
    const Scene& scene = small_film().scene;
    return {scene.view().projection(),
            scene.layout().map,
            {{0, std::nullopt, 1, 1}, {1.8, geo::LonLat{100, 10}, 3, 1}}};
}

TEST(Film, HasTheSameBytesOnAnyNumberOfThreadsWhereTheCameraMoves) {
    const auto film_of = [](int threads) {
        const ThreadLimit limit(threads);
        const Scratch scratch;
        const SmallFilm& film = small_film();
        CameraPainter camera(film.scene, {&facts().timeline, &facts().dated, &facts().atlas},
                             film.shading(), facts().fonts, small_journey());
        const Panel panel{&film.scene, nullptr, 0, 0, &camera};
        write_film(std::span(&panel, 1), settings_for(scratch.path() / "film.mp4", FilmFormat::mp4),
                   ProgressStyle::none);
        return test::read_text(scratch.path() / "film.mp4");
    };
    const auto one = film_of(1);
    EXPECT_GT(one.size(), 1000U);
    EXPECT_EQ(one, film_of(3));
}

// What one of them repeats while the other moves is painted all the same.
TEST(Film, MovesACameraInEachOfTwoPanels) {
    const Scratch scratch;
    const SceneInput input{&facts().timeline, &facts().dated, &facts().atlas};
    const auto clock =
        FilmClock::make(Date::from_ymd(2012, 1, 1), Date::from_ymd(2012, 2, 1), 5, 3);
    const Scene scene(input, options_at(480, 320, false), clock, facts().fonts);
    const auto camera_at = [&](std::vector<CameraKey> keys) {
        return CameraPainter(scene, input, std::nullopt, facts().fonts,
                             {scene.view().projection(), scene.layout().map, std::move(keys)});
    };
    const std::vector<CameraKey> far{{0, std::nullopt, 1, 1}, {2.8, geo::LonLat{100, 10}, 3, 0.5}};
    const std::vector<CameraKey> near{{0, geo::LonLat{50, 25}, 3, 1}, {1, std::nullopt, 1, 1}};
    const auto frames = [&](std::span<const Panel> panels, const std::string& name, int width) {
        auto settings = settings_for(scratch.path() / name, FilmFormat::png_sequence);
        settings.fps = 5;
        settings.width = width;
        write_film(panels, settings, ProgressStyle::none);
        std::vector<Image> images;
        for (int i = 0; i < clock.frames(); ++i) {
            const auto file = fmt::format("frame-{:06d}.png", i);
            images.push_back(test::read_png(scratch.path() / name / file).value());
        }
        return images;
    };
    auto left = camera_at(far);
    auto right = camera_at(near);
    const std::vector<Panel> both{{&scene, nullptr, 0, 0, &left},
                                  {&scene, nullptr, 480, 0, &right}};
    const auto together = frames(both, "both", 960);
    auto alone = camera_at(far);
    const Panel one{&scene, nullptr, 0, 0, &alone};
    const auto first = frames(std::span(&one, 1), "one", 480);
    for (std::size_t i = 0; i < first.size(); ++i) {
        for (int y = 0; y < 320; ++y) {
            ASSERT_TRUE(std::equal(first[i].row(y), first[i].row(y) + 480, together[i].row(y)))
                << i << ", " << y;
        }
    }
}

// Names stand still while they are there, and come or go at most once a second.
TEST(Film, NamesDoNotFlickerWhereTheCameraMoves) {
    const auto clock =
        FilmClock::make(Date::from_ymd(2012, 1, 1), Date::from_ymd(2020, 1, 1), 10, 14);
    Scene scene({&facts().timeline, &facts().dated, &facts().atlas}, options_at(960, 540, false),
                clock, facts().fonts);
    CameraPainter camera(scene, {&facts().timeline, &facts().dated, &facts().atlas}, std::nullopt,
                         facts().fonts,
                         {scene.view().projection(),
                          scene.layout().map,
                          {{0, std::nullopt, 1, 1},
                           {4, geo::LonLat{100, 10}, 3, 1},
                           {4.4, geo::LonLat{100, 12}, 3, 1},
                           {8, geo::LonLat{50, 25}, 5, 2},
                           {12, std::nullopt, 1, 2}}});
    struct Seen {
        Point at;
        double changed_s = -10;
        bool is_shown = false;
    };
    std::map<std::string, Seen> names;
    std::size_t most = 0;
    for (std::int64_t i = 0; i < clock.frames(); ++i) {
        Moment moment;
        moment.day = clock.day(i);
        moment.second = clock.second(i);
        const auto frame = camera.next(moment, i == 0);
        std::map<std::string, Point> shown;
        for (const Op& op : frame.changing) {
            const auto* run = std::get_if<TextRun>(&op);
            if (run != nullptr && run->opacity > 0) {
                shown[run->text] = run->anchor;
            }
        }
        EXPECT_TRUE(shown.empty() || !frame.place.is_moving);
        most = std::max(most, shown.size());
        for (const auto& [name, at] : shown) {
            names.try_emplace(name);
        }
        for (auto& [name, seen] : names) {
            const auto found = shown.find(name);
            if ((found != shown.end()) != seen.is_shown) {
                EXPECT_GE(moment.second - seen.changed_s, 1) << name << " at " << moment.second;
                seen.changed_s = moment.second;
                seen.is_shown = !seen.is_shown;
            } else if (seen.is_shown) {
                EXPECT_EQ(found->second, seen.at) << name;
            }
            seen.at = seen.is_shown ? found->second : seen.at;
        }
    }
    EXPECT_GT(most, 10U);
}

TEST(Film, IsPaintedFrameByFrameAsOneWouldAskForThem) {
    const Scratch scratch;
    make_film(settings_for(scratch.path() / "frames", FilmFormat::png_sequence));
    FramePainter painter(small_film().scene, small_film().shading(), facts().fonts);
    const std::vector<std::int64_t> wanted{0, 7, 15, 29};
    paint_frames(small_film().scene, painter, wanted, [&](std::int64_t frame, const Image& image) {
        char name[32];
        std::snprintf(name, sizeof name, "frame-%06d.png", static_cast<int>(frame));
        EXPECT_EQ(test::read_text(scratch.path() / "frames" / name),
                  encode_png(image, {{"Title", "A film; with \"quotes\" & $signs"},
                                     {"Description", "Sources"}}))
            << frame;
    });
}

TEST(Film, EndsInThePictureThatAStillOfThatDateShows) {
    FramePainter film(small_film().scene, small_film().shading(), facts().fonts);
    FramePainter still(small_film().scene, small_film().shading(), facts().fonts);
    Moment last;
    last.day = small_film().clock.day(29);
    const Image wanted = still.still(last);
    const std::vector<std::int64_t> frames{29};
    paint_frames(small_film().scene, film, frames, [&](std::int64_t, const Image& image) {
        std::size_t different = 0;
        for (std::size_t i = 0; i < image.pixels.size(); ++i) {
            different += image.pixels[i] != wanted.pixels[i] ? 1U : 0U;
        }
        // Only the caption and the pulses of the last openings may differ.
        EXPECT_LT(different, image.pixels.size() / 20);
    });
}

TEST(Film, Mp4SaysItsColoursAndSize) {
    const Scratch scratch;
    const auto target = scratch.path() / "film.mp4";
    const FilmReport report = make_film(settings_for(target, FilmFormat::mp4));
    EXPECT_EQ(report.frames, 30);
    EXPECT_EQ(report.bytes, std::filesystem::file_size(target));
    const auto probe = test::run(
        {"ffprobe", "-v", "error", "-count_frames", "-show_entries",
         "stream=codec_name,pix_fmt,width,height,color_space,color_transfer,color_primaries,"
         "color_range,nb_read_frames:format_tags=title",
         "-of", "default=nw=1", target.string()});
    ASSERT_EQ(probe.exit_code, 0) << probe.err;
    for (const char* line :
         {"codec_name=h264", "pix_fmt=yuv420p", "width=480", "height=320", "color_range=tv",
          "color_space=bt709", "color_transfer=bt709", "color_primaries=bt709", "nb_read_frames=30",
          "TAG:title=A film; with \"quotes\" & $signs"}) {
        EXPECT_NE(probe.out.find(line), std::string::npos) << line << " in\n" << probe.out;
    }
    EXPECT_EQ(scratch.entries(), std::vector<std::string>{"film.mp4"});
}

TEST(Film, WritesWebmGifAndApng) {
    const Scratch scratch;
    for (const auto& [name, format] :
         {std::pair{"film.webm", FilmFormat::webm}, std::pair{"film.gif", FilmFormat::gif},
          std::pair{"film.apng", FilmFormat::apng}}) {
        const auto target = scratch.path() / name;
        make_film(settings_for(target, format));
        const auto probe =
            test::run({"ffprobe", "-v", "error", "-count_frames", "-show_entries",
                       "stream=nb_read_frames", "-of", "default=nw=1", target.string()});
        EXPECT_NE(probe.out.find("nb_read_frames=30"), std::string::npos) << name << probe.out;
    }
    EXPECT_EQ(scratch.entries(), (std::vector<std::string>{"film.apng", "film.gif", "film.webm"}));
}

// Every 12 frames a part: three of them.
FilmSettings settings_in_parts(const std::filesystem::path& output, FilmFormat format) {
    auto settings = settings_for(output, format);
    settings.fps = 1;
    settings.recipe = "--theme: dark\n";
    return settings;
}

TEST(FilmInParts, HasEveryFrameOnceAndSaysItsColours) {
    const Scratch scratch;
    const auto target = scratch.path() / "film.mp4";
    const auto report = make_plain_film(settings_in_parts(target, FilmFormat::mp4));
    EXPECT_EQ(report.frames, 30);
    EXPECT_EQ(report.bytes, std::filesystem::file_size(target));
    const auto probe = test::run({"ffprobe", "-v", "error", "-show_entries",
                                  "stream=color_space,color_transfer,color_primaries,color_range:"
                                  "frame=pts_time:format=duration:format_tags=title,comment",
                                  "-of", "default=nw=1", target.string()});
    for (const char* line : {"color_range=tv", "color_space=bt709", "color_transfer=bt709",
                             "color_primaries=bt709", "duration=30.000000",
                             "TAG:title=A film; with \"quotes\" & $signs", "TAG:comment=Sources"}) {
        EXPECT_NE(probe.out.find(line), std::string::npos) << line << " in\n" << probe.out;
    }
    std::size_t at = 0;
    for (int i = 0; i < 30; ++i) {
        at = probe.out.find("pts_time=" + std::to_string(i) + ".000000\n", at);
        ASSERT_NE(at, std::string::npos) << i << probe.out;
    }
    EXPECT_EQ(scratch.entries(), std::vector<std::string>{"film.mp4"});
}

// An encoder that does its work until its third part.
std::filesystem::path breaking_encoder(const Scratch& scratch) {
    return script(scratch,
                  "for word; do last=$word; done\n"
                  "case $last in *new-000001*) echo 'no more' >&2; exit 1;; esac\n"
                  "exec ffmpeg \"$@\"\n");
}

TEST(FilmInParts, GoesOnAfterAFailureToTheBytesOfAnUnbrokenRun) {
    for (const FilmFormat format : {FilmFormat::mp4, FilmFormat::webm}) {
        const Scratch scratch;
        const auto make = format == FilmFormat::mp4 ? make_film : make_plain_film;
        make(settings_in_parts(scratch.path() / "whole", format));
        auto settings = settings_in_parts(scratch.path() / "film", format);
        settings.resume = true;
        settings.program = breaking_encoder(scratch).string();
        try {
            make(settings);
            FAIL() << "expected an error";
        } catch (const Error& error) {
            EXPECT_NE(std::string(error.what()).find("no more"), std::string::npos) << error.what();
        }
        EXPECT_EQ(scratch.entries(),
                  (std::vector<std::string>{".film.parts", "fake-ffmpeg", "whole"}));
        for (const auto& kept :
             std::filesystem::directory_iterator(scratch.path() / ".film.parts")) {
            EXPECT_FALSE(kept.path().filename().string().starts_with("new-")) << kept.path();
        }
        settings.program = "ffmpeg";
        const auto report = make(settings);
        EXPECT_GE(report.resumed, 12);
        EXPECT_EQ(report.frames, 30);
        EXPECT_EQ(test::read_text(scratch.path() / "film"),
                  test::read_text(scratch.path() / "whole"));
        EXPECT_EQ(scratch.entries(), (std::vector<std::string>{"fake-ffmpeg", "film", "whole"}));
    }
}

TEST(FilmInParts, IsNotGoneOnWithAsSomethingElse) {
    const Scratch scratch;
    auto settings = settings_in_parts(scratch.path() / "film", FilmFormat::mp4);
    settings.resume = true;
    settings.program = breaking_encoder(scratch).string();
    EXPECT_THROW(make_plain_film(settings), Error);
    auto other = settings;
    other.recipe = "--theme: light\n";
    try {
        make_plain_film(other);
        FAIL() << "expected an error";
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("'--theme: dark', now '--theme: light'"),
                  std::string::npos)
            << error.what();
    }
    // What was made with other fonts or another program: the last frame is another one.
    const auto folder = parts_folder(settings.output);
    const std::string zeros(32, '0');
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().filename().string().starts_with("part-000000-")) {
            std::filesystem::rename(entry.path(), folder / ("part-000000-" + zeros));
        } else if (entry.path().filename().string().starts_with("part-000001-")) {
            std::filesystem::remove(entry.path());
        }
    }
    settings.program = "ffmpeg";
    EXPECT_THROW(make_plain_film(settings), Error);
    // Without the option it begins anew.
    settings.resume = false;
    EXPECT_EQ(make_plain_film(settings).resumed, 0);
}

TEST(FilmInParts, LeavesNothingWhenNotAskedTo) {
    const Scratch scratch;
    auto settings = settings_in_parts(scratch.path() / "film", FilmFormat::mp4);
    settings.program = breaking_encoder(scratch).string();
    EXPECT_THROW(make_plain_film(settings), Error);
    EXPECT_EQ(scratch.entries(), std::vector<std::string>{"fake-ffmpeg"});
    settings.format = FilmFormat::gif;
    settings.program = "ffmpeg";
    settings.resume = true;
    EXPECT_THROW(check_film_settings(settings), Error);
}

class BrokenEncoders : public testing::TestWithParam<const char*> {};

TEST_P(BrokenEncoders, LeaveNothingBehindAndSayWhy) {
    const Scratch scratch;
    auto settings = settings_for(scratch.path() / "film.mp4", FilmFormat::mp4);
    settings.program = script(scratch, GetParam()).string();
    try {
        make_film(settings);
        FAIL() << "expected an error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::failed);
        EXPECT_NE(std::string(error.what()).find("fake-ffmpeg"), std::string::npos) << error.what();
    }
    EXPECT_EQ(scratch.entries(), std::vector<std::string>{"fake-ffmpeg"});
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, BrokenEncoders,
    testing::Values("echo 'cannot encode' >&2; exit 1\n",                  // at once
                    "head -c 300000 >/dev/null; echo gone >&2; exit 3\n",  // midway
                    "head -c 300000 >/dev/null; kill -9 $$\n",             // killed
                    "cat >/dev/null; echo 'disk full' >&2; exit 1\n",      // at the end
                    "exec <&-; sleep 0.2; exit 0\n"));                     // deaf

TEST(Encoders, KeepTheOldFilmWhenTheNewOneFails) {
    const Scratch scratch;
    const auto target = scratch.file("film.mp4", "the old film");
    auto settings = settings_for(target, FilmFormat::mp4);
    settings.overwrite = Overwrite::replace;
    settings.program = script(scratch, "exit 1\n").string();
    EXPECT_THROW(make_film(settings), Error);
    EXPECT_EQ(test::read_text(target), "the old film");
}

TEST(Encoders, AreCheckedBeforeAnyWork) {
    const Scratch scratch;
    auto settings = settings_for(scratch.path() / "film.mp4", FilmFormat::mp4);
    settings.program = "no-such-encoder";
    try {
        check_film_settings(settings);
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("-f png"), std::string::npos) << error.what();
    }
    settings.program = script(scratch, "echo ' V..... gif  GIF'\n").string();
    try {
        check_film_settings(settings);
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("libx264"), std::string::npos) << error.what();
        EXPECT_NE(std::string(error.what()).find("-f gif works here"), std::string::npos);
    }
    settings.program = "ffmpeg";
    settings.width = 481;
    EXPECT_THROW(check_film_settings(settings), Error);
    settings.width = 20000;
    EXPECT_THROW(check_film_settings(settings), Error);
}

TEST(Encoders, AreChosenByNameAndSuffix) {
    EXPECT_EQ(film_format("a.mp4", std::nullopt), FilmFormat::mp4);
    EXPECT_EQ(film_format("a.WEBM", std::nullopt), FilmFormat::webm);
    EXPECT_EQ(film_format("frames", std::nullopt), FilmFormat::png_sequence);
    EXPECT_EQ(film_format("out", "gif"), FilmFormat::gif);
    EXPECT_THROW(film_format("a.mp4", "gif"), Error);
    EXPECT_THROW(film_format("a.avi", std::nullopt), Error);
    EXPECT_THROW(film_format("a", "avi"), Error);
}

TEST(PngFolders, AreReplacedOnlyWhenTheyHoldFramesAlone) {
    const Scratch scratch;
    const auto folder = scratch.path() / "frames";
    auto settings = settings_for(folder, FilmFormat::png_sequence);
    make_film(settings);
    settings.overwrite = Overwrite::replace;
    make_film(settings);
    std::ofstream(folder / "mine.txt") << "keep me";
    EXPECT_THROW(make_film(settings), Error);
    EXPECT_TRUE(std::filesystem::exists(folder / "mine.txt"));
    EXPECT_EQ(scratch.entries(), std::vector<std::string>{"frames"});
}

}  // namespace
}  // namespace footprint::render
