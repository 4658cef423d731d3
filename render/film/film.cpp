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
    bool repeats = false;               // the frame before once more
    std::vector<Composition> pictures;  // by panel
    std::vector<DisplayList> lists;
    std::vector<CameraPainter::Frame> seen;  // by panel, where a camera moves
    Image whole;                             // of several panels
    std::vector<std::uint8_t> prepared;
};

// Owns every job, because TBB forgets those in flight when a stage throws. Jobs are used again
// instead of freed: their buffers are large, and most of what a frame shows is there from the one
// that was painted there before.
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

// A panel's pixels to their place in the frame.
void put(Image& frame, const Panel& panel, const Image& image, const PixelRect& rect) {
    for (int y = rect.top; y < rect.bottom; ++y) {
        const std::uint32_t* const row = image.row(y);
        std::copy(row + rect.left, row + rect.right, frame.row(panel.y + y) + panel.x + rect.left);
    }
}

Image black(int width, int height) {
    Image frame(width, height);
    std::fill(frame.pixels.begin(), frame.pixels.end(), 0xFF000000U);
    return frame;
}

PixelRect all_of(const Image& image) {
    return {0, 0, image.width, image.height};
}

// Panels' pictures as one frame.
Image put_together(std::span<const Panel> panels, const std::vector<Image>& images, int width,
                   int height) {
    Image frame = black(width, height);
    for (std::size_t i = 0; i < panels.size(); ++i) {
        put(frame, panels[i], images[i], all_of(images[i]));
    }
    return frame;
}

// Planes of colour at half the size: what an odd edge touches is another, too.
PixelRect with_even_edges(const PixelRect& r, const Image& frame) {
    return {r.left & ~1, r.top & ~1, std::min(frame.width, (r.right + 1) & ~1),
            std::min(frame.height, (r.bottom + 1) & ~1)};
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
        job->pictures.resize(panels_.size());
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
                panels_[i].painter->take_ground(job->pictures[i]);
            }
        }
        report_.layout_s += seconds_since(start);
        return job;
    }

    bool is_done() const { return next_ >= frames_; }

    // Frames that are there from a run before, up to `first`: followed, because shades and names go
    // from frame to frame, and only the last of them painted.
    void skip(std::int64_t first) {
        while (next_ < first) {
            show(next());
        }
        if (shown_ == nullptr) {
            return;
        }
        if (!sink_.is_as_before(paint(shown_)->prepared)) {
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
        if (!is_whole() && job->whole.pixels.empty()) {
            job->whole = black(settings_.width, settings_.height);
        }
        std::vector<PixelRect> changed;
        for (std::size_t i = 0; i < panels_.size(); ++i) {
            for (const PixelRect& rect : paint_panel(i, *job)) {
                changed.push_back(is_whole() ? rect : put(i, *job, rect));
            }
        }
        sink_.prepare(is_whole() ? job->pictures.front().image : job->whole, changed,
                      job->prepared);
        painting_ns_ +=
            std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
        return job;
    }

    // In order, one at a time.
    void write(Job* job) {
        show(job);
        const auto start = Clock::now();
        sink_.write(shown_->prepared);
        report_.encoder_wait_s += seconds_since(start);
        ++report_.frames;
        progress_.update(static_cast<std::uint64_t>(report_.frames));
    }

    void close() { report_.painting_s = static_cast<double>(painting_ns_.load()) * 1e-9; }

  private:
    // Keeps what the frames after it may repeat.
    void show(Job* job) {
        if (job->repeats) {
            pool_.give(job);
            return;
        }
        if (shown_ != nullptr) {
            pool_.give(shown_);
        }
        shown_ = job;
    }

    // Where it painted.
    std::vector<PixelRect> paint_panel(std::size_t i, Job& job) const {
        auto& picture = job.pictures[i];
        if (panels_[i].camera == nullptr) {
            return panels_[i].painter->finish(picture, job.lists[i]);
        }
        panels_[i].camera->finish(job.seen[i], picture.image);
        return {all_of(picture.image)};
    }

    // From a panel's picture into the frame of several; where there.
    PixelRect put(std::size_t i, Job& job, const PixelRect& rect) const {
        const Panel& panel = panels_[i];
        render::put(job.whole, panel, job.pictures[i].image, rect);
        return with_even_edges(
            {panel.x + rect.left, panel.y + rect.top, panel.x + rect.right, panel.y + rect.bottom},
            job.whole);
    }

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
    Job* shown_ = nullptr;  // the last one that repeats none
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
        samples.push_back(put_together(panels, images, settings.width, settings.height));
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
    return put_together(panels, images, width, height);
}

}  // namespace footprint::render
