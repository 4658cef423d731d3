#include "render/film/encoder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>

#include "base/error.h"
#include "base/text.h"
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

std::vector<std::string> raw_input(const FilmSettings& s, const std::string& pixel_format) {
    return {s.program,
            "-hide_banner",
            "-loglevel",
            "error",
            "-nostdin",
            "-y",
            "-f",
            "rawvideo",
            "-pixel_format",
            pixel_format,
            "-video_size",
            fmt::format("{}x{}", s.width, s.height),
            "-framerate",
            fmt::format("{}", s.fps)};
}

void append(std::vector<std::string>& words, std::initializer_list<std::string> more) {
    words.insert(words.end(), more);
}

void append_tags(std::vector<std::string>& words) {
    append(words, {"-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709",
                   "-color_trc", "bt709"});
}

// When films say they were made: SOURCE_DATE_EPOCH, or nothing, so that the same film has the same
// bytes.
std::string creation_time() {
    const char* const given = std::getenv("SOURCE_DATE_EPOCH");
    if (given == nullptr) {
        return {};
    }
    const auto seconds = parse_integer(given);
    constexpr long long kLast = 253402300799;  // of the year 9999
    if (!seconds || *seconds < 0 || *seconds > kLast) {
        throw Error(ExitCode::usage,
                    fmt::format("SOURCE_DATE_EPOCH is '{}'; expected seconds since 1970", given));
    }
    const auto moment = static_cast<std::time_t>(*seconds);
    std::tm parts{};
    gmtime_r(&moment, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

void append_metadata(std::vector<std::string>& words, const FilmSettings& s) {
    append(words, {"-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact",
                   "-metadata", "title=" + s.title, "-metadata", "comment=" + s.credits});
    if (!s.inputs.empty()) {
        append(words, {"-metadata", "description=" + s.inputs});
    }
    if (const std::string made = creation_time(); !made.empty()) {
        append(words, {"-metadata", "creation_time=" + made});
    }
}

// Of the encoders. What they write depends on it, so it is neither a choice nor the machine's.
constexpr std::string_view kEncoderThreads = "4";

// Settings by measurement: docs/performance.md.
std::vector<std::string> mp4_arguments(const FilmSettings& s, const fs::path& target) {
    auto words = raw_input(s, "yuv420p");
    append_tags(words);
    append(words, {"-i", "pipe:0", "-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", "18",
                   "-pix_fmt", "yuv420p", "-g", fmt::format("{}", 4 * s.fps), "-threads",
                   std::string(kEncoderThreads)});
    append_tags(words);
    append_metadata(words, s);
    append(words, {"-movflags", "+faststart", "-f", "mp4", "file:" + target.string()});
    return words;
}

std::vector<std::string> webm_arguments(const FilmSettings& s, const fs::path& target) {
    auto words = raw_input(s, "yuv420p");
    append_tags(words);
    append(words, {"-i",       "pipe:0",     "-an",
                   "-c:v",     "libvpx-vp9", "-deadline",
                   "realtime", "-cpu-used",  "6",
                   "-row-mt",  "1",          "-tile-columns",
                   "2",        "-crf",       "24",
                   "-b:v",     "0",          "-pix_fmt",
                   "yuv420p",  "-threads",   std::string(kEncoderThreads)});
    append_tags(words);
    append_metadata(words, s);
    append(words, {"-f", "webm", "file:" + target.string()});
    return words;
}

std::vector<std::string> gif_arguments(const FilmSettings& s, const fs::path& target,
                                       const fs::path& palette) {
    auto words = raw_input(s, "bgra");
    append(words, {"-i", "pipe:0", "-i", "file:" + palette.string(), "-lavfi",
                   "[0:v][1:v]paletteuse=dither=none:diff_mode=rectangle", "-an", "-loop", "0"});
    append_metadata(words, s);
    append(words, {"-f", "gif", "file:" + target.string()});
    return words;
}

std::vector<std::string> apng_arguments(const FilmSettings& s, const fs::path& target) {
    auto words = raw_input(s, "bgra");
    append(words, {"-i", "pipe:0", "-an", "-c:v", "apng", "-pix_fmt", "rgb24", "-pred", "mixed",
                   "-plays", "0", "-threads", std::string(kEncoderThreads)});
    append_metadata(words, s);
    append(words, {"-f", "apng", "file:" + target.string()});
    return words;
}

std::vector<std::string> arguments_for(const FilmSettings& settings, const fs::path& target) {
    switch (settings.format) {
        case FilmFormat::webm:
            return webm_arguments(settings, target);
        case FilmFormat::apng:
            return apng_arguments(settings, target);
        default:
            return mp4_arguments(settings, target);
    }
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

    std::vector<std::uint8_t> prepare(const Image& frame) const override {
        if (settings_.format == FilmFormat::gif || settings_.format == FilmFormat::apng) {
            const auto bytes = bytes_of(frame);
            return {bytes.begin(), bytes.end()};
        }
        std::vector<std::uint8_t> planes(frame.pixels.size() * 3 / 2);
        convert_to_yuv420(frame, planes);
        return planes;
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

    std::vector<std::uint8_t> prepare(const Image& frame) const override {
        return sink_.prepare(frame);
    }
    void write(std::span<const std::uint8_t> prepared) override { sink_.write(prepared); }
    std::uint64_t finish() override { return sink_.finish(); }

  private:
    void make_palette(const FilmSettings& s, const std::vector<Image>& samples) {
        auto words = raw_input(s, "bgra");
        append(words, {"-i", "pipe:0", "-lavfi", "palettegen=stats_mode=full:reserve_transparent=0",
                       "-frames:v", "1", "-update", "1", "-f", "image2", "-c:v", "png",
                       "file:" + palette_.path().string()});
        FedProcess process(words);
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
    explicit PngFolderSink(const FilmSettings& settings) : settings_(settings) {
        fs::path target = settings.output;
        if (!target.has_filename()) {
            target = target.parent_path();
        }
        settings_.output = target;
        temporary_ = target.parent_path() /
                     fmt::format(".{}.{}.part", target.filename().string(), ::getpid());
        std::error_code error;
        fs::create_directory(temporary_, error);
        if (error) {
            throw Error(ExitCode::failed, fmt::format("cannot make the folder {}: {}",
                                                      temporary_.string(), error.message()));
        }
    }
    ~PngFolderSink() override {
        std::error_code ignored;
        fs::remove_all(temporary_, ignored);
    }
    PngFolderSink(const PngFolderSink&) = delete;
    PngFolderSink& operator=(const PngFolderSink&) = delete;

    std::vector<std::uint8_t> prepare(const Image& frame) const override {
        const std::string png = encode_png(frame, png_texts(settings_));
        return {png.begin(), png.end()};
    }

    void write(std::span<const std::uint8_t> prepared) override {
        AtomicFile file(temporary_ / fmt::format("frame-{:06}.png", count_), Overwrite::refuse);
        file.write({reinterpret_cast<const char*>(prepared.data()), prepared.size()});
        file.commit();
        ++count_;
        bytes_ += prepared.size();
    }

    std::uint64_t finish() override {
        std::error_code error;
        if (settings_.overwrite == Overwrite::replace) {
            remove_old();
        }
        fs::rename(temporary_, settings_.output, error);
        if (error) {
            throw Error(ExitCode::failed, fmt::format("cannot put the frames at {}: {}",
                                                      settings_.output.string(), error.message()));
        }
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
    fs::path temporary_;
    std::size_t count_ = 0;
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

std::unique_ptr<FrameSink> make_sink(const FilmSettings& settings,
                                     const std::vector<Image>& samples) {
    switch (settings.format) {
        case FilmFormat::png_sequence:
            return std::make_unique<PngFolderSink>(settings);
        case FilmFormat::gif:
            return std::make_unique<GifSink>(settings, samples);
        case FilmFormat::mp4:
        case FilmFormat::webm:
        case FilmFormat::apng:
            break;
    }
    auto sink = std::make_unique<FfmpegSink>(settings);
    const fs::path target = sink->temporary();
    sink->start(arguments_for(settings, target));
    return sink;
}

}  // namespace footprint::render
