#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/pictures/picture_options.h"
#include "cli/verbs.h"
#include "cli/view/film_order.h"
#include "cli/view/view_place.h"
#include "cli/view/view_source.h"
#include "render/window/display.h"
#include "render/window/scene_painter.h"
#include "render/window/view_memory.h"
#include "render/window/viewer.h"

namespace footprint::cli {
namespace {

constexpr int kFramesPerSecond = 30;

// A folder that goes when it does.
class ScratchFolder {
  public:
    ScratchFolder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "footprint-view-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw Error(ExitCode::failed, "cannot make a folder for the run beside " + name);
        }
        path_ = name;
    }
    ~ScratchFolder() {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

class ViewVerb final : public Verb {
  public:
    ViewVerb() {
        picture_.size = "720p";
        picture_.coverage = "none";  // shading waits for the one who asks for it
    }

    std::string name() const override { return "view"; }
    std::string summary() const override { return "Look at the map in a window"; }
    std::string description() const override {
        return "Opens a window with the map of a date, a timeline and controls below it. The wheel "
               "looks closer at what is under the cursor, dragging moves the map and, where it "
               "ends, turns the world. A symbol under the cursor says what it stands for; a click "
               "keeps that in sight, and a click on land says who serves the place best and how "
               "fast. / searches a city or a region, A puts two providers left and right of a "
               "line, X takes a region out, R records what is on the screen as a film, S saves it "
               "as a PNG, ? lists every key.\n\n"
               "A run folder or a scenario (which is run first) is shown like any other timeline. "
               "Without options that say what to see the window opens as it was left. It shows "
               "what 'animate' paints, and needs a graphical session. See docs/window.md.";
    }
    std::vector<Example> examples() const override {
        return {{"footprint view", "Every provider today"},
                {"footprint view --coverage alibaba --at 2025-09",
                 "Whom Alibaba Cloud can serve, at the end of September 2025"},
                {"footprint view --providers aws,azure --from 2015 --at 2015-12",
                 "Two providers; space plays on from the end of 2015"},
                {"footprint view run", "A run of 'simulate'; a scenario.toml does, too"}};
    }
    void options(OptionSet& options) override {
        options.takes_runs();
        options.add("scenario", &scenario_, "RUN|SCENARIO",
                    "A run folder, or a scenario (.toml) to run and look at");
        options.add("--at", &at_, "DATE", "The date to show first (the film's last when left out)")
            .add("--from", &from_, "DATE", "First date of the film (the first event when left out)")
            .add("--to", &to_, "DATE", "Last date of the film (the catalog's own when left out)")
            .add("--duration", &duration_s_, "SECONDS", "Length of the film at normal speed")
            .add("-o,--output", &folder_, "FOLDER",
                 "Folder for the pictures that S saves (the current one when left out)");
        options
            .add("--scale", &scale_, "FACTOR",
                 "Size of the controls, 1 to 3 (the display's own, Xft.dpi, when left out)")
            .flag("--fresh", fresh_, "Open the whole world, not the view as it was left")
            .add("--state-json", &state_json_, "FILE",
                 "Keep FILE telling what the window shows: date, place, controls, cards");
        picture_.declare(options);
    }

    void run(Session& session) override {
        const render::OpenDisplay display;
        check_folder();
        check_scale();
        if (!state_json_.empty()) {
            refuse_unwritable(state_json_);
        }
        if (!scenario_) {
            look(session, display);
            return;
        }
        const ScratchFolder scratch;
        GlobalOptions globals = session.options();
        globals.runs = {simulated(session, scratch.path())};
        Session run(globals);
        look(run, display);
    }

  private:
    void look(Session& session, const render::OpenDisplay& display) {
        const Date to = session.date_or_as_of(to_);
        const Date at = at_ ? parse_date_as_of(*at_) : to;
        const Date from = from_ ? parse_date_interval(*from_).first_day()
                                : std::min(session.timeline().first_date(), at);
        const auto clock =
            render::FilmClock::make(from, std::max(to, at), kFramesPerSecond, duration_s_);
        const PictureOptions plain = without_shading();
        Picture picture(session, plain, clock, false);
        const render::SceneOptions& scene = picture.scene().options();
        ViewSource source(session, picture_, picture);
        render::ScenePainter painter(
            picture.input(), scene, clock, [&source] { return source.shading(); }, picture.fonts(),
            picture.cables());
        auto viewer = viewer_options(session, picture, clock, at);
        viewer.scale = scale_.value_or(display.scale());
        if (viewer.remembered.empty() && picture_.size == ViewVerb().picture_.size) {
            grow(viewer, display);
        }
        render::run_viewer(display, viewer, painter, source);
    }

    render::ViewerOptions viewer_options(Session& session, const Picture& picture,
                                         const render::FilmClock& clock, Date at) {
        const render::SceneOptions& scene = picture.scene().options();
        const geo::Catalog& catalog = session.catalog();
        render::ViewerOptions viewer;
        viewer.width = scene.width;
        viewer.height = scene.height;
        viewer.theme = picture_.theme;
        viewer.lon0 = picture_.lon0;
        viewer.settings = render::view_settings(scene, clock, at);
        viewer.settings.look.shade = shade(session, scene);
        viewer.settings.look.threshold_ms = picture_.threshold_ms();
        viewer.screenshots = folder_;
        viewer.state_json = state_json_;
        for (const geo::ProviderIndex provider : scene.providers) {
            viewer.providers.push_back(catalog.provider(provider).id);
            viewer.names.push_back(catalog.provider(provider).short_name);
        }
        viewer.events = view_events(*picture.input().timeline, scene);
        viewer.say = [&session](const std::string& line) { session.say(line); };
        FilmWish wish;
        wish.picture = &picture_;
        wish.globals = session.options();
        wish.timeline = &session.timeline();
        wish.providers = viewer.providers;
        wish.from = clock.from;
        wish.to = clock.to;
        wish.duration_s = duration_s_;
        wish.folder = folder_;
        viewer.film = [wish](const render::ViewQuestion& seen) { return film_order(wish, seen); };
        remember(session, viewer);
        session.say("? lists the keys, Q closes the window");
        return viewer;
    }

    // The usual size, grown as the controls are, as far as the screen has room for both.
    static void grow(render::ViewerOptions& viewer, const render::OpenDisplay& display) {
        constexpr double kControls_px = 110;
        const double fits =
            std::min(1.0 * display.width() / viewer.width,
                     (display.height() - kControls_px * viewer.scale) / viewer.height);
        const double factor = std::clamp(fits, 1.0, viewer.scale);
        viewer.width = static_cast<int>(viewer.width * factor);
        viewer.height = static_cast<int>(viewer.height * factor);
    }

    // Views of the shipped facts are remembered; of others only while they are looked at.
    void remember(const Session& session, render::ViewerOptions& viewer) {
        const GlobalOptions& globals = session.options();
        const bool is_ours = globals.runs.empty() && globals.catalogs.empty();
        if (!is_ours) {
            return;
        }
        if (!fresh_ && says_nothing()) {
            viewer.remembered = kept_view();
            if (const auto size = render::remembered_size(viewer.remembered)) {
                std::tie(viewer.width, viewer.height) = *size;
            }
        }
        viewer.remember = [&session](const std::string& text) {
            if (!keep_view(text)) {
                session.detail("the view could not be remembered in " + view_place().string());
            }
        };
    }

    // Was the window opened without a word about what to see?
    bool says_nothing() {
        ViewVerb fresh;
        OptionSet now;
        OptionSet plain;
        picture_.declare(now);
        fresh.picture_.declare(plain);
        return !at_ && !from_ && !to_ && duration_s_ == fresh.duration_s_ &&
               option_words(now, plain).empty();
    }

    // What the window shades is loaded when it first does.
    PictureOptions without_shading() const {
        PictureOptions plain = picture_;
        plain.coverage = "none";
        if (!plain.cables) {
            plain.clients.latency = {};
        }
        static_cast<void>(picture_.threshold_ms());  // throws for what is none
        return plain;
    }

    int shade(Session& session, const render::SceneOptions& scene) const {
        const std::string coverage = lower_ascii(picture_.coverage);
        if (coverage == "none") {
            return render::kNoShade;
        }
        if (coverage == "best") {
            return render::kBestShade;
        }
        const auto provider = session.catalog().require_provider(picture_.coverage);
        const auto& all = scene.providers;
        const auto place = std::find(all.begin(), all.end(), provider);
        if (place == all.end()) {
            throw Error(ExitCode::usage,
                        fmt::format("--coverage {}: it is not one of the providers shown; add it "
                                    "to --providers",
                                    picture_.coverage));
        }
        return static_cast<int>(place - all.begin());
    }

    // The run of the scenario, in a folder of ours.
    std::filesystem::path simulated(Session& session, const std::filesystem::path& folder) const {
        if (lower_ascii(std::filesystem::path(*scenario_).extension().string()) != ".toml") {
            throw Error(
                ExitCode::usage,
                fmt::format("'{}' is neither a run folder nor a scenario (.toml)", *scenario_));
        }
        const auto simulate = make_simulate_verb();
        OptionSet options;
        simulate->options(options);
        const auto run = folder / "run";
        parse_options("footprint simulate", options, {*scenario_, "-o", run.string()});
        simulate->run(session);
        return run;
    }

    void check_scale() const {
        if (scale_ && !(*scale_ >= 1 && *scale_ <= 3)) {
            throw Error(ExitCode::usage,
                        fmt::format("--scale {}: expected a factor from 1 to 3", *scale_));
        }
    }

    void check_folder() const {
        if (!std::filesystem::is_directory(folder_)) {
            throw Error(ExitCode::usage,
                        fmt::format("--output {} is not a folder; expected one that exists, for "
                                    "the pictures that key S saves",
                                    folder_.string()));
        }
    }

    std::optional<std::string> at_;
    std::optional<std::string> from_;
    std::optional<std::string> to_;
    double duration_s_ = 30;
    std::optional<std::string> scenario_;
    std::optional<double> scale_;
    bool fresh_ = false;
    std::filesystem::path folder_ = ".";
    std::filesystem::path state_json_;
    PictureOptions picture_;
};

}  // namespace

std::unique_ptr<Verb> make_view_verb() {
    return std::make_unique<ViewVerb>();
}

}  // namespace footprint::cli
