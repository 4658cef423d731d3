// What a picture or a film shows, laid out once; then one display list for any moment.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "geo/atlas/atlas.h"
#include "render/scene/clock.h"
#include "render/scene/display_list.h"
#include "render/scene/layout.h"
#include "render/scene/map_view.h"
#include "render/scene/story.h"
#include "render/scene/strip_chart.h"
#include "render/scene/theme.h"
#include "sim/coverage/coverage.h"
#include "sim/timeline/timeline.h"

namespace footprint::render {

// A map that is moved by hand lies under furniture (title, legend, chart, date) that stands still:
// each may be laid out without the other, in the same frame. Furniture alone has no ground.
enum class ScenePart : std::uint8_t { all, map, furniture };

// Another look than the inhabited world: the projected point in the middle of the map's area, and
// how large.
struct Closeup {
    double lat0_deg = 0;  // centre of a globe
    geo::XY centre;       // metres
    double metres_per_pixel = 1;
};

struct SceneOptions {
    int width = 1920;
    int height = 1080;
    std::string theme = "dark";
    std::string projection = "equal-earth";
    double lon0 = kLon0;
    std::vector<geo::ProviderIndex> providers;  // whose symbols are shown, in the legend's order
    std::vector<geo::ProviderIndex> shading;    // whose coverage is shaded; empty: none
    double threshold_ms = sim::kHeadlineThreshold_ms;  // of the running total of people
    sim::RegionScope scope;
    std::string title;     // empty: a question made from the options
    std::string subtitle;  // likewise
    std::string credits;   // sources, from datapackage.json
    std::string model;     // name of the latency model
    bool labels = true;
    StripOptions chart;
    // What is told, with its times; nothing: chosen from the timeline.
    std::optional<std::vector<Caption>> captions;
    bool cables = false;  // the map shows cables: the key tells how
    ScenePart part = ScenePart::all;
    std::optional<Closeup> closeup;
    std::vector<geo::ProviderIndex> hidden;  // whose symbols are left out all the same
    bool still = false;                      // one date, not a film: no progress bar
    // Of a camera that moves (render/film): captions about places stand still, apart from them; and
    // by region of the catalog, how far its symbol stands off its place, pixels (empty: symbols are
    // packed where they find room).
    bool captions_apart = false;
    std::vector<Point> offsets;
    // Film time in which names are shown.
    double labels_from_s = -std::numeric_limits<double>::infinity();
    double labels_to_s = std::numeric_limits<double>::infinity();
    // By region of the catalog, how likely it is, 0 to 1: the less, the fainter its symbol. Empty:
    // nothing is in doubt.
    std::vector<double> chance;
};

struct SceneInput {
    const sim::Timeline* timeline = nullptr;  // what is shown
    const sim::Timeline* dated =
        nullptr;  // with the dates as they are known; may be the same timeline
    const geo::Atlas* atlas = nullptr;
};

// People in the world and those within the threshold, at a moment.
struct PeopleCount {
    double within = 0;
    double world = 0;
    bool operator==(const PeopleCount&) const = default;
};

struct Moment {
    double day = 0;  // since 1970-01-01
    // Film time; at infinity nothing moves any more: a still.
    double second = std::numeric_limits<double>::infinity();
    std::optional<PeopleCount> people;
};

// How strongly something is drawn that comes about with this chance, 0 to 1.
inline double chance_opacity(double chance) {
    constexpr double kLeast = 0.12;  // of what hardly ever does
    return kLeast + (1 - kLeast) * chance;
}

// A region's symbol on the frame.
struct SymbolAt {
    geo::RegionIndex region = 0;
    Point centre;  // pixels
    double radius = 0;
};

// Immutable once made; safe to use from several threads.
class Scene {
  public:
    // The inputs and `measure` must outlive it. Throws Error (usage) for a frame smaller than
    // 320 × 320, an unknown theme or projection.
    Scene(const SceneInput& input, const SceneOptions& options, const FilmClock& clock,
          const TextMeasure& measure);

    const SceneOptions& options() const { return options_; }
    const FrameLayout& layout() const { return layout_; }
    const Theme& theme() const { return *theme_; }
    const FilmClock& clock() const { return clock_; }
    const MapView& view() const { return view_; }
    const std::string& title() const { return title_; }
    // To whose regions cables lead.
    const std::vector<geo::ProviderIndex>& whose_ways() const {
        return options_.shading.empty() ? options_.providers : options_.shading;
    }

    // Under the land: ground, sea, graticule.
    const DisplayList& backdrop() const { return backdrop_; }
    // Every country's land, by country index; Antarctica is left out.
    const std::vector<Path>& countries() const { return countries_; }
    PathPtr land() const { return land_; }
    // Over the land: lakes, borders, city names, and all text that never changes.
    const DisplayList& overlay() const { return overlay_; }
    // What changes: symbols, pulses, captions, date, counts, chart, progress.
    DisplayList frame(const Moment& moment) const;

    // Open regions of a provider; those that are in doubt count by their chances, and the sum is
    // rounded.
    int regions_at(Date date, geo::ProviderIndex provider) const;
    // Where a provider's line of the legend stands, by its place in the options.
    Rect legend_cell(std::size_t index) const;
    const StripChart& strip() const { return strip_; }
    // Where a region's symbol stands; nothing if it is not shown.
    std::optional<Point> place_of(geo::RegionIndex region) const;
    // By region of the catalog, how far its symbol stands off its place; nothing where none is on
    // the frame.
    std::vector<std::optional<Point>> offsets() const;
    // The symbols that frame() draws.
    std::vector<SymbolAt> symbols(const Moment& moment) const;
    // A city's name, where it stands throughout, and since when.
    struct Label {
        TextRun run;
        Rect box;
        double from_s = 0;  // film time of the first region there
        PathPtr leader;     // to its symbols, where there was no room beside them
    };
    const std::vector<Label>& labels() const { return labels_; }

  private:
    // One shown region's way through the film.
    struct Track {
        geo::RegionIndex region = 0;
        ProviderStyle style;
        Point true_place;
        Point place;
        double largest_radius = 0;
        double last_radius = 0;
        std::optional<double> opened_s;  // film time
        struct Size {
            double from_s = 0;
            double radius = 0;
        };
        std::vector<Size> sizes;
        PathPtr leader;  // from the true place, where the symbol stands well off it
        bool is_ever_impaired = false;
    };
    struct City {
        std::string name;
        Rect box;
        double weight = 0;
        double from_s = 0;
        std::vector<const Track*> tracks;
    };
    bool is_counted(geo::RegionIndex region) const;  // of the providers and classes asked for
    bool is_shown(geo::RegionIndex region) const;    // and not hidden
    double fitting_scale() const;
    void make_tracks();
    void add_sizes(Track& track) const;
    void spread_tracks();
    std::vector<Point> packed() const;
    void place_captions();
    void place_caption(const Caption& caption, std::vector<Rect>& boxes);
    void set_caption_apart(const Caption& caption, std::vector<Rect>& boxes);
    std::optional<Point> pointed_at(const Caption& caption) const;
    std::optional<Rect> caption_box(const Caption& caption, Point place, double width,
                                    std::span<const Rect> taken) const;
    void make_texts();
    void make_backdrop();
    void make_overlay();
    void add_furniture();
    void draw_furniture(DisplayList& out, const Moment& moment, Date date) const;
    bool has_map() const { return options_.part != ScenePart::furniture; }
    bool has_furniture() const { return options_.part != ScenePart::map; }
    Rect track_box(const Track& track) const;
    std::vector<City> cities() const;
    bool stands_alone(const City& city) const;
    void make_labels();
    void make_chart();
    bool is_simulated() const;  // does anything come from a run?
    bool has_legend() const;
    double counts_width() const { return u(layout_.compact ? 32 : 96); }
    void add_static_legend();
    void add_key();
    void add_classes();
    void add_header();
    void add_credits();
    void add_small_credits(const std::string& first);
    StripInput strip_input() const;
    StripLine strip_line(geo::ProviderIndex provider) const;
    std::vector<StripPoint> strip_points(geo::ProviderIndex provider) const;
    double strip_count(Date date, geo::ProviderIndex provider) const;
    std::string strip_head() const;

    void draw_leaders(DisplayList& out, Date date) const;
    void draw_symbols(DisplayList& out, const Moment& moment, Date date) const;
    void draw_pulses(DisplayList& out, const Moment& moment) const;
    void draw_labels(DisplayList& out, const Moment& moment) const;
    double caption_opacity(const Caption& caption, const Moment& moment) const;
    void draw_captions(DisplayList& out, const Moment& moment) const;
    void draw_date(DisplayList& out, Date date) const;
    void draw_big_date(DisplayList& out, Date date, Color color) const;
    void draw_counts(DisplayList& out, Date date) const;
    void draw_people(DisplayList& out, const Moment& moment) const;
    void draw_progress(DisplayList& out, double day) const;

    double radius_for(const sim::RegionAt& region) const;
    double radius_at(const Track& track, const Moment& moment) const;
    // Is this one of the providers that the picture is about?
    bool in_focus(geo::ProviderIndex provider) const;
    Color hue(geo::ProviderIndex provider) const;
    double u(double design_pixels) const { return design_pixels * layout_.unit; }
    TextRun text(std::string content, Point anchor, double size, Color color,
                 FontWeight weight = FontWeight::regular, Align align = Align::left) const;
    std::vector<std::string> wrapped(const std::string& content, double size, double width) const;
    std::vector<std::string> broken(const std::string& content, double size, double width) const;
    double fitted(const std::string& content, double size, FontWeight weight, double width) const;

    SceneInput input_;
    SceneOptions options_;
    FilmClock clock_;
    const TextMeasure* measure_;
    const Theme* theme_;
    FrameLayout layout_;
    MapView view_;
    std::vector<ProviderStyle> styles_;
    double symbol_scale_ = 1;
    std::string title_;
    std::string subtitle_;
    std::vector<Track> tracks_;
    struct PlacedCaption {
        Caption caption;
        Rect area;
        PathPtr box;
        PathPtr leader;
        TextRun text;
    };
    std::vector<PlacedCaption> captions_;
    std::vector<Path> countries_;
    PathPtr land_;
    DisplayList backdrop_;
    std::vector<Label> labels_;
    DisplayList overlay_;
    StripChart strip_;
};

}  // namespace footprint::render
