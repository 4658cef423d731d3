#include "render/film/encoder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "render/film/encoder_arguments.h"
#include "render/film/film_parts.h"
#include "render/film/parted_sink.h"
#include "render/film/process.h"
#include "render/paint/png.h"
#include "render/paint/raster.h"

namespace footprint::render {
namespace fs = std::filesystem;
namespace {

constexpr int kLargestFrame = 16384;

struct FormatName {
    std::string_view name;
    FilmFormat format;
};
constexpr std::array<FormatName, 5> kFormats{{{"mp4", FilmFormat::mp4},
                                              {"webm", FilmFormat::webm},
                                              {"gif", FilmFormat::gif},
                                              {"apng", FilmFormat::apng},
                                              {"png", FilmFormat::png_sequence}}};

std::optional<FilmFormat> format_by_name(std::string_view name) {
    for (const FormatName& known : kFormats) {
        if (known.name == name) {
            return known.format;
        }
    }
    return std::nullopt;
}

std::string_view encoder_of(FilmFormat format) {
    switch (format) {
        case FilmFormat::mp4:
            return "libx264";
        case FilmFormat::webm:
            return "libvpx-vp9";
        case FilmFormat::gif:
            return "gif";
        case FilmFormat::apng:
            return "apng";
        case FilmFormat::png_sequence:
            return "";
    }
    return "";
}

constexpr std::string_view kAlternative =
    "a folder of PNG files needs no encoder: -f png -o FOLDER";

// The encoders that ffmpeg was built with, as its own list prints them.
std::string encoder_list(const std::string& program) {
    const std::string path = find_program(program);
    if (path.empty()) {
        throw Error(
            ExitCode::failed,
            fmt::format("there is no program '{}' on PATH, which writes MP4, WebM, GIF and APNG; "
                        "install the Debian package ffmpeg, or {}",
                        program, kAlternative));
    }
    return run_and_read({path, "-hide_banner", "-loglevel", "error", "-encoders"});
}

void check_encoder(const FilmSettings& settings) {
    const std::string_view wanted = encoder_of(settings.format);
    if (wanted.empty()) {
        return;
    }
    const std::string list = encoder_list(settings.program);
    if (list.find(fmt::format(" {} ", wanted)) != std::string::npos) {
        return;
    }
    std::string others;
    for (const FormatName& known : kFormats) {
        const std::string_view encoder = encoder_of(known.format);
        if (!encoder.empty() && list.find(fmt::format(" {} ", encoder)) != std::string::npos) {
            others += fmt::format("-f {} works here; ", known.name);
        }
    }
    throw Error(
        ExitCode::failed,
        fmt::format("{} on this machine has no encoder {}, which {} needs; {}{}", settings.program,
                    wanted, to_string(settings.format), others, kAlternative));
}

std::span<const std::uint8_t> bytes_of(const Image& image) {
    return {reinterpret_cast<const std::uint8_t*>(image.pixels.data()), image.pixels.size() * 4};
}

[[noreturn]] void fail_encoding(const std::string& message) {
    throw Error(ExitCode::failed,
                fmt::format("the encoder failed, nothing was written: {}", message));
}

class FfmpegSink final : public FrameSink {
  public:
    explicit FfmpegSink(const FilmSettings& settings)
        : settings_(settings), file_(settings.output, settings.overwrite) {}

    void start(const std::vector<std::string>& arguments) {
        process_ = std::make_unique<FedProcess>(arguments);
    }
    fs::path temporary() { return file_.release_path(); }

    void prepare(const Image& frame, std::span<const PixelRect> changed,
                 std::vector<std::uint8_t>& prepared) const override {
        if (settings_.format == FilmFormat::gif || settings_.format == FilmFormat::apng) {
            const auto bytes = bytes_of(frame);
            prepared.assign(bytes.begin(), bytes.end());
            return;
        }
        convert_to_yuv420(frame, changed, prepared);
    }

    void write(std::span<const std::uint8_t> prepared) override {
        guarded([&] { process_->write(prepared); });
    }

    std::uint64_t finish() override {
        guarded([&] { process_->finish(); });
        const auto bytes = fs::file_size(file_.release_path());
        if (bytes == 0) {
            fail_encoding("it ended well but left an empty file");
        }
        file_.commit();
        return bytes;
    }

  private:
    template <typename Body>
    void guarded(const Body& body) {
        try {
            body();
        } catch (const Error& error) {
            process_.reset();
            fail_encoding(error.what());
        }
    }

    FilmSettings settings_;
    AtomicFile file_;
    std::unique_ptr<FedProcess> process_;
};

// A file that goes when its owner goes.
class Scratch {
  public:
    explicit Scratch(fs::path path) : path_(std::move(path)) {}
    ~Scratch() {
        std::error_code ignored;
        fs::remove(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

class GifSink final : public FrameSink {
  public:
    GifSink(const FilmSettings& settings, const std::vector<Image>& samples)
        : sink_(settings),
          palette_(fs::path(settings.output)
                       .replace_filename(fmt::format(
                           ".{}.{}.palette.png", settings.output.stem().string(), ::getpid()))) {
        make_palette(settings, samples);
        sink_.start(gif_arguments(settings, sink_.temporary(), palette_.path()));
    }

    void prepare(const Image& frame, std::span<const PixelRect> changed,
                 std::vector<std::uint8_t>& prepared) const override {
        sink_.prepare(frame, changed, prepared);
    }
    void write(std::span<const std::uint8_t> prepared) override { sink_.write(prepared); }
    std::uint64_t finish() override { return sink_.finish(); }

  private:
    void make_palette(const FilmSettings& s, const std::vector<Image>& samples) {
        FedProcess process(palette_arguments(s, palette_.path()));
        for (const Image& sample : samples) {
            process.write(bytes_of(sample));
        }
        process.finish();
    }

    FfmpegSink sink_;
    Scratch palette_;
};

std::vector<std::pair<std::string, std::string>> png_texts(const FilmSettings& settings) {
    std::vector<std::pair<std::string, std::string>> texts{{"Title", settings.title},
                                                           {"Description", settings.credits}};
    if (!settings.inputs.empty()) {
        texts.emplace_back("Source", settings.inputs);
    }
    return texts;
}

class PngFolderSink final : public FrameSink {
  public:
    explicit PngFolderSink(const FilmSettings& settings) : settings_(settings), parts_(settings) {
        if (!settings_.output.has_filename()) {
            settings_.output = settings_.output.parent_path();
        }
        for (const fs::path& frame : parts_.done()) {
            bytes_ += fs::file_size(frame);
        }
    }

    std::int64_t first_missing() const override {
        return std::min(static_cast<std::int64_t>(parts_.done().size()), settings_.frames);
    }
    bool is_as_before(std::span<const std::uint8_t> prepared) const override {
        const std::string before = read_file(parts_.done().back(), prepared.size() + 1);
        return std::equal(before.begin(), before.end(), prepared.begin(), prepared.end(),
                          [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
    }

    void prepare(const Image& frame, std::span<const PixelRect>,
                 std::vector<std::uint8_t>& prepared) const override {
        const std::string png = encode_png(frame, png_texts(settings_));
        prepared.assign(png.begin(), png.end());
    }

    void write(std::span<const std::uint8_t> prepared) override {
        const fs::path written = parts_.temporary();
        AtomicFile file(written, Overwrite::refuse);
        file.write({reinterpret_cast<const char*>(prepared.data()), prepared.size()});
        file.commit();
        parts_.add(written, "png");
        bytes_ += prepared.size();
    }

    std::uint64_t finish() override {
        const fs::path frames = parts_.folder() / "frames";
        std::error_code error;
        fs::create_directory(frames, error);
        for (std::size_t i = 0; i < parts_.done().size() && !error; ++i) {
            fs::rename(parts_.done()[i], frames / fmt::format("frame-{:06}.png", i), error);
        }
        if (settings_.overwrite == Overwrite::replace) {
            remove_old();
        }
        if (!error) {
            fs::rename(frames, settings_.output, error);
        }
        if (error) {
            throw Error(ExitCode::failed, fmt::format("cannot put the frames at {}: {}",
                                                      settings_.output.string(), error.message()));
        }
        parts_.drop();
        return bytes_;
    }

  private:
    // Only what an earlier run left: a folder that holds anything else is not ours to empty.
    void remove_old() {
        std::error_code ignored;
        if (!fs::is_directory(settings_.output, ignored)) {
            return;
        }
        for (const auto& entry : fs::directory_iterator(settings_.output)) {
            const std::string name = entry.path().filename().string();
            if (!name.starts_with("frame-") || entry.path().extension() != ".png") {
                throw Error(ExitCode::failed,
                            fmt::format("{} holds more than frames ({}); choose another folder",
                                        settings_.output.string(), name));
            }
        }
        fs::remove_all(settings_.output);
    }

    FilmSettings settings_;
    FilmParts parts_;
    std::uint64_t bytes_ = 0;
};

}  // namespace

std::string_view to_string(FilmFormat format) {
    switch (format) {
        case FilmFormat::mp4:
            return "MP4";
        case FilmFormat::webm:
            return "WebM";
        case FilmFormat::gif:
            return "GIF";
        case FilmFormat::apng:
            return "APNG";
        case FilmFormat::png_sequence:
            return "PNG frames";
    }
    return "";
}

FilmFormat film_format(const fs::path& output, const std::optional<std::string>& format) {
    std::string suffix = lower_ascii(output.extension().string());
    suffix = suffix.empty() ? suffix : suffix.substr(1);
    const auto by_suffix = format_by_name(suffix);
    const auto named = format ? format_by_name(lower_ascii(*format)) : std::nullopt;
    if (format && !named) {
        const std::vector<std::string> names{"mp4", "webm", "gif", "apng", "png"};
        throw Error(ExitCode::usage,
                    fmt::format("there is no film format '{}'.{} The formats are mp4, webm, gif, "
                                "apng and png (a folder of frames)",
                                *format, did_you_mean(lower_ascii(*format), names)));
    }
    if (named && by_suffix && *named != *by_suffix) {
        throw Error(ExitCode::usage, fmt::format("--format {} disagrees with the name {}", *format,
                                                 output.string()));
    }
    if (named) {
        return *named;
    }
    if (suffix.empty()) {
        return FilmFormat::png_sequence;
    }
    if (by_suffix && *by_suffix != FilmFormat::png_sequence) {
        return *by_suffix;
    }
    throw Error(
        ExitCode::usage,
        fmt::format("cannot tell a film format from {}; name it .mp4, .webm, .gif or .apng, or "
                    "name a folder for PNG frames",
                    output.string()));
}

void check_film_settings(const FilmSettings& s) {
    creation_time();  // refused before any work, not after it
    if (std::max(s.width, s.height) > kLargestFrame) {
        throw Error(ExitCode::usage, fmt::format("a frame of {} × {} is too large; a side has at "
                                                 "most {} pixels",
                                                 s.width, s.height, kLargestFrame));
    }
    const bool needs_even = s.format == FilmFormat::mp4 || s.format == FilmFormat::webm;
    if (needs_even && (s.width % 2 != 0 || s.height % 2 != 0)) {
        throw Error(ExitCode::usage, fmt::format("{} needs even sizes; {} × {} is odd",
                                                 to_string(s.format), s.width, s.height));
    }
    if (s.resume && (s.format == FilmFormat::gif || s.format == FilmFormat::apng)) {
        throw Error(ExitCode::usage,
                    fmt::format("--resume: {} is encoded in one piece and cannot be gone on with; "
                                "MP4, WebM and a folder of PNG frames can",
                                to_string(s.format)));
    }
    if (s.output == "-") {
        throw Error(ExitCode::usage,
                    "a film cannot be written to standard output, because its file is gone back "
                    "in; name a file, such as -o film.mp4");
    }
    refuse_existing(s.output, s.overwrite);
    // A folder of frames may be named with a slash at its end.
    const fs::path target = s.output.has_filename() ? s.output : s.output.parent_path();
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored)) {
        throw Error(ExitCode::failed, fmt::format("cannot write {}: there is no folder {}",
                                                  s.output.string(), folder.string()));
    }
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot write {}: the folder {} cannot be written in: {}",
                                s.output.string(), folder.string(), std::strerror(errno)));
    }
    check_encoder(s);
}

std::int64_t part_frames(const FilmSettings& settings) {
    const bool has_parts =
        settings.format == FilmFormat::mp4 || settings.format == FilmFormat::webm;
    return has_parts ? std::int64_t{kPart_s} * settings.fps : 1;
}

std::unique_ptr<FrameSink> make_sink(const FilmSettings& settings,
                                     const std::vector<Image>& samples) {
    switch (settings.format) {
        case FilmFormat::png_sequence:
            return std::make_unique<PngFolderSink>(settings);
        case FilmFormat::gif:
            return std::make_unique<GifSink>(settings, samples);
        case FilmFormat::mp4:
        case FilmFormat::webm:
            if (settings.frames > part_frames(settings)) {
                return make_parted_sink(settings, part_frames(settings));
            }
            break;
        case FilmFormat::apng:
            break;
    }
    auto sink = std::make_unique<FfmpegSink>(settings);
    const fs::path target = sink->temporary();
    sink->start(film_arguments(settings, target));
    return sink;
}

}  // namespace footprint::render
