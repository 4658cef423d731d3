#include "geo/atlas/edge_tree.h"

#include <algorithm>
#include <limits>

namespace footprint::geo {
namespace {

Vec3 least(Vec3 a, Vec3 b) {
    return {std::min(a.x, b.x), std::min(a.y, b.y), std::min(a.z, b.z)};
}
Vec3 most(Vec3 a, Vec3 b) {
    return {std::max(a.x, b.x), std::max(a.y, b.y), std::max(a.z, b.z)};
}

double gap(double at, double low, double high) {
    return std::max({low - at, at - high, 0.0});
}

}  // namespace

EdgeTree::EdgeTree(std::span<const SpherePolygon> polygons) {
    for (const auto& polygon : polygons) {
        for (const auto& ring : polygon) {
            if (ring.empty()) {
                continue;
            }
            Vec3 from = reduced_unit_vector(ring.back());
            for (const LonLat p : ring) {
                const Vec3 to = reduced_unit_vector(p);
                edges_.push_back({from, to});
                from = to;
            }
        }
    }
    if (!edges_.empty()) {
        build(0, 0, edges_.size());
    }
}

void EdgeTree::build(std::size_t node, std::size_t begin, std::size_t end) {
    Box box{edges_[begin].from, edges_[begin].from};
    for (std::size_t i = begin; i < end; ++i) {
        box.low = least(box.low, least(edges_[i].from, edges_[i].to));
        box.high = most(box.high, most(edges_[i].from, edges_[i].to));
    }
    if (boxes_.size() <= node) {
        boxes_.resize(node + 1);
    }
    boxes_[node] = box;
    if (end - begin <= kLeaf) {
        return;
    }
    const Vec3 size = box.high - box.low;
    const auto along = [&](const Edge& edge) {
        const Vec3 middle = edge.from + edge.to;
        return size.x >= size.y && size.x >= size.z ? middle.x
               : size.y >= size.z                   ? middle.y
                                                    : middle.z;
    };
    const std::size_t half = begin + (end - begin) / 2;
    const auto at = [&](std::size_t i) { return edges_.begin() + static_cast<std::ptrdiff_t>(i); };
    std::nth_element(at(begin), at(half), at(end),
                     [&](const Edge& a, const Edge& b) { return along(a) < along(b); });
    build(2 * node + 1, begin, half);
    build(2 * node + 2, half, end);
}

double EdgeTree::Box::square_to(Vec3 here) const {
    const double x = gap(here.x, low.x, high.x);
    const double y = gap(here.y, low.y, high.y);
    const double z = gap(here.z, low.z, high.z);
    return x * x + y * y + z * z;
}

double EdgeTree::least_square(Vec3 here) const {
    return empty() ? std::numeric_limits<double>::infinity() : boxes_[0].square_to(here);
}

void EdgeTree::lower(Vec3 here, Nearest& best) const {
    if (!empty() && least_square(here) < best.square) {
        search(0, 0, edges_.size(), here, best);
    }
}

void EdgeTree::search(std::size_t node, std::size_t begin, std::size_t end, Vec3 here,
                      Nearest& best) const {
    if (end - begin <= kLeaf) {
        for (std::size_t i = begin; i < end; ++i) {
            const Vec3 along = edges_[i].to - edges_[i].from;
            const double length = dot(along, along);
            const double t =
                length > 0 ? std::clamp(dot(here - edges_[i].from, along) / length, 0.0, 1.0) : 0;
            const Vec3 near = edges_[i].from + t * along;
            const double square = dot(near - here, near - here);
            if (square < best.square) {
                best = {square, near};
            }
        }
        return;
    }
    const std::size_t half = begin + (end - begin) / 2;
    const double first = boxes_[2 * node + 1].square_to(here);
    const double second = boxes_[2 * node + 2].square_to(here);
    const bool second_first = second < first;
    for (const bool is_second : {second_first, !second_first}) {
        if ((is_second ? second : first) < best.square) {
            search(2 * node + (is_second ? 2 : 1), is_second ? half : begin, is_second ? end : half,
                   here, best);
        }
    }
}

}  // namespace footprint::geo
