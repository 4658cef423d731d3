// What `map`, `animate` and every other verb that draws share: options, and the picture they make.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/frame/command.h"
#include "cli/frame/coverage_options.h"
#include "geo/atlas/people.h"
#include "render/paint/frame_painter.h"
#include "render/scene/scene.h"
#include "sim/coverage/coverage.h"
#include "sim/latency/latency_model.h"

namespace footprint::cli {

struct PictureOptions {
    std::vector<std::string> providers;
    std::string coverage = "best";  // none | best | a provider
    // One number; a list, because the other verbs take several and the error should say so.
    std::vector<double> thresholds_ms{sim::kHeadlineThreshold_ms};
    std::string projection = "equal-earth";
    double lon0 = 11;
    std::string theme = "dark";
    std::string size = "1080p";
    std::optional<std::string> title;
    std::optional<std::string> subtitle;
    bool no_labels = false;
    bool chances = false;
    bool yes_large = false;
    bool cables = false;
    std::string serve = "anywhere";
    std::string chart =
        "regions";  // of verbs that declare_chart(): regions | zones | people | none
    ClientFlags clients;
    ScopeOptions scope;

    void declare(OptionSet& options);
    // The one threshold. Throws Error (usage) for several, or one out of range.
    double threshold_ms() const;
};

struct FrameSize {
    int width = 0;
    int height = 0;
};
// "720p", "1080p", "1440p", "4k", "square", "portrait" or "WIDTHxHEIGHT". Throws Error (usage).
FrameSize parse_frame_size(const std::string& text);
// Throws Error (usage) for a still so large that it is asked for twice (--yes-large).
void check_still_size(const FrameSize& size, bool yes_large);

// What a film tells, and how its time runs.
struct Telling {
    bool is_even = false;  // time runs evenly, whatever is told
    // Nothing: chosen from the timeline; empty: none.
    std::optional<std::vector<render::Caption>> captions;
    // Whose events are chosen from, when others are seen beside this picture; those of the
    // picture's own providers are shown in it.
    std::vector<geo::ProviderIndex> about;
    double chart_least = 0;  // charts of pictures beside each other have one scale
    std::shared_ptr<const sim::Backbone> backbone;  // loaded by a picture before
    // Instead of both, from what the film shows. Called once, while the picture is made.
    std::function<std::vector<render::Caption>(const render::ShadingInput&,
                                               const std::vector<geo::ProviderIndex>& shading)>
        choose;
};

// Everything a picture needs, owned in one place.
class Picture {
  public:
    // Unless `still`, doubtful dates are spread over their intervals, else their middles stand.
    // With a `telling` the clock runs slower where there is something to read. Throws Error
    // (usage).
    Picture(Session& session, const PictureOptions& options, const render::FilmClock& clock,
            bool still, const Telling* telling = nullptr);

    const render::SceneInput& input() const { return input_; }
    const std::optional<render::ShadingInput>& shading() const { return shading_; }
    sim::CableTraffic* cables() { return cables_.get(); }  // nothing unless they are shown
    const render::Scene& scene() const { return *scene_; }
    render::FramePainter& painter();  // made when first asked for
    const render::FontSet& fonts() const { return fonts_; }
    const std::string& credits() const { return credits_; }
    const std::shared_ptr<const sim::Backbone>& backbone() const { return backbone_; }
    // Of a film with a telling, with their times.
    const std::vector<render::Caption>& captions() const { return captions_; }

  private:
    static void note_idle_options(Session& session, const PictureOptions& options,
                                  const render::SceneOptions& scene);
    // What the strip tells beyond the scene's own counts.
    void add_chart(Session& session, const render::FilmClock& clock, sim::ServeRule serve,
                   render::SceneOptions& scene);
    render::ShadingInput measured(Session& session, const render::SceneOptions& scene,
                                  sim::ServeRule serve) const;
    void add_cables(Session& session, const PictureOptions& options, sim::ServeRule serve,
                    std::shared_ptr<const sim::Backbone> backbone,
                    const render::SceneOptions& scene);

    render::FilmClock tell(const Telling& telling, const render::FilmClock& clock,
                           render::SceneOptions& scene);

    geo::Catalog spread_;
    std::vector<render::Caption> captions_;
    std::optional<sim::Timeline> timeline_;
    std::optional<sim::Timeline> likely_;  // with chances: what opens in at least half of the runs
    std::unique_ptr<sim::LatencyModel> model_;
    std::optional<geo::DemandPoints> people_;
    std::unique_ptr<sim::CableTraffic> cables_;
    render::FontSet fonts_;
    std::string credits_;
    std::shared_ptr<const sim::Backbone> backbone_;  // nothing where it is not asked for
    render::SceneInput input_;
    std::optional<render::ShadingInput> shading_;
    std::unique_ptr<render::Scene> scene_;
    std::unique_ptr<render::FramePainter> painter_;
};

}  // namespace footprint::cli
