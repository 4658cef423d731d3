// The days that brought most people within reach or out of it: a short film, a text and a table.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/csv.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/frame/coverage_options.h"
#include "cli/pictures/film_extras.h"
#include "cli/pictures/picture_options.h"
#include "cli/verbs.h"
#include "render/film/film.h"

namespace footprint::cli {
namespace {
namespace fs = std::filesystem;

constexpr int kMostJumps = 40;

// What happened on one day, and whom it reached or lost. The people of that day, before and after.
struct Jump {
    struct Deed {
        geo::RegionIndex region = 0;
        geo::EventKind kind = geo::EventKind::opened;
    };
    Date date;
    std::vector<Deed> deeds;  // what made the difference first
    double before = 0;
    double after = 0;
    double people = 0;

    double gain() const { return after - before; }
};

// A folder that is there only when it is complete.
class NewFolder {
  public:
    NewFolder(const fs::path& target, Overwrite overwrite)
        : target_(target.has_filename() ? target : target.parent_path()), overwrite_(overwrite) {
        if (fs::exists(target_) && (overwrite_ == Overwrite::refuse || !is_ours())) {
            refuse_existing(target_, Overwrite::refuse);
        }
        path_ = target_.parent_path() /
                fmt::format(".{}.{}.part", target_.filename().string(), ::getpid());
        std::error_code error;
        fs::create_directory(path_, error);
        if (error) {
            throw Error(ExitCode::failed, fmt::format("cannot make the folder {}: {}",
                                                      target_.string(), error.message()));
        }
    }
    ~NewFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    NewFolder(const NewFolder&) = delete;
    NewFolder& operator=(const NewFolder&) = delete;

    const fs::path& path() const { return path_; }

    void commit() {
        std::error_code error;
        if (overwrite_ == Overwrite::replace) {
            fs::remove_all(target_, error);
        }
        fs::rename(path_, target_, error);
        if (error) {
            throw Error(ExitCode::failed, fmt::format("cannot put the story at {}: {}",
                                                      target_.string(), error.message()));
        }
    }

  private:
    // An earlier story, not somebody's folder.
    bool is_ours() const {
        return fs::is_directory(target_) &&
               (fs::is_empty(target_) || fs::exists(target_ / "jumps.csv"));
    }

    fs::path target_;
    Overwrite overwrite_;
    fs::path path_;
};

class StoryVerb final : public Verb {
  public:
    std::string name() const override { return "story"; }
    std::string summary() const override {
        return "Tell the biggest jumps in coverage as a short film, a text and a table";
    }
    std::string description() const override {
        return "Finds the days on which most people came within --threshold of a region, or fell "
               "out of it, as regions opened, closed or failed, and writes a folder: film.mp4, in "
               "which time slows at each of them, film.vtt (its captions), film.poster.png, "
               "film.alt.txt (what is seen), story.md (the text) and jumps.csv (every number of "
               "the text and the captions). Before and after are counted with the people of the "
               "same day, so that growth of the population is no jump. The film needs ffmpeg.";
    }
    std::vector<Example> examples() const override {
        return {
            {"footprint story --coverage alibaba --jumps 3 --size 720p --fps 10 -o alibaba",
             "What brought Alibaba Cloud closest to the world's people"},
            {"footprint story --coverage aws --in Africa --jumps 2 --size 720p --fps 10 -o africa",
             "AWS and the people of Africa"}};
    }
    void options(OptionSet& options) override {
        options.takes_runs();
        options.add("-o,--output", &output_, "FOLDER", "Folder to write").required();
        options.flag("-O,--overwrite", overwrite_, "Replace a story that is there");
        options.add("--jumps", &jumps_wanted_, "N", "How many jumps are told, 1 to 40")
            .add("--in", &area_, "AREA", "The people of a country, a continent or the world")
            .add("--from", &from_, "DATE", "First date (the first opening when left out)")
            .add("--to", &to_, "DATE", "Last date (the catalog's own when left out)")
            .add("--fps", &fps_, "N", "Frames a second")
            .add("--duration", &duration_s_, "SECONDS",
                 "Length of the film (4 s and 6 for each jump when left out)");
        picture_.declare(options);
    }

    void run(Session& session) override {
        if (jumps_wanted_ < 1 || jumps_wanted_ > kMostJumps) {
            throw Error(ExitCode::usage,
                        fmt::format("--jumps {}: expected 1 to {}", jumps_wanted_, kMostJumps));
        }
        if (lower_ascii(picture_.coverage) == "none") {
            throw Error(ExitCode::usage,
                        "--coverage none: a story is about whom regions reach; name a provider, or "
                        "best");
        }
        atlas_ = &session.atlas();
        people_area_ = require_areas(*atlas_, {area_})[0];
        const FrameSize size = parse_frame_size(picture_.size);
        render::FilmSettings settings;
        settings.width = size.width;
        settings.height = size.height;
        settings.fps = fps_;
        settings.output = "film.mp4";
        settings.overwrite = Overwrite::replace;
        render::check_film_settings(settings);
        const auto clock = make_clock(session);
        NewFolder folder(output_, overwrite_ ? Overwrite::replace : Overwrite::refuse);
        settings.output = folder.path() / "film.mp4";
        name_the_film(session);
        Telling telling;
        telling.choose = [&](const render::ShadingInput& shading,
                             const std::vector<geo::ProviderIndex>& whose) {
            find_jumps(shading, whose, clock);
            return captions(*shading.timeline);
        };
        std::vector<std::unique_ptr<Picture>> pictures;
        pictures.push_back(std::make_unique<Picture>(session, picture_, clock, false, &telling));
        Picture& picture = *pictures.front();
        settings.title = picture.scene().title();
        settings.credits = picture.credits();
        settings.inputs = inputs_digest(session, picture_.clients.latency.with);
        const std::vector<render::Panel> panels{{&picture.scene(), &picture.painter(), 0, 0}};
        render::write_film(panels, settings, session.progress_style());
        FilmExtras({"all"}, settings.output, Overwrite::refuse).write(pictures, panels, settings);
        const sim::Timeline& timeline = *picture.input().timeline;
        write_text(folder.path() / "jumps.csv", table(timeline), Overwrite::refuse);
        write_text(folder.path() / "story.md", text(timeline, picture), Overwrite::refuse);
        folder.commit();
        session.say(
            fmt::format("wrote {}: film.mp4, film.vtt, film.poster.png, film.alt.txt, "
                        "story.md, jumps.csv",
                        output_.string()));
    }

  private:
    render::FilmClock make_clock(Session& session) const {
        const Date from =
            from_ ? parse_date_interval(*from_).first_day() : session.timeline().first_date();
        return render::FilmClock::make(from, session.date_or_as_of(to_), fps_,
                                       duration_s_.value_or(4 + 6.0 * jumps_wanted_));
    }

    bool shades_best() const { return lower_ascii(picture_.coverage) == "best"; }

    void name_the_film(Session& session) {
        whose_ = "the clouds";
        if (!shades_best()) {
            const auto provider = session.catalog().require_provider(picture_.coverage);
            whose_ = session.catalog().provider(provider).name;
            // Whom the story is not about would only be in the way.
            if (picture_.providers.empty()) {
                picture_.providers = {session.catalog().provider(provider).id};
            }
        }
        where_ = people_area_.is_world ? "the world" : people_area_.name;
        if (!picture_.title) {
            // Falls are told, too: neither closer nor farther.
            picture_.title = fmt::format("Whom {} reach{} in {}: the biggest changes", whose_,
                                         shades_best() ? "" : "es", where_);
        }
    }

    static bool serves_otherwise(geo::EventKind kind) {
        return kind == geo::EventKind::opened || kind == geo::EventKind::closed ||
               kind == geo::EventKind::impaired || kind == geo::EventKind::restored;
    }
    static bool brings_people(geo::EventKind kind) {
        return kind == geo::EventKind::opened || kind == geo::EventKind::restored;
    }

    // Days on which something of `whose` came into service or went out of it.
    static std::vector<Jump> days_of_change(const sim::Timeline& timeline,
                                            const std::vector<geo::ProviderIndex>& whose,
                                            const sim::RegionScope& scope,
                                            const render::FilmClock& clock) {
        std::vector<Jump> found;
        for (const sim::Event& event : timeline.events()) {
            const geo::Region& region = timeline.catalog().region(event.region);
            const bool counts =
                serves_otherwise(event.kind) && event.date >= clock.from &&
                event.date <= clock.to && event.provenance != sim::Provenance::undated &&
                std::find(whose.begin(), whose.end(), region.provider) != whose.end() &&
                scope.counted[region.provider].has(region.region_class);
            if (!counts) {
                continue;
            }
            if (found.empty() || found.back().date != event.date) {
                found.push_back({event.date, {}, 0, 0, 0});
            }
            found.back().deeds.push_back({event.region, event.kind});
        }
        return found;
    }

    void find_jumps(const render::ShadingInput& shading,
                    const std::vector<geo::ProviderIndex>& whose, const render::FilmClock& clock) {
        auto found = days_of_change(*shading.timeline, whose, shading.options.scope, clock);
        sim::CoverageEngine engine(*shading.timeline, *shading.atlas, *shading.people,
                                   *shading.model, shading.options);
        const std::span<const geo::Atlas::Area> area(&people_area_, 1);
        for (Jump& jump : found) {
            const auto before = engine.coverage(area, whose, jump.date.plus_days(-1), jump.date)[0];
            const auto after = engine.coverage(area, whose, jump.date, jump.date)[0];
            jump.before = before.people_within[0];
            jump.after = after.people_within[0];
            jump.people = after.people;
            std::stable_partition(jump.deeds.begin(), jump.deeds.end(),
                                  [&](const Jump::Deed& deed) {
                                      return brings_people(deed.kind) == (jump.gain() > 0);
                                  });
        }
        std::erase_if(found, [](const Jump& jump) { return std::abs(jump.gain()) < 1; });
        if (found.empty()) {
            throw Error(
                ExitCode::failed,
                fmt::format("nothing that {} opened or closed from {} to {} changed whom of {} "
                            "it has within {:g} ms; there is nothing to tell",
                            whose_, clock.from.iso(), clock.to.iso(), where_,
                            shading.options.thresholds_ms[0]));
        }
        std::stable_sort(found.begin(), found.end(), [](const Jump& a, const Jump& b) {
            return std::abs(a.gain()) > std::abs(b.gain());
        });
        found.resize(std::min(found.size(), static_cast<std::size_t>(jumps_wanted_)));
        std::sort(found.begin(), found.end(),
                  [](const Jump& a, const Jump& b) { return a.date < b.date; });
        jumps_ = std::move(found);
        threshold_ms_ = shading.options.thresholds_ms[0];
    }

    // "Alibaba opens Mexico City", "AWS opens Tokyo and two more", "AWS impaired in Dubai".
    static std::string deed(const sim::Timeline& timeline, const Jump& jump) {
        const Jump::Deed& first = jump.deeds.front();
        const geo::Region& region = timeline.catalog().region(first.region);
        const std::string& place = region.city.empty() ? region.name : region.city;
        std::string text =
            fmt::format("{} {} {}", timeline.catalog().provider(region.provider).short_name,
                        verb(first.kind), place);
        const auto alike =
            std::count_if(jump.deeds.begin(), jump.deeds.end(),
                          [&](const Jump::Deed& other) { return other.kind == first.kind; });
        if (alike > 1) {
            text += fmt::format(" and {} more", number_word(static_cast<std::size_t>(alike) - 1));
        }
        return text;
    }

    static const char* verb(geo::EventKind kind) {
        switch (kind) {
            case geo::EventKind::closed:
                return "closes";
            case geo::EventKind::impaired:
                return "impaired in";
            case geo::EventKind::restored:
                return "restored in";
            default:
                return "opens";
        }
    }

    // "+86 M", "−86 M".
    static std::string signed_count(double gain) {
        return (gain < 0 ? "\u2212" : "+") + human_count(std::abs(gain));
    }

    std::vector<render::Caption> captions(const sim::Timeline& timeline) const {
        const std::string in = people_area_.is_world ? "" : " in " + where_;
        std::vector<render::Caption> told;
        for (const Jump& jump : jumps_) {
            render::Caption caption;
            caption.region = jump.deeds.front().region;
            caption.date = jump.date;
            caption.text = fmt::format("{}: {} people{} within {:g} ms", deed(timeline, jump),
                                       signed_count(jump.gain()), in, threshold_ms_);
            told.push_back(std::move(caption));
        }
        return told;
    }

    static double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

    std::string table(const sim::Timeline& timeline) const {
        std::string csv =
            "date,provider,events,regions,cities,threshold_ms,area,people,people_before,"
            "people_after,gain,share_before,share_after\n";
        for (const Jump& jump : jumps_) {
            std::vector<std::string> events;
            std::vector<std::string> ids;
            std::vector<std::string> cities;
            std::vector<std::string> providers;
            for (const Jump::Deed& done : jump.deeds) {
                const geo::Region& region = timeline.catalog().region(done.region);
                events.emplace_back(geo::to_string(done.kind));
                const std::string& id = timeline.catalog().provider(region.provider).id;
                ids.push_back(id + ":" + region.id);
                cities.push_back(region.city);
                if (std::find(providers.begin(), providers.end(), id) == providers.end()) {
                    providers.push_back(id);
                }
            }
            csv += fmt::format("{},{},{},{},{},{:g},{},{:.0f},{:.0f},{:.0f},{:.0f},{:.4f},{:.4f}\n",
                               jump.date.iso(), csv_text(join(providers, ";")),
                               csv_text(join(events, ";")), csv_text(join(ids, ";")),
                               csv_text(join(cities, ";")), threshold_ms_, csv_text(where_),
                               jump.people, jump.before, jump.after, jump.after - jump.before,
                               share(jump.before, jump.people), share(jump.after, jump.people));
        }
        return csv;
    }

    std::string text(const sim::Timeline& timeline, const Picture& picture) const {
        std::string story = fmt::format("# {}\n\n", picture.scene().title());
        const auto largest = std::max_element(
            jumps_.begin(), jumps_.end(),
            [](const Jump& a, const Jump& b) { return std::abs(a.gain()) < std::abs(b.gain()); });
        story += fmt::format(
            "The biggest step came in {}: {}, and {} {} people are within {:g} ms of {}.\n",
            largest->date.year_month(), deed(timeline, *largest),
            human_count(std::abs(largest->gain())), largest->gain() < 0 ? "fewer" : "more",
            threshold_ms_, whose_);
        for (const Jump& jump : jumps_) {
            story += fmt::format("\n**{}** {}. {}\n", jump.date.year_month(), deed(timeline, jump),
                                 change(jump));
        }
        story += fmt::format(
            "\nRound-trip times are modelled ({}), not measured. Where only the month or year of "
            "an "
            "opening is known, it stands on a day within. Every number is in jumps.csv. Facts as "
            "of "
            "{}.\n\nSources: {}\n",
            picture.scene().options().model, timeline.catalog().facts_as_of().iso(),
            picture.credits());
        return story;
    }

    std::string change(const Jump& jump) const {
        const std::string after = fmt::format("{} people ({:.1f} % of {})", human_count(jump.after),
                                              100 * share(jump.after, jump.people), where_);
        if (jump.before < 1) {
            return fmt::format("Nobody was within {:g} ms before; now {} are.", threshold_ms_,
                               after);
        }
        return fmt::format("{} people ({:.1f} %) were within {:g} ms before; now {} are, {} {}.",
                           human_count(jump.before), 100 * share(jump.before, jump.people),
                           threshold_ms_, after, human_count(std::abs(jump.gain())),
                           jump.gain() < 0 ? "fewer" : "more");
    }

    fs::path output_;
    bool overwrite_ = false;
    int jumps_wanted_ = 10;
    std::string area_ = "world";
    std::optional<std::string> from_;
    std::optional<std::string> to_;
    int fps_ = 30;
    std::optional<double> duration_s_;
    PictureOptions picture_;

    const geo::Atlas* atlas_ = nullptr;
    geo::Atlas::Area people_area_;
    std::string whose_;
    std::string where_;
    std::vector<Jump> jumps_;
    double threshold_ms_ = 50;
};

}  // namespace

std::unique_ptr<Verb> make_story_verb() {
    return std::make_unique<StoryVerb>();
}

}  // namespace footprint::cli
