#include "render/film/film.h"

#include <fmt/format.h>
#include <oneapi/tbb/parallel_pipeline.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/parallel.h"

namespace footprint::render {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// One frame on its way through the pipeline.
struct Job {
    std::int64_t frame = 0;
    bool repeats = false;       // the frame before once more
    std::vector<Image> images;  // by panel
    std::vector<DisplayList> lists;
    std::vector<CameraPainter::Frame> seen;  // by panel, where a camera moves
    Image whole;                             // of several panels
    std::vector<std::uint8_t> prepared;
};

// Owns every job, because TBB forgets those in flight when a stage throws. Frame buffers are large:
// jobs are used again instead of freed.
class JobPool {
  public:
    Job* take() {
        const std::lock_guard lock(mutex_);
        if (free_.empty()) {
            all_.push_back(std::make_unique<Job>());
            return all_.back().get();
        }
        Job* job = free_.back();
        free_.pop_back();
        return job;
    }
    void give(Job* job) {
        const std::lock_guard lock(mutex_);
        free_.push_back(job);
    }

  private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<Job>> all_;
    std::vector<Job*> free_;
};

Moment moment_of(const Scene& scene, std::int64_t frame) {
    Moment moment;
    moment.day = scene.clock().day(frame);
    moment.second = scene.clock().second(frame);
    return moment;
}

// Panels' pictures as one frame.
void put_together(Image& frame, std::span<const Panel> panels, const std::vector<Image>& images,
                  int width, int height) {
    if (frame.width != width || frame.height != height) {
        frame = Image(width, height);
        std::fill(frame.pixels.begin(), frame.pixels.end(), 0xFF000000U);
    }
    for (std::size_t i = 0; i < panels.size(); ++i) {
        for (int y = 0; y < images[i].height; ++y) {
            const std::uint32_t* row = images[i].row(y);
            std::copy(row, row + images[i].width, frame.row(panels[i].y + y) + panels[i].x);
        }
    }
}

// The three stages of the pipeline.
class Film {
  public:
    Film(std::span<const Panel> panels, const FilmSettings& settings, FrameSink& sink,
         FilmReport& report, Progress& progress)
        : panels_(panels),
          settings_(settings),
          sink_(sink),
          report_(report),
          progress_(progress),
          frames_(panels.front().scene->clock().frames()),
          last_lists_(panels.size()) {}

    // In order, one at a time: the ground, and what is over it.
    Job* next() {
        throw_if_interrupted();
        Job* job = pool_.take();
        job->frame = next_++;
        job->images.resize(panels_.size());
        job->lists.resize(panels_.size());
        job->seen.resize(panels_.size());
        job->repeats = job->frame > 0;
        for (std::size_t i = 0; i < panels_.size(); ++i) {
            Moment moment = moment_of(*panels_[i].scene, job->frame);
            auto start = Clock::now();
            if (panels_[i].camera != nullptr) {
                job->seen[i] = panels_[i].camera->next(moment, job->frame == 0);
                job->repeats = job->repeats && !job->seen[i].is_new;
                report_.shading_s += seconds_since(start);
                continue;
            }
            const bool moved = panels_[i].painter->advance(moment, job->frame == 0);
            report_.shading_s += seconds_since(start);
            start = Clock::now();
            job->lists[i] = panels_[i].scene->frame(moment);
            job->repeats = job->repeats && !moved && job->lists[i] == last_lists_[i];
            report_.layout_s += seconds_since(start);
        }
        if (job->repeats) {
            ++report_.repeated;
            return job;
        }
        const auto start = Clock::now();
        for (std::size_t i = 0; i < panels_.size(); ++i) {
            if (panels_[i].camera != nullptr) {
                panels_[i].camera->take_ground(job->seen[i]);
            } else {
                last_lists_[i] = job->lists[i];
                job->images[i] = panels_[i].painter->ground();
            }
        }
        report_.layout_s += seconds_since(start);
        return job;
    }

    bool is_done() const { return next_ >= frames_; }

    // Frames that are there from a run before, up to `first`: followed, because shades and names go
    // from frame to frame, and only the last of them painted.
    void skip(std::int64_t first) {
        Job* shown = nullptr;
        while (next_ < first) {
            Job* job = next();
            if (job->repeats) {
                pool_.give(job);
                continue;
            }
            if (shown != nullptr) {
                pool_.give(shown);
            }
            shown = job;
        }
        if (shown == nullptr) {
            return;
        }
        std::swap(last_prepared_, paint(shown)->prepared);
        pool_.give(shown);
        if (!sink_.is_as_before(last_prepared_)) {
            throw Error(ExitCode::failed,
                        fmt::format("--resume: frame {} looks other than when it was made; the "
                                    "program, its fonts or libraries have changed. Leave out "
                                    "--resume to begin anew",
                                    first - 1));
        }
        report_.frames = report_.resumed = first;
    }

    // On any thread.
    Job* paint(Job* job) {
        if (job->repeats) {
            return job;
        }
        const auto start = Clock::now();
        for (std::size_t i = 0; i < panels_.size(); ++i) {
            if (panels_[i].camera != nullptr) {
                panels_[i].camera->finish(job->seen[i], job->images[i]);
            } else {
                panels_[i].painter->finish(job->images[i], job->lists[i]);
            }
        }
        if (is_whole()) {
            sink_.prepare(job->images.front(), job->prepared);
        } else {
            put_together(job->whole, panels_, job->images, settings_.width, settings_.height);
            sink_.prepare(job->whole, job->prepared);
        }
        painting_ns_ +=
            std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
        return job;
    }

    // In order, one at a time.
    void write(Job* job) {
        if (!job->repeats) {
            std::swap(last_prepared_, job->prepared);
        }
        pool_.give(job);
        const auto start = Clock::now();
        sink_.write(last_prepared_);
        report_.encoder_wait_s += seconds_since(start);
        ++report_.frames;
        progress_.update(static_cast<std::uint64_t>(report_.frames));
    }

    void close() { report_.painting_s = static_cast<double>(painting_ns_.load()) * 1e-9; }

  private:
    // One panel that fills the frame.
    bool is_whole() const {
        return panels_.size() == 1 && panels_.front().scene->layout().width == settings_.width &&
               panels_.front().scene->layout().height == settings_.height;
    }

    std::span<const Panel> panels_;
    const FilmSettings& settings_;
    FrameSink& sink_;
    FilmReport& report_;
    Progress& progress_;
    std::int64_t frames_;
    std::int64_t next_ = 0;
    std::vector<DisplayList> last_lists_;
    std::vector<std::uint8_t> last_prepared_;
    JobPool pool_;
    std::atomic<std::int64_t> painting_ns_ = 0;
};

// Enough different moments that the palette knows every colour.
std::vector<Image> palette_samples(std::span<const Panel> panels, const FilmSettings& settings) {
    constexpr std::int64_t kSamples = 6;
    std::vector<Image> samples;
    for (std::int64_t i = 1; i <= kSamples; ++i) {
        std::vector<Image> images;
        for (const Panel& panel : panels) {
            const Scene& scene = *panel.scene;
            Moment moment = moment_of(scene, (scene.clock().frames() - 1) * i / kSamples);
            if (panel.camera != nullptr) {
                images.push_back(panel.camera->still(moment));
                continue;
            }
            panel.painter->advance(moment, true);
            images.push_back(panel.painter->ground());
            panel.painter->finish(images.back(), scene.frame(moment));
        }
        put_together(samples.emplace_back(), panels, images, settings.width, settings.height);
    }
    return samples;
}

}  // namespace

FilmReport write_film(const Scene& scene, FramePainter& painter, const FilmSettings& settings,
                      ProgressStyle style) {
    const Panel panel{&scene, &painter, 0, 0};
    return write_film(std::span(&panel, 1), settings, style);
}

FilmReport write_film(std::span<const Panel> panels, const FilmSettings& given,
                      ProgressStyle style) {
    const auto start = Clock::now();
    FilmSettings settings = given;
    settings.frames = panels.front().scene->clock().frames();
    FilmReport report;
    std::vector<Image> samples;
    if (settings.format == FilmFormat::gif) {
        samples = palette_samples(panels, settings);
    }
    const auto sink = make_sink(settings, samples);
    samples.clear();
    Progress progress(style, "frames",
                      static_cast<std::uint64_t>(panels.front().scene->clock().frames()));
    Film film(panels, settings, *sink, report, progress);
    film.skip(sink->first_missing());
    const auto in_flight = static_cast<std::size_t>(thread_count() + 2);
    tbb::parallel_pipeline(
        in_flight, tbb::make_filter<void, Job*>(tbb::filter_mode::serial_in_order,
                                                [&](tbb::flow_control& control) -> Job* {
                                                    if (film.is_done()) {
                                                        control.stop();
                                                        return nullptr;
                                                    }
                                                    return film.next();
                                                }) &
                       tbb::make_filter<Job*, Job*>(tbb::filter_mode::parallel,
                                                    [&](Job* job) { return film.paint(job); }) &
                       tbb::make_filter<Job*, void>(tbb::filter_mode::serial_in_order,
                                                    [&](Job* job) { film.write(job); }));
    const auto finishing = Clock::now();
    report.bytes = sink->finish();
    report.encoder_wait_s += seconds_since(finishing);
    film.close();
    report.total_s = seconds_since(start);
    return report;
}

void paint_frames(const Scene& scene, FramePainter& painter, std::span<const std::int64_t> frames,
                  const std::function<void(std::int64_t, const Image&)>& take) {
    std::int64_t at = 0;
    for (const std::int64_t wanted : frames) {
        Moment moment;
        for (; at <= wanted; ++at) {
            moment = moment_of(scene, at);
            painter.advance(moment, at == 0);
        }
        Image frame = painter.ground();
        painter.finish(frame, scene.frame(moment));
        take(wanted, frame);
    }
}

Image still_frame(std::span<const Panel> panels, int width, int height, const Moment& moment) {
    std::vector<Image> images;
    for (const Panel& panel : panels) {
        images.push_back(panel.camera != nullptr ? panel.camera->still(moment)
                                                 : panel.painter->still(moment));
    }
    Image frame;
    put_together(frame, panels, images, width, height);
    return frame;
}

}  // namespace footprint::render
