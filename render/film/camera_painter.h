// A scene seen by a camera that moves: the map moves under title, legend, chart and date that
// stand still.
#pragma once

#include <memory>
#include <vector>

#include "render/paint/frame_painter.h"
#include "render/scene/camera.h"

namespace footprint::render {

// What panels leave free of a map that fills the frame.
Rect free_part(const FrameLayout& layout);

// Where the camera rests, the map is painted as in any film: once, and then what changes. While it
// travels, every frame's map is laid out and painted anew, on all threads; symbols go from where
// they are packed at one rest to where they are at the next, and names are away, so that none
// flickers.
class CameraPainter {
  public:
    // `scene` is the film as it is without a camera; everything given must outlive this. `cables`,
    // if given, are shown.
    CameraPainter(const Scene& scene, const SceneInput& input,
                  const std::optional<ShadingInput>& shading, const FontSet& fonts, CameraPath path,
                  sim::CableTraffic* cables = nullptr);

    // What one frame shows: made in order by next(), painted on any thread by finish().
    struct Frame {
        Moment moment;
        CameraPath::Place place;
        bool is_new = true;    // not the frame before once more
        Image ground;          // at rest: the map with shading, once take_ground() was called
        DisplayList changing;  // at rest: what changes on it
        std::optional<sim::CableDay> cables;  // on the way
        DisplayList furniture;
    };
    Frame next(Moment moment, bool is_first);
    // Before finish(), right after next().
    void take_ground(Frame& frame) const;
    void finish(Frame& frame, Image& image);

    // One moment of the film.
    Image still(Moment moment);

  private:
    SceneOptions map_options(const CameraLook& look) const;
    const Scene& rest_scene(std::size_t rest);
    std::vector<Point> offsets_at(const CameraPath::Place& place) const;
    void paint_travel(const Frame& frame, Image& image) const;
    DisplayList panels(double zoom) const;

    const Scene* scene_;
    SceneInput input_;
    std::optional<ShadingInput> shading_;  // of maps: no people
    const FontSet* fonts_;
    sim::CableTraffic* cables_;
    CameraPath path_;
    Scene furniture_;
    FramePainter furniture_painter_;
    Image furniture_image_;                                   // what of it stands still
    std::vector<std::vector<std::optional<Point>>> offsets_;  // by rest
    std::unique_ptr<Scene> rest_scene_;
    std::unique_ptr<FramePainter> rest_painter_;
    std::size_t rest_ = 0;
    Compositor compositor_;
    DisplayList last_changing_;
    DisplayList last_furniture_;
    bool was_moving_ = true;
};

}  // namespace footprint::render
