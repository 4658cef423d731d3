#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/frame/coverage_options.h"
#include "cli/pictures/camera_file.h"
#include "cli/pictures/captions_file.h"
#include "cli/pictures/film_extras.h"
#include "cli/pictures/picture_options.h"
#include "cli/pictures/recipe.h"
#include "cli/pictures/strip_series.h"
#include "cli/verbs.h"
#include "render/film/film.h"
#include "sim/expansion/run_folder.h"

namespace footprint::cli {
namespace {

constexpr std::int64_t kMostFrames = 100000;
// Above these a film takes many minutes: asked for twice.
constexpr std::int64_t kManyFrames = 20000;
constexpr double kManyPixels = 3840.0 * 2160 * 5400;

struct Estimate {
    double bytes = 0;
    double minutes = 0;
};

// From films that were made (docs/performance.md): bits a pixel and frame, and pixels a second on
// two cores. Films vary by a factor of two.
Estimate estimate(render::FilmFormat format, double pixels, double frames) {
    struct Rate {
        double bytes_per_pixel;
        double pixels_per_second;
    };
    const Rate rate = [&]() -> Rate {
        switch (format) {
            case render::FilmFormat::mp4:
                return {0.003, 75e6};
            case render::FilmFormat::webm:
                return {0.003, 50e6};
            case render::FilmFormat::gif:
                return {0.045, 40e6};
            case render::FilmFormat::apng:
                return {0.06, 6e6};
            case render::FilmFormat::png_sequence:
                return {0.27, 60e6};
        }
        return {1, 1e6};
    }();
    return {rate.bytes_per_pixel * pixels * frames, pixels * frames / rate.pixels_per_second / 60};
}

class AnimateVerb final : public Verb {
  public:
    std::string name() const override { return "animate"; }
    std::string summary() const override { return "Film how regions and coverage grew"; }
    std::string description() const override {
        return "Makes a film from one date to another: regions appear, grow and close, the land is "
               "shaded by who can be served how fast (--coverage), a chart and counts run along. "
               "MP4 (H.264), WebM (VP9), GIF and APNG need ffmpeg; a folder of PNG frames does "
               "not. "
               "Dates after the catalog's own are marked as plans, not facts. Openings whose date "
               "is only known to a month or a year are spread over it and marked. Time runs slower "
               "while a caption is read (--pace even keeps it even); captions are chosen from what "
               "happened, or are your own (--captions). A film that was stopped or killed goes on "
               "with "
               "--resume, to the same bytes. --beside adds subtitles, a poster and a "
               "text "
               "that says what is seen. Two run folders are shown beside each other, by one clock "
               "that begins where the earlier of them does and runs evenly.";
    }
    std::vector<Example> examples() const override {
        return {
            {"footprint animate --size 720p --duration 12 --fps 15 -o clouds.mp4",
             "How eleven clouds grew; without options in 30 seconds of 1080p"},
            {"footprint animate --coverage alibaba --from 2018 --duration 8 --size 720p "
             "--fps 15 --resume -o alibaba.mp4",
             "Whom Alibaba Cloud can serve; if it is stopped, the same command goes on"},
            {"footprint animate --from 2020 --to 2027 --duration 12 --size 720p -o plans.gif "
             "--fps 12",
             "The last years and what is announced, as a small GIF"},
            {"footprint animate --split alibaba,aws --from 2012 --duration 8 --size 720p "
             "--fps 12 -o two.mp4",
             "Two clouds beside each other, each with whom it can serve"},
            {"footprint animate --captions told.csv --duration 10 --size 720p --fps 12 --beside "
             "all -o told.mp4",
             "With your own captions; subtitles, poster and alt text beside the film"},
            {"footprint animate --camera camera.csv --coverage none --duration 8 --size 720p "
             "--fps 8 -o near.mp4",
             "From the world to a closer look and on"},
            {"footprint animate --projection orthographic --spin 360 --coverage none "
             "--duration 6 --size 720p --fps 8 -o globe.mp4",
             "A globe that turns once"}};
    }
    void options(OptionSet& options) override {
        options.takes_runs(2);
        output_.declare(options,
                        "Film to write (.mp4, .webm, .gif, .apng), or a folder for PNG frames");
        options.add("--from", &from_, "DATE", "First date (the first opening when left out)")
            .add("--to", &to_, "DATE", "Last date (the catalog's own when left out)")
            .add("--fps", &fps_, "N", "Frames a second; at most 15 of a GIF")
            .add("--duration", &duration_s_, "SECONDS", "Length of the film")
            .add("--captions", &captions_, "FILE",
                 "auto (chosen from the events), none, or a CSV file with the columns date and "
                 "text, and lon and lat where a caption points at a place")
            .add("--split", &split_, "PROVIDERS",
                 "Two to four providers beside each other, each with its own map, by one clock")
            .add(
                "--camera", &camera_, "FILE",
                "Where the film looks from: a CSV file with the columns date, lon, lat and zoom (1 "
                "is the whole world), and travel_s, the seconds to get there")
            .add("--spin", &spin_deg_, "DEGREES",
                 "Look round the globe, so far to the east over the film (--projection "
                 "orthographic)")
            .add("--pace", &pace_, "HOW", "Time slows while a caption is read, or runs evenly")
            .choices({"captions", "even"})
            .add(
                "--beside", &beside_, "KINDS",
                "Files beside the film: vtt (captions), poster (a PNG of the last date), alt (what "
                "is seen, in words), or all")
            .flag("--resume", resume_,
                  "Go on with the film that a killed run of the same command began, and keep what "
                  "is done if this one is stopped (MP4, WebM, PNG frames)")
            .flag("--dry-run", dry_run_, "Say frames, bytes and minutes, and write nothing");
        declare_chart(options, picture_.chart);
        picture_.declare(options);
    }

    void run(Session& session) override {
        if (session.options().runs.size() != 2) {
            film({&session});
            return;
        }
        Session first(with_run(session, 0));
        Session second(with_run(session, 1));
        film({&first, &second});
    }

  private:
    static GlobalOptions with_run(Session& session, std::size_t which) {
        GlobalOptions options = session.options();
        options.runs = {options.runs[which]};
        return options;
    }

    // Of the facts or a run; or of two runs beside each other.
    void film(const std::vector<Session*>& sides) {
        Session& session = *sides.front();
        const std::filesystem::path target = output_.output.value_or("footprint.mp4");
        const FrameSize size = parse_frame_size(picture_.size);
        render::FilmSettings settings;
        settings.output = target;
        settings.format = render::film_format(target, output_.format);
        settings.width = size.width;
        settings.height = size.height;
        hold_to_format(session, settings.format);
        settings.fps = fps_;
        settings.overwrite = output_.mode();
        settings.resume = resume_;
        const auto clock = make_clock(sides);
        check_length(settings, clock);
        // A dry run fails where the real one would.
        render::check_film_settings(settings);
        const FilmExtras extras(beside_, target, settings.overwrite);
        Telling telling = make_telling();
        telling.is_even = telling.is_even || sides.size() > 1;
        check_camera();
        const auto camera_rows = camera_.empty() ? CameraRows() : read_camera(camera_);
        std::vector<std::unique_ptr<Picture>> pictures;
        const auto places = sides.size() > 1
                                ? make_run_pictures(sides, clock, size, telling, pictures)
                                : make_pictures(session, clock, size, telling, pictures);
        Picture& picture = *pictures.front();
        note_dropped(session, telling, picture);
        note_no_chart(session, picture);
        for (const auto& part : pictures) {
            note_stillness(session, *part);
        }
        std::vector<std::unique_ptr<render::CameraPainter>> cameras;
        for (const auto& part : pictures) {
            cameras.push_back(make_camera(session, *part, camera_rows));
        }
        if (picture.shading()) {
            note_held_people(session, clock.to);
        }
        if (dry_run_) {
            tell(settings, clock);
            return;
        }
        settings.title = picture.scene().title();
        settings.credits = picture.credits();
        settings.inputs = inputs_digest(session, own_files(sides));
        settings.recipe = own_recipe(session);
        std::vector<render::Panel> panels;
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            panels.push_back({&pictures[i]->scene(), cameras[i] ? nullptr : &pictures[i]->painter(),
                              static_cast<int>(places[i].x), static_cast<int>(places[i].y),
                              cameras[i].get()});
            settings.title += i > 0 ? " | " + pictures[i]->scene().title() : "";
        }
        const auto report = make_film(session, panels, settings);
        const std::string before =
            report.resumed > 0 ? fmt::format(" ({} of them by a run before)", report.resumed) : "";
        session.say(fmt::format("wrote {}: {} frames{}, {:.1f} MB, {:.1f} s", target.string(),
                                report.frames, before, static_cast<double>(report.bytes) * 1e-6,
                                report.total_s));
        for (const std::string& file : extras.write(pictures, panels, settings)) {
            session.say("wrote " + file);
        }
        session.detail(fmt::format(
            "  shading {:.1f} s, layout {:.1f} s, painting {:.1f} s (all threads), waiting for the "
            "encoder {:.1f} s, {} frames repeated",
            report.shading_s, report.layout_s, report.painting_s, report.encoder_wait_s,
            report.repeated));
    }

    // GIF counts hundredths of a second, and what plays it slows down what is fast.
    void hold_to_format(Session& session, render::FilmFormat format) {
        constexpr int kMostOfGif = 15;
        if (format == render::FilmFormat::gif && fps_ > kMostOfGif) {
            session.say(fmt::format("GIF: {} frames a second, not {}", kMostOfGif, fps_));
            fps_ = kMostOfGif;
        }
    }

    // Says what stays, where a film that may be gone on with does not end well.
    static render::FilmReport make_film(Session& session, std::span<const render::Panel> panels,
                                        const render::FilmSettings& settings) {
        try {
            return render::write_film(panels, settings, session.progress_style());
        } catch (const std::exception&) {
            const auto kept = render::parts_folder(settings.output);
            if (settings.resume && std::filesystem::exists(kept)) {
                session.say(fmt::format("what is done is kept in {}; the same command goes on",
                                        kept.string()));
            }
            throw;
        }
    }

    // All options that decide on the film's bytes.
    std::string own_recipe(Session& session) {
        OptionSet mine;
        options(mine);
        return recipe(mine, {"-o", "-O", "--resume", "--dry-run", "--beside", "--yes-large"}) +
               fmt::format("--only-catalog: {}\n", session.options().only_catalog);
    }

    // Two runs share one clock: from where the earlier begins, before which both are the same, to
    // where the first of them ends.
    render::FilmClock make_clock(const std::vector<Session*>& sides) const {
        Date from = sides.size() > 1 ? sides.front()->run()->start : first_date(*sides.front());
        Date to = sides.front()->date_or_as_of(to_);
        for (Session* const side : sides) {
            from = sides.size() > 1 ? std::min(from, side->run()->start) : from;
            to = std::min(to, side->date_or_as_of(to_));
        }
        return render::FilmClock::make(from_ ? parse_date_interval(*from_).first_day() : from, to,
                                       fps_, duration_s_);
    }

    // What goes together; before anything is loaded.
    void check_camera() const {
        if (camera_.empty() && !spin_deg_) {
            return;
        }
        if (!camera_.empty() && spin_deg_) {
            throw Error(ExitCode::usage, "--camera and --spin both move the view; choose one");
        }
        constexpr double kMostTurns_deg = 36000;
        if (spin_deg_ && !(std::abs(*spin_deg_) <= kMostTurns_deg && *spin_deg_ != 0)) {
            throw Error(ExitCode::usage,
                        fmt::format("--spin {}: expected degrees from {} to {}, not 0", *spin_deg_,
                                    -kMostTurns_deg, kMostTurns_deg));
        }
    }

    // Nothing unless the view moves.
    std::unique_ptr<render::CameraPainter> make_camera(Session& session, Picture& picture,
                                                       const CameraRows& rows) const {
        if (camera_.empty() && !spin_deg_) {
            return nullptr;
        }
        const render::Scene& scene = picture.scene();
        const auto& projection = scene.view().projection();
        if (spin_deg_ && !projection.is_disc()) {
            throw Error(ExitCode::usage,
                        fmt::format("--spin turns a globe, and {} is none; add --projection "
                                    "orthographic",
                                    projection.name()));
        }
        const render::Rect& area = scene.layout().map;
        auto path = spin_deg_ ? render::CameraPath::turning(projection, area, *spin_deg_,
                                                            scene.clock().duration_s)
                              : render::CameraPath(projection, area,
                                                   camera_keys(session, rows, scene.clock()),
                                                   render::free_part(scene.layout()));
        return std::make_unique<render::CameraPainter>(scene, picture.input(), picture.shading(),
                                                       picture.fonts(), std::move(path),
                                                       picture.cables());
    }

    std::vector<std::filesystem::path> own_files(const std::vector<Session*>& sides) const {
        std::vector<std::filesystem::path> files{captions_, camera_};
        if (sides.size() > 1) {
            files.push_back(sides[1]->options().runs.front());
        }
        const auto& with = picture_.clients.latency.with;
        files.insert(files.end(), with.begin(), with.end());
        return files;
    }

    Telling make_telling() const {
        Telling telling;
        telling.is_even = pace_ == "even";
        if (captions_ == "none") {
            telling.captions.emplace();
        } else if (captions_ != "auto") {
            telling.captions = read_captions(captions_);
        }
        return telling;
    }

    // One that fills the frame, or one for each provider of --split beside or under each other;
    // their places.
    std::vector<render::Rect> make_pictures(Session& session, const render::FilmClock& clock,
                                            const FrameSize& size, Telling& telling,
                                            std::vector<std::unique_ptr<Picture>>& pictures) const {
        if (split_.empty()) {
            pictures.push_back(
                std::make_unique<Picture>(session, picture_, clock, false, &telling));
            return {{0, 0, 1.0 * size.width, 1.0 * size.height}};
        }
        if (!picture_.providers.empty()) {
            throw Error(ExitCode::usage,
                        "--split says whom each part shows; leave out --providers");
        }
        telling.about = session.providers(split_);
        if (telling.about.size() < 2 || telling.about.size() > 4) {
            throw Error(ExitCode::usage,
                        fmt::format("--split {}: expected two to four providers, such as "
                                    "alibaba,aws",
                                    join(split_, ",")));
        }
        const auto scope = session.scope(picture_.scope.include, picture_.scope.exclude);
        telling.chart_least =
            strip_top(session, strip_kind(picture_.chart), telling.about, scope, clock.to);
        const auto places = split_frame(size, static_cast<int>(telling.about.size()));
        for (std::size_t i = 0; i < places.size(); ++i) {
            PictureOptions part = picture_;
            part.providers = {session.catalog().provider(telling.about[i]).id};
            part.coverage = lower_ascii(picture_.coverage) == "none" ? "none" : part.providers[0];
            part.size = fmt::format("{:.0f}x{:.0f}", places[i].width, places[i].height);
            pictures.push_back(std::make_unique<Picture>(session, part, clock, false, &telling));
            telling.backbone = pictures.back()->backbone();
        }
        return places;
    }

    // Two runs beside or under each other, each under its scenario's title; their places.
    std::vector<render::Rect> make_run_pictures(
        const std::vector<Session*>& sides, const render::FilmClock& clock, const FrameSize& size,
        Telling& telling, std::vector<std::unique_ptr<Picture>>& pictures) const {
        if (!split_.empty()) {
            throw Error(ExitCode::usage,
                        "two run folders are beside each other already; leave out --split");
        }
        for (Session* const side : sides) {
            telling.chart_least = std::max(
                telling.chart_least,
                strip_top(*side, strip_kind(picture_.chart), side->providers(picture_.providers),
                          side->scope(picture_.scope.include, picture_.scope.exclude), clock.to));
        }
        const auto places = split_frame(size, 2);
        const bool same_title = sides[0]->run()->title == sides[1]->run()->title;
        for (std::size_t i = 0; i < places.size(); ++i) {
            const sim::LoadedRun& run = *sides[i]->run();
            PictureOptions part = picture_;
            part.size = fmt::format("{:.0f}x{:.0f}", places[i].width, places[i].height);
            if (!part.title && same_title) {
                const auto name = run.folder.filename().string();
                part.title = fmt::format("{} ({})", run.title.empty() ? run.name : run.title,
                                         name.empty() ? "run" : name);
            }
            pictures.push_back(std::make_unique<Picture>(*sides[i], part, clock, false, &telling));
            telling.backbone = pictures.back()->backbone();
        }
        return places;
    }

    // Columns of a wide frame, rows of a tall one, four in a square, with a rule between them.
    static std::vector<render::Rect> split_frame(const FrameSize& size, int parts) {
        const bool is_wide = size.width >= size.height;
        const int along = is_wide ? size.width : size.height;
        const int rule = std::max(2, along / 960);
        std::vector<render::Rect> places;
        if (parts == 4) {
            const int width = (size.width - rule) / 2;
            const int height = (size.height - rule) / 2;
            for (int i = 0; i < parts; ++i) {
                places.push_back({1.0 * (i % 2) * (size.width - width),
                                  1.0 * (i / 2) * (size.height - height), 1.0 * width,
                                  1.0 * height});
            }
            return places;
        }
        for (int i = 0; i < parts; ++i) {
            const int from = i * (along + rule) / parts;
            const int to = (i + 1) * (along + rule) / parts - rule;
            places.push_back(
                is_wide ? render::Rect{1.0 * from, 0, 1.0 * (to - from), 1.0 * size.height}
                        : render::Rect{0, 1.0 * from, 1.0 * size.width, 1.0 * (to - from)});
        }
        return places;
    }

    void note_no_chart(Session& session, const Picture& picture) const {
        const auto& layout = picture.scene().layout();
        const bool is_asked_for = picture_.chart == "zones" || picture_.chart == "people";
        if (is_asked_for && layout.chart.width <= 0) {
            session.say(fmt::format("--chart {}: no room for curves in {} × {} pixels",
                                    picture_.chart, layout.width, layout.height));
        }
    }

    static void note_dropped(Session& session, const Telling& telling, const Picture& picture) {
        const std::size_t given = telling.captions ? telling.captions->size() : 0;
        if (given > picture.captions().size()) {
            session.say(
                fmt::format("{} of {} captions have dates outside of the film, {} to {}, "
                            "and are left out",
                            given - picture.captions().size(), given,
                            picture.scene().clock().from.iso(), picture.scene().clock().to.iso()));
        }
    }

    static void note_stillness(Session& session, const Picture& picture) {
        const auto& options = picture.scene().options();
        const auto& clock = picture.scene().clock();
        const sim::Timeline& timeline = *picture.input().timeline;
        const auto events = timeline.between(clock.from, clock.to.plus_days(1));
        const bool moves = std::any_of(events.begin(), events.end(), [&](const sim::Event& event) {
            const auto provider = timeline.catalog().region(event.region).provider;
            return std::find(options.providers.begin(), options.providers.end(), provider) !=
                   options.providers.end();
        });
        if (!moves) {
            session.say(
                fmt::format("nothing opens, closes or changes from {} to {}: the film is "
                            "of a still map",
                            clock.from.iso(), clock.to.iso()));
        }
    }

    // A little before the first opening of anyone who is shown.
    Date first_date(Session& session) const {
        const auto shown = session.providers(picture_.providers);
        const auto scope = session.scope(picture_.scope.include, picture_.scope.exclude);
        for (const sim::Event& event : session.timeline().events()) {
            const geo::Region& region = session.catalog().region(event.region);
            const bool counts =
                std::find(shown.begin(), shown.end(), region.provider) != shown.end() &&
                scope.counted[region.provider].has(region.region_class);
            if (counts && event.kind == geo::EventKind::opened) {
                return Date::from_ymd(event.date.year(), event.date.month(), 1);
            }
        }
        return session.timeline().first_date();
    }

    void check_length(const render::FilmSettings& settings, const render::FilmClock& clock) const {
        const std::int64_t frames = clock.frames();
        if (frames > kMostFrames) {
            throw Error(ExitCode::usage,
                        fmt::format("{} frames are too many; a film has at most {}. Shorten "
                                    "--duration or lower --fps",
                                    frames, kMostFrames));
        }
        const double pixels = 1.0 * settings.width * settings.height;
        const bool is_large =
            frames > kManyFrames || pixels * static_cast<double>(frames) > kManyPixels;
        if (is_large && !picture_.yes_large && !dry_run_) {
            const Estimate guess = estimate(settings.format, pixels, static_cast<double>(frames));
            throw Error(ExitCode::usage,
                        fmt::format("{} frames of {} × {} take about {:.0f} minutes and {:.1f} GB; "
                                    "say --yes-large to make them all the same",
                                    frames, settings.width, settings.height, guess.minutes,
                                    guess.bytes * 1e-9));
        }
    }

    static void tell(const render::FilmSettings& settings, const render::FilmClock& clock) {
        const auto frames = static_cast<double>(clock.frames());
        const Estimate guess =
            estimate(settings.format, 1.0 * settings.width * settings.height, frames);
        write_text("-",
                   fmt::format("film: {} ({})\nframes: {} of {} × {} at {} a second\ndates: {} to "
                               "{}\nbytes: about {:.1f} MB\nminutes: about {:.1f} on two cores\n",
                               settings.output.string(), to_string(settings.format), clock.frames(),
                               settings.width, settings.height, settings.fps, clock.from.iso(),
                               clock.to.iso(), guess.bytes * 1e-6, guess.minutes),
                   Overwrite::refuse);
    }

    OutputOptions output_;
    std::optional<std::string> from_;
    std::optional<std::string> to_;
    int fps_ = 30;
    double duration_s_ = 30;
    std::string captions_ = "auto";
    std::vector<std::string> split_;
    std::string camera_;
    std::optional<double> spin_deg_;
    std::string pace_ = "captions";
    std::vector<std::string> beside_;
    bool dry_run_ = false;
    bool resume_ = false;
    PictureOptions picture_;
};

}  // namespace

std::unique_ptr<Verb> make_animate_verb() {
    return std::make_unique<AnimateVerb>();
}

}  // namespace footprint::cli
