#include "render/film/parted_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "base/digest.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "render/film/encoder_arguments.h"
#include "render/film/film_parts.h"
#include "render/film/process.h"
#include "render/paint/raster.h"

namespace footprint::render {
namespace fs = std::filesystem;
namespace {

// Of a frame, in the name of the part that ends with it.
std::string mark_of(std::span<const std::uint8_t> prepared) {
    constexpr std::size_t kDigits = 32;
    return sha256_hex({reinterpret_cast<const char*>(prepared.data()), prepared.size()})
        .substr(0, kDigits);
}

class PartedSink final : public FrameSink {
  public:
    PartedSink(const FilmSettings& settings, std::int64_t part_frames)
        : settings_(settings), part_frames_(part_frames), parts_(settings) {
        taken_ = std::min(static_cast<std::int64_t>(parts_.done().size()) * part_frames_,
                          settings_.frames);
    }

    std::int64_t first_missing() const override { return taken_; }
    bool is_as_before(std::span<const std::uint8_t> prepared) const override {
        return parts_.done().back().filename().string().ends_with("-" + mark_of(prepared));
    }

    void prepare(const Image& frame, std::span<const PixelRect> changed,
                 std::vector<std::uint8_t>& prepared) const override {
        convert_to_yuv420(frame, changed, prepared);
    }

    void write(std::span<const std::uint8_t> prepared) override {
        guarded([&] {
            if (!process_) {
                open_part();
            }
            process_->write(prepared);
            ++taken_;
            if (taken_ % part_frames_ == 0 || taken_ == settings_.frames) {
                close_part(mark_of(prepared));
            }
        });
    }

    std::uint64_t finish() override {
        guarded([&] {
            add_closed();
            join();
        });
        const auto bytes = fs::file_size(joined());
        put_in_place();
        parts_.drop();
        return bytes;
    }

  private:
    // Ends while the next part is begun: an encoder works on for a while after its last frame.
    struct Closing {
        std::future<void> ended;
        fs::path file;
        std::string mark;
    };

    void open_part() {
        writing_ = parts_.temporary();
        if (closing_) {
            writing_ += "-next";
        }
        process_ = std::make_unique<FedProcess>(part_arguments(settings_, writing_));
    }

    void close_part(std::string mark) {
        add_closed();
        closing_.emplace();
        closing_->file = writing_;
        closing_->mark = std::move(mark);
        closing_->ended = std::async(
            std::launch::async,
            [process = std::shared_ptr<FedProcess>(std::move(process_))] { process->finish(); });
    }

    void add_closed() {
        if (closing_) {
            closing_->ended.get();
            parts_.add(closing_->file, closing_->mark);
            closing_.reset();
        }
    }

    void join() {
        std::string list;
        for (const fs::path& part : parts_.done()) {
            list += fmt::format("file {}\nduration {}\n", part.filename().string(),
                                part_frames_ / settings_.fps);
        }
        const fs::path names = parts_.folder() / "list.txt";
        write_text(names, list, Overwrite::replace);
        FedProcess joining(join_arguments(settings_, names, joined()));
        joining.finish();
        if (fs::file_size(joined()) == 0) {
            throw Error(ExitCode::failed, "it ended well but left an empty file");
        }
    }

    fs::path joined() const { return parts_.folder() / "joined"; }

    void put_in_place() const {
        throw_if_interrupted();
        refuse_existing(settings_.output, settings_.overwrite);
        flush_to_disk(joined());
        std::error_code error;
        fs::rename(joined(), settings_.output, error);
        if (error) {
            throw Error(ExitCode::failed, fmt::format("cannot write {}: {}",
                                                      settings_.output.string(), error.message()));
        }
    }

    template <typename Body>
    void guarded(const Body& body) {
        try {
            body();
        } catch (const Error& error) {
            process_.reset();
            throw Error(ExitCode::failed,
                        fmt::format("the encoder failed, no film was written: {}", error.what()));
        }
    }

    FilmSettings settings_;
    std::int64_t part_frames_;
    std::int64_t taken_ = 0;
    FilmParts parts_;  // its folder goes after all that writes in it
    fs::path writing_;
    std::unique_ptr<FedProcess> process_;
    std::optional<Closing> closing_;
};

}  // namespace

std::unique_ptr<FrameSink> make_parted_sink(const FilmSettings& settings,
                                            std::int64_t part_frames) {
    return std::make_unique<PartedSink>(settings, part_frames);
}

}  // namespace footprint::render
