// A scene from its first date to its last, as a film.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "base/progress.h"
#include "render/film/camera_painter.h"
#include "render/film/encoder.h"
#include "render/paint/frame_painter.h"

namespace footprint::render {

// Where the time went. Painting is the sum over threads; the others are of the one thread that does
// them in order.
struct FilmReport {
    std::int64_t frames = 0;
    std::int64_t resumed = 0;   // of these, made by a run before
    std::int64_t repeated = 0;  // equal to the frame before: not painted again
    std::uint64_t bytes = 0;
    double total_s = 0;
    double shading_s = 0;
    double layout_s = 0;
    double painting_s = 0;
    double encoder_wait_s = 0;
};

// A scene's place in a frame that several share; all of one clock's length.
struct Panel {
    const Scene* scene = nullptr;
    FramePainter* painter = nullptr;
    int x = 0;
    int y = 0;
    CameraPainter* camera = nullptr;  // paints instead of `painter`
};

// Paints and encodes every frame of the scene's clock. Frames are painted on all threads and handed
// over in order; a bounded number of them is in flight, so memory does not grow with length.
// Throws Error (failed) and Interrupted; then nothing is left behind.
FilmReport write_film(const Scene& scene, FramePainter& painter, const FilmSettings& settings,
                      ProgressStyle progress);
// The same with several scenes beside each other, painted at their own sizes; what none of them
// covers is black. The first scene's clock runs.
FilmReport write_film(std::span<const Panel> panels, const FilmSettings& settings,
                      ProgressStyle progress);

// The pixels of some frames of the film, in rising order, exactly as write_film paints them; frames
// in between are followed, because shades move from one to the next.
void paint_frames(const Scene& scene, FramePainter& painter, std::span<const std::int64_t> frames,
                  const std::function<void(std::int64_t, const Image&)>& take);

// One moment of such a film, at rest.
Image still_frame(std::span<const Panel> panels, int width, int height, const Moment& moment);

}  // namespace footprint::render
