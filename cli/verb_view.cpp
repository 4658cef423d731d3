#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "cli/pictures/picture_options.h"
#include "cli/verbs.h"
#include "render/window/display.h"
#include "render/window/scene_painter.h"
#include "render/window/viewer.h"

namespace footprint::cli {
namespace {

constexpr int kFramesPerSecond = 30;

class ViewVerb final : public Verb {
  public:
    ViewVerb() {
        picture_.size = "720p";
        picture_.coverage = "none";  // shading waits for the one who asks for it
    }

    std::string name() const override { return "view"; }
    std::string summary() const override { return "Look at the map in a window"; }
    std::string description() const override {
        return "Opens a window with the map of a date. The wheel looks closer at what is under the "
               "cursor, dragging moves the map and, where it ends, turns the world. Space plays "
               "the film and pauses it, left and right step a month, Page Up and Page Down a year, "
               "Home and End go to the first and the last day, up and down change the speed. 1 to "
               "9, with shift the tenth and on, or a click on its line of the legend show and hide "
               "a provider, 0 shows the whole world again, S "
               "saves the picture as a PNG, H or ? lists the keys, Q and Escape close the window. "
               "The "
               "window shows what 'animate' paints, and needs a graphical session.";
    }
    std::vector<Example> examples() const override {
        return {{"footprint view", "Every provider today"},
                {"footprint view --coverage alibaba --at 2025-09",
                 "Whom Alibaba Cloud can serve, at the end of September 2025"},
                {"footprint view --providers aws,azure --from 2015 --at 2015-12",
                 "Two providers; space plays on from the end of 2015"}};
    }
    void options(OptionSet& options) override {
        options.add("--at", &at_, "DATE", "The date to show first (the film's last when left out)")
            .add("--from", &from_, "DATE", "First date of the film (the first event when left out)")
            .add("--to", &to_, "DATE", "Last date of the film (the catalog's own when left out)")
            .add("--duration", &duration_s_, "SECONDS", "Length of the film at normal speed")
            .add("-o,--output", &folder_, "FOLDER",
                 "Folder for the pictures that S saves (the current one when left out)");
        options.add("--state-json", &state_json_, "FILE",
                    "Keep FILE telling what the window shows: date, place, scale, providers");
        picture_.declare(options);
    }

    void run(Session& session) override {
        const render::OpenDisplay display;
        check_folder();
        if (!state_json_.empty()) {
            refuse_unwritable(state_json_);
        }
        const Date to = session.date_or_as_of(to_);
        const Date at = at_ ? parse_date_as_of(*at_) : to;
        const Date from = from_ ? parse_date_interval(*from_).first_day()
                                : std::min(session.timeline().first_date(), at);
        const auto clock =
            render::FilmClock::make(from, std::max(to, at), kFramesPerSecond, duration_s_);
        Picture picture(session, picture_, clock, false);
        const render::SceneOptions& scene = picture.scene().options();
        render::ScenePainter painter(picture.input(), scene, clock, picture.shading(),
                                     picture.fonts(), picture.cables());
        render::ViewerOptions viewer;
        viewer.width = scene.width;
        viewer.height = scene.height;
        viewer.ground = picture.scene().theme().background;
        viewer.settings = render::view_settings(scene, clock, at);
        viewer.screenshots = folder_;
        viewer.state_json = state_json_;
        for (const geo::ProviderIndex provider : scene.providers) {
            viewer.providers.push_back(picture.input().timeline->catalog().provider(provider).id);
        }
        viewer.say = [&session](const std::string& line) { session.say(line); };
        session.say("H lists the keys, Q closes the window");
        render::run_viewer(display, viewer, painter);
    }

  private:
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
    std::filesystem::path folder_ = ".";
    std::filesystem::path state_json_;
    PictureOptions picture_;
};

}  // namespace

std::unique_ptr<Verb> make_view_verb() {
    return std::make_unique<ViewVerb>();
}

}  // namespace footprint::cli
