#include "cli/view/film_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "geo/projection/projection.h"
#include "render/film/camera_painter.h"

namespace footprint::cli {
namespace {

template <typename T>
struct IsList : std::false_type {};
template <typename T>
struct IsList<std::vector<T>> : std::true_type {};
template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};

std::string word(const std::string& value) {
    return value;
}
std::string word(const std::filesystem::path& value) {
    return value.string();
}
std::string word(int value) {
    return fmt::format("{}", value);
}
std::string word(double value) {
    return fmt::format("{}", value);
}

template <typename T>
std::string value_word(const T& value) {
    if constexpr (IsList<T>::value) {
        std::vector<std::string> parts;
        for (const auto& part : value) {
            parts.push_back(word(part));
        }
        return join(parts, ",");
    } else if constexpr (IsOptional<T>::value) {
        return value ? word(*value) : std::string();
    } else if constexpr (std::is_same_v<T, bool>) {
        return value ? "yes" : "";
    } else {
        return word(value);
    }
}

std::string value_of(const OptionInfo& option) {
    return std::visit([](const auto* target) { return value_word(*target); }, option.target);
}

std::string long_name(const OptionInfo& option) {
    for (const std::string& name : split(option.names, ',')) {
        if (name.starts_with("--")) {
            return name;
        }
    }
    return option.names;
}

// "footprint-film.mp4", or the first free name after it.
std::filesystem::path free_name(const std::filesystem::path& folder, const std::string& stem,
                                const std::string& suffix) {
    std::filesystem::path file = folder / (stem + suffix);
    for (int i = 2; std::filesystem::exists(file); ++i) {
        file = folder / fmt::format("{}-{}{}", stem, i, suffix);
    }
    return file;
}

// Does the film look elsewhere than at the whole world?
bool needs_camera(const FilmWish& wish, const render::ViewQuestion& seen) {
    if (seen.look.comparing || wish.picture->cables) {
        return false;  // such films do not move
    }
    const auto world = render::view_world(seen.look.projection, wish.picture->lon0);
    return !seen.is_whole || (world.is_globe && seen.camera.lat0_deg != world.lat0_deg);
}

// A film looks at a place in the middle of what its panels leave free, the window in the middle of
// the map: the place that brings both to the same.
std::string camera_csv(const FilmWish& wish, const render::ViewQuestion& seen) {
    const render::Camera& camera = seen.camera;
    const auto count = std::count(seen.shown.begin(), seen.shown.end(), true);
    const auto layout = render::lay_out(seen.width & ~1, seen.height & ~1,
                                        static_cast<std::size_t>(count), seen.look.is_shaded());
    const auto projection =
        geo::Projection::create(seen.look.projection, camera.lon0_deg, camera.lat0_deg);
    const auto bounds = render::MapView::inhabited(projection);
    const double home =
        std::max(bounds.width() / layout.map.width, bounds.height() / layout.map.height);
    const double zoom = std::max(1.0, home / camera.metres_per_pixel);
    const render::Point free = render::free_part(layout).centre();
    const render::Point middle = layout.map.centre();
    const double metres = camera.metres_per_pixel * render::covered_share(zoom);
    std::string place = ",";
    if (projection.is_disc()) {
        place = fmt::format("{:.6f},{:.6f}", camera.lon0_deg, camera.lat0_deg);
    } else if (const auto at = projection.inverse({camera.x + (free.x - middle.x) * metres,
                                                   camera.y - (free.y - middle.y) * metres})) {
        place = fmt::format("{:.6f},{:.6f}", at->lon, at->lat);
    }
    return fmt::format("date,lon,lat,zoom\n{},{},{:.6f}\n", wish.from.iso(), place, zoom);
}

std::string outages_csv(const FilmWish& wish, const std::vector<render::Outage>& outages) {
    std::string text = "provider,region_id,kind,date,source,confidence,note\n";
    const auto& catalog = wish.timeline->catalog();
    for (const render::Outage& outage : outages) {
        const auto& region = catalog.region(outage.region);
        text += fmt::format("{},{},impaired,{},what if,low,taken out in the window\n",
                            catalog.provider(region.provider).id, region.id, outage.from.iso());
    }
    return text;
}

void add_globals(const GlobalOptions& globals, std::vector<std::string>& words) {
    const auto add = [&](const char* name, const std::string& value) {
        words.emplace_back(name);
        words.push_back(value);
    };
    if (globals.data) {
        add("--data", globals.data->string());
    }
    for (const auto& file : globals.catalogs) {
        add("--catalog", file.string());
    }
    for (const auto& file : globals.events) {
        add("--events", file.string());
    }
    if (globals.only_catalog) {
        words.emplace_back("--only-catalog");
    }
    for (const auto& run : globals.runs) {
        words.push_back(run.string());
    }
}

// Who is shown and how, in place of what `view` was started with.
PictureOptions seen_picture(const FilmWish& wish, const render::ViewQuestion& seen) {
    PictureOptions picture = *wish.picture;
    const render::ViewLook& look = seen.look;
    const auto is_all = [](const std::vector<bool>& shown) {
        return std::find(shown.begin(), shown.end(), false) == shown.end();
    };
    if (look.comparing) {
        picture.providers.clear();
        picture.coverage = "best";
    } else if (!is_all(seen.shown)) {
        picture.providers.clear();
        for (std::size_t i = 0; i < seen.shown.size(); ++i) {
            if (seen.shown[i]) {
                picture.providers.push_back(wish.providers.at(i));
            }
        }
        if (picture.providers.empty()) {
            throw Error(ExitCode::failed, "no provider is shown, so there is nothing to film");
        }
    }
    if (!look.comparing) {
        picture.coverage = look.shade == render::kNoShade ? std::string("none")
                           : look.shade == render::kBestShade
                               ? std::string("best")
                               : wish.providers.at(static_cast<std::size_t>(look.shade));
    }
    picture.thresholds_ms = {look.threshold_ms};
    picture.projection = look.projection;
    picture.lon0 = seen.camera.lon0_deg;
    // Films have even sides.
    picture.size = fmt::format("{}x{}", seen.width & ~1, seen.height & ~1);
    return picture;
}

}  // namespace

std::vector<std::string> option_words(const OptionSet& options, const OptionSet& plain) {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < options.all().size(); ++i) {
        const OptionInfo& option = options.all()[i];
        const std::string value = value_of(option);
        if (option.is_positional() || value == value_of(plain.all().at(i))) {
            continue;
        }
        words.push_back(long_name(option));
        if (!option.is_flag()) {
            words.push_back(value);
        }
    }
    return words;
}

render::FilmOrder film_order(const FilmWish& wish, const render::ViewQuestion& seen) {
    render::FilmOrder order;
    order.film = free_name(wish.folder, "footprint-film", ".mp4");
    GlobalOptions globals = wish.globals;
    if (!seen.outages.empty()) {
        if (!globals.runs.empty()) {
            throw Error(ExitCode::failed,
                        "a run folder takes no further events, so its outages cannot be filmed; "
                        "put the regions back");
        }
        const auto file = free_name(wish.folder, order.film.stem().string() + "-outages", ".csv");
        write_text(file, outages_csv(wish, seen.outages), Overwrite::refuse);
        globals.events.push_back(file);
    }
    std::vector<std::string> words{"animate"};
    add_globals(globals, words);
    PictureOptions picture = seen_picture(wish, seen);
    PictureOptions plain;
    OptionSet now;
    OptionSet fresh;
    picture.declare(now);
    plain.declare(fresh);
    const auto more = option_words(now, fresh);
    words.insert(words.end(), more.begin(), more.end());
    if (seen.look.comparing) {
        const auto id = [&](int at) { return wish.providers.at(static_cast<std::size_t>(at)); };
        words.insert(words.end(), {"--split", id(seen.look.left) + "," + id(seen.look.right)});
    }
    if (needs_camera(wish, seen)) {
        const auto file = free_name(wish.folder, order.film.stem().string() + "-camera", ".csv");
        write_text(file, camera_csv(wish, seen), Overwrite::refuse);
        words.insert(words.end(), {"--camera", file.string()});
    }
    words.insert(words.end(), {"--from", wish.from.iso(), "--to", wish.to.iso()});
    if (wish.duration_s != 30) {
        words.insert(words.end(), {"--duration", fmt::format("{:g}", wish.duration_s)});
    }
    words.insert(words.end(), {"-o", order.film.string()});
    order.shown = words;
    order.shown.insert(order.shown.begin(), "footprint");
    order.arguments = words;
    order.arguments.insert(order.arguments.begin(),
                           std::filesystem::read_symlink("/proc/self/exe").string());
    order.arguments.emplace_back("--progress=json");
    return order;
}

}  // namespace footprint::cli
