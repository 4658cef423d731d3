#include "render/scene/clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace footprint::render {

FilmClock FilmClock::make(Date from, Date to, int fps, double duration_s) {
    if (to <= from) {
        throw Error(ExitCode::usage, fmt::format("a film from {} to {} has no time to show; --to "
                                                 "must be later than --from",
                                                 from.iso(), to.iso()));
    }
    if (fps < 1 || fps > 120 || !(duration_s > 0) || !std::isfinite(duration_s)) {
        throw Error(ExitCode::usage, fmt::format("{} frames a second for {} s is not a film; "
                                                 "expected 1 to 120 and a positive duration",
                                                 fps, duration_s));
    }
    FilmClock clock;
    clock.from = from;
    clock.to = to;
    clock.fps = fps;
    clock.duration_s = duration_s;
    clock.hold_start_s = std::min(clock.hold_start_s, duration_s / 5);
    clock.hold_end_s = std::min(clock.hold_end_s, duration_s / 5);
    return clock;
}

std::int64_t FilmClock::frames() const {
    return std::max<std::int64_t>(1, std::llround(duration_s * fps));
}

double FilmClock::day(std::int64_t frame) const {
    const double at = second(frame);
    if (knots.size() < 2 || at <= hold_start_s || at >= duration_s - hold_end_s) {
        const double share = std::clamp((at - hold_start_s) / moving_s(), 0.0, 1.0);
        return from.days() + share * (to - from);
    }
    const auto after = std::upper_bound(knots.begin() + 1, knots.end() - 1, at,
                                        [](double s, const Knot& k) { return s < k.second; });
    const Knot& a = *(after - 1);
    const Knot& b = *after;
    const double share = b.second > a.second ? (at - a.second) / (b.second - a.second) : 1;
    return std::clamp(a.day + share * (b.day - a.day), 1.0 * from.days(), 1.0 * to.days());
}

double FilmClock::second_of(double day) const {
    if (knots.size() < 2 || day <= from.days() || day >= to.days()) {
        return hold_start_s + (day - from.days()) / (to - from) * moving_s();
    }
    const auto after = std::lower_bound(knots.begin() + 1, knots.end() - 1, day,
                                        [](const Knot& k, double d) { return k.day < d; });
    const Knot& a = *(after - 1);
    const Knot& b = *after;
    return b.day > a.day ? a.second + (day - a.day) / (b.day - a.day) * (b.second - a.second)
                         : a.second;
}

Date date_of(double day) {
    return Date(static_cast<std::int32_t>(std::floor(day)));
}

}  // namespace footprint::render
