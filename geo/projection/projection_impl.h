// The PROJ object behind a Projection. Inside projection only.
#pragma once

#include <proj.h>

#include <memory>

#include "geo/projection/domain.h"
#include "geo/projection/projection.h"

namespace footprint::geo {

struct Projection::Impl {
    explicit Impl(Definition given);

    // A point of the window: longitude relative to lon0, in [-180, 180], so that both edges of the
    // map keep their side. NaN where PROJ has no answer.
    XY forward_relative(XY relative) const;
    bool in_domain(XY relative) const;

    struct ContextDeleter {
        void operator()(PJ_CONTEXT* context) const { proj_context_destroy(context); }
    };
    struct PjDeleter {
        void operator()(PJ* pj) const { proj_destroy(pj); }
    };

    Definition definition;
    Vec3 centre;  // of a cap, as a unit vector in longitudes relative to lon0
    double cos_cap = 0;
    std::unique_ptr<PJ_CONTEXT, ContextDeleter> context;
    std::unique_ptr<PJ, PjDeleter> pj;
};

// The edge of the domain in longitude relative to lon0 and latitude: open, counter-clockwise, dense
// enough to draw.
std::vector<XY> domain_edge(const Definition& definition);

// A point on the edge of a cap, by its direction seen from the centre, counter-clockwise from east.
XY cap_edge_point(const Definition& definition, double angle_rad);

}  // namespace footprint::geo
