#include "geo/io/wkb.h"

#include <fmt/format.h>
#include <ogr_geometry.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "base/error.h"
#include "geo/io/gdal_session.h"

namespace footprint::geo {
namespace {

static_assert(std::endian::native == std::endian::little, "WKB is decoded on little-endian only");

enum Kind : std::uint32_t {
    kPoint = 1,
    kLine = 2,
    kPolygon = 3,
    kMultiPoint = 4,
    kMultiLine = 5,
    kMultiPolygon = 6,
    kCollection = 7
};

constexpr int kDeepest = 16;

struct Head {
    bool swapped = false;
    std::uint32_t kind = 0;
    std::size_t stride = 16;  // bytes a position takes
};

class Decoder {
  public:
    Decoder(std::span<const std::byte> bytes, std::size_t most_vertices, const std::string& where)
        : bytes_(bytes), vertices_left_(most_vertices), where_(&where) {}

    bool decode(Geometry& out) {
        const Head head = read_head();
        switch (head.kind) {
            case kPoint:
                return point(head, out);
            case kLine: {
                Lines& lines = reuse<Lines>(out, false);
                lines.lines.resize(1);
                path(head, lines.lines[0]);
                return true;
            }
            case kPolygon: {
                Polygons& polygons = reuse<Polygons>(out, false);
                polygons.polygons.resize(1);
                polygon(head, polygons.polygons[0]);
                return true;
            }
            case kMultiPoint:
            case kMultiLine:
            case kMultiPolygon:
            case kCollection:
                return parts(head, out);
            default:
                return false;
        }
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ExitCode::invalid, *where_ + ": the geometry is damaged: " + what);
    }

    void need(std::size_t bytes) const {
        if (bytes_.size() - at_ < bytes) {
            fail("it ends early");
        }
    }

    std::uint32_t read_u32(bool swapped) {
        need(4);
        std::uint32_t value = 0;
        std::memcpy(&value, bytes_.data() + at_, 4);
        at_ += 4;
        return swapped ? __builtin_bswap32(value) : value;
    }

    Head read_head() {
        need(1);
        const auto order = static_cast<unsigned>(bytes_[at_++]);
        if (order > 1) {
            fail(fmt::format("byte order {}", order));
        }
        Head head;
        head.swapped = order == 0;
        std::uint32_t type = read_u32(head.swapped);
        std::uint32_t extra = ((type >> 31U) & 1U) + ((type >> 30U) & 1U);
        if ((type & 0x20000000U) != 0) {
            read_u32(head.swapped);  // SRID
        }
        type &= 0x1FFFFFFFU;
        const std::uint32_t dimension = type / 1000;
        if (dimension > 3) {
            fail(fmt::format("type {}", type));
        }
        extra += dimension == 3 ? 2 : (dimension > 0 ? 1 : 0);
        head.kind = type % 1000;
        head.stride = 16 + std::size_t{8} * extra;
        return head;
    }

    std::uint32_t read_count(const Head& head, std::size_t smallest) {
        const std::uint32_t count = read_u32(head.swapped);
        if (count > (bytes_.size() - at_) / smallest) {
            fail(fmt::format("it claims {} parts, more than its bytes can hold", count));
        }
        return count;
    }

    double read_f64(std::size_t at, bool swapped) const {
        std::uint64_t bits = 0;
        std::memcpy(&bits, bytes_.data() + at, 8);
        return std::bit_cast<double>(swapped ? __builtin_bswap64(bits) : bits);
    }

    LonLat read_position(const Head& head) {
        const LonLat p{read_f64(at_, head.swapped), read_f64(at_ + 8, head.swapped)};
        at_ += head.stride;
        return p;
    }

    void take_vertices(std::size_t count) {
        if (count > vertices_left_) {
            throw Error(ExitCode::invalid,
                        *where_ + ": more vertices than the limit for one feature");
        }
        vertices_left_ -= count;
    }

    void path(const Head& head, std::vector<LonLat>& out) {
        const std::uint32_t count = read_count(head, head.stride);
        take_vertices(count);
        out.resize(count);
        for (LonLat& p : out) {
            p = read_position(head);
        }
    }

    void polygon(const Head& head, PlanarPolygon& out) {
        out.resize(read_count(head, 4));
        for (PlanarRing& ring : out) {
            path(head, ring);
        }
    }

    template <typename Shape>
    static Shape& reuse(Geometry& out, bool multi) {
        if (!std::holds_alternative<Shape>(out)) {
            out = Shape{};
        }
        Shape& shape = std::get<Shape>(out);
        shape.multi = multi;
        return shape;
    }

    bool point(const Head& head, Geometry& out) {
        need(head.stride);
        take_vertices(1);
        const LonLat p = read_position(head);
        if (std::isnan(p.lon) && std::isnan(p.lat)) {
            out = std::monostate{};  // how WKB writes an empty point
            return true;
        }
        Points& points = reuse<Points>(out, false);
        points.at.assign(1, p);
        return true;
    }

    bool parts(const Head& head, Geometry& out) {
        if (++depth_ > kDeepest) {
            fail("collections nested too deep");
        }
        const std::uint32_t count = read_count(head, 5);
        Geometry all;
        Geometry part;
        for (std::uint32_t i = 0; i < count; ++i) {
            if (!decode(part)) {
                return false;
            }
            join(part, all);
        }
        --depth_;
        mark_multi(all);
        out = std::move(all);
        return true;
    }

    void join(Geometry& part, Geometry& all) const {
        if (std::holds_alternative<std::monostate>(part)) {
            return;
        }
        if (std::holds_alternative<std::monostate>(all)) {
            all = std::move(part);
        } else if (part.index() != all.index()) {
            throw Error(ExitCode::invalid,
                        *where_ +
                            ": a collection of points, lines and polygons together is not "
                            "supported; split it into layers of one kind each");
        } else if (auto* points = std::get_if<Points>(&all)) {
            append(std::get<Points>(part).at, points->at);
        } else if (auto* lines = std::get_if<Lines>(&all)) {
            append(std::get<Lines>(part).lines, lines->lines);
        } else {
            append(std::get<Polygons>(part).polygons, std::get<Polygons>(all).polygons);
        }
    }

    static void append(auto& from, auto& to) {
        to.insert(to.end(), std::make_move_iterator(from.begin()),
                  std::make_move_iterator(from.end()));
    }

    static void mark_multi(Geometry& geometry) {
        if (auto* points = std::get_if<Points>(&geometry)) {
            points->multi = true;
        } else if (auto* lines = std::get_if<Lines>(&geometry)) {
            lines->multi = true;
        } else if (auto* polygons = std::get_if<Polygons>(&geometry)) {
            polygons->multi = true;
        }
    }

    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
    std::size_t vertices_left_;
    const std::string* where_;
    int depth_ = 0;
};

}  // namespace

bool read_wkb(std::span<const std::byte> bytes, std::size_t most_vertices, const std::string& where,
              Geometry& out) {
    return Decoder(bytes, most_vertices, where).decode(out);
}

std::vector<std::byte> linearized_wkb(std::span<const std::byte> bytes, const std::string& where) {
    start_gdal();
    const GdalErrors errors;
    OGRGeometry* raw = nullptr;
    const OGRErr code =
        OGRGeometryFactory::createFromWkb(bytes.data(), nullptr, &raw, bytes.size());
    const std::unique_ptr<OGRGeometry> curved(raw);
    if (code != OGRERR_NONE || !curved) {
        throw Error(ExitCode::invalid,
                    where + ": the geometry is damaged: " + errors.reason("unknown type"));
    }
    const std::unique_ptr<OGRGeometry> linear(curved->getLinearGeometry());
    if (!linear || wkbFlatten(linear->getGeometryType()) > wkbGeometryCollection) {
        throw Error(ExitCode::invalid, fmt::format("{}: geometries of type {} are not supported",
                                                   where, curved->getGeometryName()));
    }
    std::vector<std::byte> out(linear->WkbSize());
    linear->exportToWkb(wkbNDR, reinterpret_cast<unsigned char*>(out.data()), wkbVariantIso);
    return out;
}

}  // namespace footprint::geo
