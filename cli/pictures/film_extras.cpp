#include "cli/pictures/film_extras.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/pictures/captions_file.h"
#include "render/paint/png.h"
#include "sim/timeline/future_text.h"

namespace footprint::cli {
namespace {

struct ExtraKind {
    const char* name;
    const char* suffix;
};
constexpr std::array<ExtraKind, 3> kExtraKinds{
    {{"vtt", ".vtt"}, {"poster", ".poster.png"}, {"alt", ".alt.txt"}}};

const ExtraKind* find_extra(const std::string& name) {
    const auto found = std::find_if(kExtraKinds.begin(), kExtraKinds.end(),
                                    [&](const ExtraKind& kind) { return name == kind.name; });
    return found == kExtraKinds.end() ? nullptr : &*found;
}

std::vector<std::string> all_extras() {
    std::vector<std::string> names;
    for (const ExtraKind& kind : kExtraKinds) {
        names.emplace_back(kind.name);
    }
    return names;
}

// Of pictures beside each other, each once, in order of time.
std::vector<render::Caption> all_captions(std::span<const std::unique_ptr<Picture>> pictures) {
    std::vector<render::Caption> all;
    for (const auto& picture : pictures) {
        for (const render::Caption& caption : picture->captions()) {
            const bool is_told = std::any_of(all.begin(), all.end(), [&](const auto& other) {
                return other.from_s == caption.from_s && other.text == caption.text;
            });
            if (!is_told) {
                all.push_back(caption);
            }
        }
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.from_s < b.from_s; });
    return all;
}

std::string regions_in_words(const Picture& picture, Date date) {
    const auto& options = picture.scene().options();
    const sim::Timeline& timeline = *picture.input().timeline;
    int all = 0;
    std::vector<std::string> parts;
    for (const geo::ProviderIndex provider : options.providers) {
        const int regions = picture.scene().regions_at(date, provider);
        all += regions;
        if (regions > 0) {
            parts.push_back(
                fmt::format("{} {}", timeline.catalog().provider(provider).short_name, regions));
        }
    }
    if (all == 0) {
        return "no open region";
    }
    const std::string list = parts.size() > 1 ? fmt::format(" ({})", join(parts, ", ")) : "";
    return fmt::format("{} open region{}{}", all, all == 1 ? "" : "s", list);
}

std::string people_in_words(Picture& picture, Date date) {
    if (!picture.shading()) {
        return {};
    }
    render::Moment moment;
    moment.day = date.days();
    picture.painter().advance(moment, true);
    if (!moment.people || moment.people->within <= 0) {
        return {};
    }
    return fmt::format(", within {:g} ms of {} people ({:.0f} % of the world)",
                       picture.scene().options().threshold_ms, human_count(moment.people->within),
                       100 * moment.people->within / moment.people->world);
}

}  // namespace

FilmExtras::FilmExtras(const std::vector<std::string>& kinds, const std::filesystem::path& film,
                       Overwrite overwrite)
    : kinds_(kinds), film_(film.has_filename() ? film : film.parent_path()), overwrite_(overwrite) {
    if (std::find(kinds_.begin(), kinds_.end(), "all") != kinds_.end()) {
        kinds_ = all_extras();
    }
    for (const std::string& name : kinds_) {
        const ExtraKind* const kind = find_extra(name);
        if (kind == nullptr) {
            throw Error(ExitCode::usage,
                        fmt::format("--beside {}: expected vtt, poster, alt or all.{}", name,
                                    did_you_mean(name, all_extras())));
        }
        refuse_existing(named(kind->suffix), overwrite_);
    }
}

std::filesystem::path FilmExtras::named(const std::string& suffix) const {
    std::filesystem::path path = film_;
    path.replace_extension();
    path += suffix;
    return path;
}

std::vector<std::string> FilmExtras::write(std::span<const std::unique_ptr<Picture>> pictures,
                                           std::span<const render::Panel> panels,
                                           const render::FilmSettings& settings) const {
    std::vector<std::string> written;
    for (const std::string& name : kinds_) {
        const std::filesystem::path path = named(find_extra(name)->suffix);
        if (name == "vtt") {
            write_text(path, captions_vtt(all_captions(pictures)), overwrite_);
        } else if (name == "alt") {
            std::string text;
            for (const auto& picture : pictures) {
                text += (text.empty() ? "" : "\nBeside it, by the same clock:\n\n") +
                        alt_text(*picture);
            }
            write_text(path, text, overwrite_);
        } else {
            render::Moment last;
            last.day = pictures.front()->scene().clock().to.days();
            write_text(path,
                       render::encode_png(
                           render::still_frame(panels, settings.width, settings.height, last),
                           {{"Title", settings.title},
                            {"Description", settings.credits},
                            {"Source", settings.inputs}}),
                       overwrite_);
        }
        written.push_back(path.string());
    }
    return written;
}

std::string inputs_digest(Session& session, std::vector<std::filesystem::path> more) {
    namespace fs = std::filesystem;
    const GlobalOptions& options = session.options();
    std::vector<fs::path> roots{session.datasets()};
    for (const auto* files : {&options.catalogs, &options.events, &options.runs}) {
        roots.insert(roots.end(), files->begin(), files->end());
    }
    roots.insert(roots.end(), more.begin(), more.end());
    Sha256 digest;
    for (const fs::path& root : roots) {
        std::vector<fs::path> files;
        if (fs::is_regular_file(root)) {
            files.push_back(root);
        } else if (!root.empty() && fs::is_directory(root)) {
            for (const auto& entry : fs::recursive_directory_iterator(root)) {
                if (entry.is_regular_file()) {
                    files.push_back(entry.path());
                }
            }
        }
        std::sort(files.begin(), files.end());
        for (const fs::path& file : files) {
            const fs::path name = file == root ? file.filename() : file.lexically_relative(root);
            digest.update(name.string() + " " + sha256_of_file(file) + "\n");
        }
    }
    return "inputs sha256 " + digest.hex();
}

std::string alt_text(Picture& picture) {
    const render::FilmClock& clock = picture.scene().clock();
    const bool is_planned = clock.to > picture.input().timeline->as_of();
    std::string text = fmt::format("{}\n\n", picture.scene().title());
    text += fmt::format(
        "An animated world map of {:g} seconds, from {} to {}. It begins with {}{}. It ends with "
        "{}{}.",
        clock.duration_s, clock.from.year_month(), clock.to.year_month(),
        regions_in_words(picture, clock.from), people_in_words(picture, clock.from),
        regions_in_words(picture, clock.to), people_in_words(picture, clock.to));
    if (is_planned) {
        text +=
            fmt::format(" {}.", capitalised(sim::future_note(picture.input().timeline->catalog())));
    }
    if (picture.shading()) {
        text += " Round-trip times are modelled, not measured.";
    }
    text += "\n";
    if (!picture.captions().empty()) {
        text += "\nTold on the way:\n";
        for (const render::Caption& caption : picture.captions()) {
            text += fmt::format("- {}: {}\n", caption.date.year_month(), caption.text);
        }
    }
    return text + fmt::format("\nSources: {}\n", picture.credits());
}

}  // namespace footprint::cli
