#include "render/paint/canvas.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numbers>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "render/paint/svg_text.h"

namespace footprint::render {
namespace {

constexpr double kTau = 2 * std::numbers::pi;

struct SurfaceDeleter {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct ContextDeleter {
    void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};
using SurfacePtr = std::unique_ptr<cairo_surface_t, SurfaceDeleter>;
using ContextPtr = std::unique_ptr<cairo_t, ContextDeleter>;

void check(cairo_status_t status) {
    if (status != CAIRO_STATUS_SUCCESS) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot paint: {}", cairo_status_to_string(status)));
    }
}

// A surface over the image's own pixels.
SurfacePtr surface_of(Image& image) {
    SurfacePtr surface(cairo_image_surface_create_for_data(
        reinterpret_cast<unsigned char*>(image.pixels.data()), CAIRO_FORMAT_ARGB32, image.width,
        image.height, image.width * 4));
    check(cairo_surface_status(surface.get()));
    return surface;
}

void trace_path(cairo_t* cairo, const Path& path) {
    cairo_new_path(cairo);
    const Point* p = path.points().data();
    for (const PathVerb verb : path.verbs()) {
        switch (verb) {
            case PathVerb::move:
                cairo_move_to(cairo, p->x, p->y);
                ++p;
                break;
            case PathVerb::line:
                cairo_line_to(cairo, p->x, p->y);
                ++p;
                break;
            case PathVerb::cubic:
                cairo_curve_to(cairo, p[0].x, p[0].y, p[1].x, p[1].y, p[2].x, p[2].y);
                p += 3;
                break;
            case PathVerb::close:
                cairo_close_path(cairo);
                break;
        }
    }
}

// How symbols are drawn, in radii.
constexpr double kHollowWidth = 0.34;
constexpr double kCrossWidth = 0.42;
constexpr double kPupil = 0.4;

double edge_width(double radius) {
    return std::max(0.9, radius * 0.2);
}

class Canvas {
  public:
    Canvas(cairo_surface_t* surface, const FontSet& fonts, bool as_outlines)
        : cairo_(cairo_create(surface)), fonts_(fonts), as_outlines_(as_outlines) {
        check(cairo_status(cairo_.get()));
        cairo_set_antialias(cairo_.get(), CAIRO_ANTIALIAS_GOOD);
        cairo_set_line_join(cairo_.get(), CAIRO_LINE_JOIN_ROUND);
        cairo_set_line_cap(cairo_.get(), CAIRO_LINE_CAP_BUTT);
        cairo_set_tolerance(cairo_.get(), 0.1);
    }

    void translate(double x, double y) { cairo_translate(cairo_.get(), x, y); }
    void draw(const Op& op) {
        std::visit([this](const auto& typed) { draw_op(typed); }, op);
    }
    void finish() { check(cairo_status(cairo_.get())); }

  private:
    void set_color(Color c, double opacity = 1) {
        cairo_set_source_rgba(cairo_.get(), c.r / 255.0, c.g / 255.0, c.b / 255.0,
                              c.a / 255.0 * opacity);
    }

    void trace(const Path& path) { trace_path(cairo_.get(), path); }

    void fill(const Path& path, Color color, double opacity) {
        trace(path);
        set_color(color, opacity);
        cairo_fill(cairo_.get());
    }

    void stroke(const Path& path, Color color, double width, double opacity) {
        trace(path);
        set_color(color, opacity);
        cairo_set_line_width(cairo_.get(), width);
        cairo_stroke(cairo_.get());
    }

    void clip_to(const std::optional<Rect>& clip) {
        if (clip) {
            const double x = std::round(clip->x);
            const double y = std::round(clip->y);
            cairo_rectangle(cairo_.get(), x, y, std::round(clip->right()) - x,
                            std::round(clip->bottom()) - y);
            cairo_clip(cairo_.get());
        }
    }

    void draw_op(const FillPath& op) {
        cairo_save(cairo_.get());
        clip_to(op.clip);
        cairo_set_fill_rule(cairo_.get(),
                            op.even_odd ? CAIRO_FILL_RULE_EVEN_ODD : CAIRO_FILL_RULE_WINDING);
        fill(*op.path, op.color, 1);
        cairo_restore(cairo_.get());
    }

    void draw_op(const StrokePath& op) {
        cairo_save(cairo_.get());
        clip_to(op.clip);
        cairo_set_dash(cairo_.get(), op.dashes.data(), static_cast<int>(op.dashes.size()), 0);
        stroke(*op.path, op.color, op.width, 1);
        cairo_restore(cairo_.get());
    }

    void draw_op(const FillRect& op) {
        const double x = std::round(op.rect.x);
        const double y = std::round(op.rect.y);
        cairo_rectangle(cairo_.get(), x, y, std::round(op.rect.right()) - x,
                        std::round(op.rect.bottom()) - y);
        set_color(op.color);
        cairo_fill(cairo_.get());
    }

    void draw_op(const Ring& op) {
        cairo_save(cairo_.get());
        cairo_set_dash(cairo_.get(), op.dashes.data(), static_cast<int>(op.dashes.size()), 0);
        cairo_new_path(cairo_.get());
        cairo_arc(cairo_.get(), op.centre.x, op.centre.y, op.radius, 0, kTau);
        set_color(op.color, op.opacity);
        cairo_set_line_width(cairo_.get(), op.width);
        cairo_stroke(cairo_.get());
        cairo_restore(cairo_.get());
    }

    void draw_op(const SymbolMark& op) {
        const Path shape = outline(op.shape).transformed(op.radius, op.centre);
        const double edge = edge_width(op.radius);
        switch (op.state) {
            case SymbolState::open:
            case SymbolState::impaired:
                stroke(shape, op.edge, 2 * edge, op.opacity);
                fill(shape, op.color, op.opacity);
                break;
            case SymbolState::announced:
                draw_hollow(op, shape);
                break;
            case SymbolState::simulated:
                draw_hollow(op, shape);
                draw_lower_half(op, shape);
                break;
            case SymbolState::closed:
                draw_cross(op);
                break;
        }
        if (op.date_uncertain) {
            draw_pupil(op);
        }
        if (op.state == SymbolState::impaired) {
            draw_warning(op);
        }
    }

    void draw_hollow(const SymbolMark& op, const Path& shape) {
        const double width = std::max(1.0, kHollowWidth * op.radius);
        stroke(shape, op.edge, width + 1.6 * edge_width(op.radius), op.opacity);
        fill(shape, op.edge.with_alpha(0.6), op.opacity);
        stroke(shape, op.color, width, op.opacity);
    }

    void draw_lower_half(const SymbolMark& op, const Path& shape) {
        cairo_save(cairo_.get());
        const double reach_px = 2 * op.radius;
        cairo_rectangle(cairo_.get(), op.centre.x - reach_px, op.centre.y, 2 * reach_px, reach_px);
        cairo_clip(cairo_.get());
        fill(shape, op.color, op.opacity);
        cairo_restore(cairo_.get());
    }

    void draw_cross(const SymbolMark& op) {
        const double arm = 0.85 * op.radius;
        Path cross;
        cross.move_to({op.centre.x - arm, op.centre.y - arm});
        cross.line_to({op.centre.x + arm, op.centre.y + arm});
        cross.move_to({op.centre.x + arm, op.centre.y - arm});
        cross.line_to({op.centre.x - arm, op.centre.y + arm});
        const double width = std::max(1.2, kCrossWidth * op.radius);
        cairo_set_line_cap(cairo_.get(), CAIRO_LINE_CAP_ROUND);
        stroke(cross, op.edge, width + 2 * edge_width(op.radius), op.opacity);
        stroke(cross, op.color, width, op.opacity);
        cairo_set_line_cap(cairo_.get(), CAIRO_LINE_CAP_BUTT);
    }

    // A dark pupil: takes no room, where a ring would lie over the neighbours.
    void draw_pupil(const SymbolMark& op) {
        cairo_new_path(cairo_.get());
        cairo_arc(cairo_.get(), op.centre.x, op.centre.y, kPupil * op.radius, 0, kTau);
        set_color(op.edge, op.opacity);
        cairo_fill(cairo_.get());
    }

    // A small red triangle at the upper right: red, because a provider may have a yellow one.
    void draw_warning(const SymbolMark& op) {
        const double size = std::max(3.2, 0.85 * op.radius);
        const Point at{op.centre.x + op.radius, op.centre.y - op.radius};
        const Path triangle = outline(Shape::triangle_up).transformed(size * 0.8, at);
        stroke(triangle, rgb(0x0a0e15), 1.6, op.opacity);
        fill(triangle, rgb(0xf0323c), op.opacity);
        Path mark;
        mark.move_to({at.x, at.y - 0.55 * size});
        mark.line_to({at.x, at.y + 0.12 * size});
        mark.move_to({at.x, at.y + 0.3 * size});
        mark.line_to({at.x, at.y + 0.5 * size});
        stroke(mark, rgb(0xffffff), 0.24 * size, op.opacity);
    }

    void draw_op(const TextRun& op) { fonts_.draw(cairo_.get(), op, as_outlines_); }

    void draw_op(const ImageOp& op) {
        Image copy = *op.image;
        const SurfacePtr surface = surface_of(copy);
        cairo_set_source_surface(cairo_.get(), surface.get(), op.at.x, op.at.y);
        cairo_pattern_set_filter(cairo_get_source(cairo_.get()), CAIRO_FILTER_NEAREST);
        cairo_paint(cairo_.get());
        // Vector surfaces remember the source: finishing ours makes them take their own copy.
        cairo_set_source_rgba(cairo_.get(), 0, 0, 0, 0);
        cairo_surface_finish(surface.get());
    }

    ContextPtr cairo_;
    const FontSet& fonts_;
    bool as_outlines_;
};

Rect whole_pixels(const Rect& r) {
    const double x = std::floor(r.x);
    const double y = std::floor(r.y);
    return {x, y, std::ceil(r.right()) - x, std::ceil(r.bottom()) - y};
}

Rect around(Point centre, double radius) {
    return {centre.x - radius, centre.y - radius, 2 * radius, 2 * radius};
}

struct BoundsOf {
    const FontSet& fonts;

    Rect operator()(const FillPath& op) const { return op.path->bounds().grown(1); }
    Rect operator()(const StrokePath& op) const { return op.path->bounds().grown(op.width + 1); }
    Rect operator()(const FillRect& op) const {
        return {std::round(op.rect.x), std::round(op.rect.y),
                std::round(op.rect.right()) - std::round(op.rect.x),
                std::round(op.rect.bottom()) - std::round(op.rect.y)};
    }
    Rect operator()(const Ring& op) const { return around(op.centre, op.radius + op.width + 1); }
    Rect operator()(const SymbolMark& op) const {
        // The warning mark reaches furthest: its corner lies 1 + 0.8·1.6 radii out, or 3.2 px.
        const double reach_px = op.radius * (reach(op.shape) + 1) + 8;
        return around(op.centre, reach_px);
    }
    Rect operator()(const TextRun& op) const {
        // Italics and accents may leave the advance box; an em on each side is ample.
        return text_box(op, fonts).grown(op.halo + 0.35 * op.font.size + 1);
    }
    Rect operator()(const ImageOp& op) const {
        return {op.at.x, op.at.y, static_cast<double>(op.image->width),
                static_cast<double>(op.image->height)};
    }
};

cairo_status_t append_bytes(void* target, const unsigned char* data, unsigned int length) {
    static_cast<std::string*>(target)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
}

std::string source_date() {
    const char* given = std::getenv("SOURCE_DATE_EPOCH");
    const auto seconds = given == nullptr ? std::nullopt : parse_integer(given);
    const std::time_t moment = seconds ? static_cast<std::time_t>(*seconds) : 0;
    std::tm parts{};
    gmtime_r(&moment, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

}  // namespace

void paint(Image& image, const DisplayList& list, const FontSet& fonts) {
    const SurfacePtr surface = surface_of(image);
    Canvas canvas(surface.get(), fonts, true);
    for (const Op& op : list) {
        throw_if_interrupted();
        canvas.draw(op);
    }
    canvas.finish();
    cairo_surface_flush(surface.get());
}

void paint_moved(Image& image, const Op& op, Point offset, const FontSet& fonts) {
    const SurfacePtr surface = surface_of(image);
    Canvas canvas(surface.get(), fonts, true);
    canvas.translate(offset.x, offset.y);
    canvas.draw(op);
    canvas.finish();
    cairo_surface_flush(surface.get());
}

Rect paint_bounds(const Op& op, const FontSet& fonts) {
    return whole_pixels(std::visit(BoundsOf{fonts}, op));
}

std::vector<std::uint8_t> paint_mask(const Path& path, int width, int height, bool even_odd) {
    const int stride = cairo_format_stride_for_width(CAIRO_FORMAT_A8, width);
    std::vector<std::uint8_t> padded(static_cast<std::size_t>(stride) *
                                     static_cast<std::size_t>(height));
    {
        const SurfacePtr surface(cairo_image_surface_create_for_data(padded.data(), CAIRO_FORMAT_A8,
                                                                     width, height, stride));
        check(cairo_surface_status(surface.get()));
        const ContextPtr cairo(cairo_create(surface.get()));
        cairo_set_antialias(cairo.get(), CAIRO_ANTIALIAS_GOOD);
        cairo_set_fill_rule(cairo.get(),
                            even_odd ? CAIRO_FILL_RULE_EVEN_ODD : CAIRO_FILL_RULE_WINDING);
        trace_path(cairo.get(), path);
        cairo_set_source_rgba(cairo.get(), 1, 1, 1, 1);
        cairo_fill(cairo.get());
        check(cairo_status(cairo.get()));
        cairo_surface_flush(surface.get());
    }
    std::vector<std::uint8_t> mask(static_cast<std::size_t>(width) *
                                   static_cast<std::size_t>(height));
    for (int y = 0; y < height; ++y) {
        std::memcpy(mask.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width),
                    padded.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(stride),
                    static_cast<std::size_t>(width));
    }
    return mask;
}

std::string paint_vector(const DisplayList& list, int width, int height, VectorFormat format,
                         const PictureMeta& meta, const FontSet& fonts) {
    std::string bytes;
    const bool is_pdf = format == VectorFormat::pdf;
    const SurfacePtr surface(
        is_pdf ? cairo_pdf_surface_create_for_stream(append_bytes, &bytes, width, height)
               : cairo_svg_surface_create_for_stream(append_bytes, &bytes, width, height));
    check(cairo_surface_status(surface.get()));
    if (is_pdf) {
        cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, meta.title.c_str());
        cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_SUBJECT,
                                       meta.description.c_str());
        cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                       source_date().c_str());
    } else {
        cairo_svg_surface_set_document_unit(surface.get(), CAIRO_SVG_UNIT_PX);
    }
    {
        Canvas canvas(surface.get(), fonts, !is_pdf);
        for (const Op& op : list) {
            canvas.draw(op);
        }
        canvas.finish();
    }
    cairo_surface_finish(surface.get());
    check(cairo_surface_status(surface.get()));
    return is_pdf ? bytes : with_svg_text(std::move(bytes), list, meta);
}

}  // namespace footprint::render
