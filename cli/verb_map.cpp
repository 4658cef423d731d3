#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "cli/frame/coverage_options.h"
#include "cli/pictures/picture_file.h"
#include "cli/pictures/picture_options.h"
#include "cli/pictures/strip_series.h"
#include "cli/verbs.h"
#include "render/paint/png.h"

namespace footprint::cli {
namespace {

class MapVerb final : public Verb {
  public:
    std::string name() const override { return "map"; }
    std::string summary() const override { return "Draw the regions of a date as a picture"; }
    std::string description() const override {
        return "Draws one date as a PNG, SVG or PDF: every provider's regions by shape and colour, "
               "larger with more zones, hollow when announced, crossed when closed; with "
               "--coverage, the land shaded by modelled round-trip time; a legend, a chart of how "
               "it came about, and the sources.";
    }
    std::vector<Example> examples() const override {
        return {{"footprint map -o clouds.png", "Every provider today"},
                {"footprint map --coverage alibaba --at 2025-09 -o alibaba.png",
                 "Whom Alibaba Cloud can serve, at the end of September 2025"},
                {"footprint map --providers aws,azure,google --theme light -o three.svg",
                 "Three providers on white, for print"}};
    }
    void options(OptionSet& options) override {
        options.takes_runs();
        output_.declare(options, "PNG, SVG or PDF to write");
        options.add("--at", &at_, "DATE", "The date to draw (the catalog's own when left out)");
        declare_chart(options, picture_.chart);
        picture_.declare(options);
    }
    void run(Session& session) override {
        if (!output_.output) {
            throw Error(ExitCode::usage, "map needs an output: -o FILE.png, .svg or .pdf");
        }
        const std::filesystem::path& target = *output_.output;
        const PictureFormat format = picture_format(target, output_.format);
        output_.check_writable();
        check_still_size(parse_frame_size(picture_.size), picture_.yes_large);
        const Date at = session.date_or_as_of(at_);
        const Date first = session.timeline().first_date();
        const auto clock = render::FilmClock::make(std::min(first, at.plus_days(-365)), at, 1, 1);
        Picture picture(session, picture_, clock, true);
        render::Moment moment;
        moment.day = at.days();
        write_text(target, paint(picture, moment, format), output_.mode());
        say_wrote(session, output_);
        if (picture.shading()) {
            note_held_people(session, at);
        }
    }

  private:
    static std::string paint(Picture& picture, const render::Moment& moment, PictureFormat format) {
        const std::string& title = picture.scene().title();
        if (format == PictureFormat::png) {
            return render::encode_png(picture.painter().still(moment),
                                      {{"Title", title}, {"Description", picture.credits()}});
        }
        const auto& layout = picture.scene().layout();
        return render::paint_vector(
            picture.painter().still_list(moment), layout.width, layout.height,
            format == PictureFormat::svg ? render::VectorFormat::svg : render::VectorFormat::pdf,
            {title, picture.credits()}, picture.fonts());
    }

    OutputOptions output_;
    std::optional<std::string> at_;
    PictureOptions picture_;
};

}  // namespace

std::unique_ptr<Verb> make_map_verb() {
    return std::make_unique<MapVerb>();
}

}  // namespace footprint::cli
