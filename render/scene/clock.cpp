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
    const double running_s = duration_s - hold_start_s - hold_end_s;
    const double share = std::clamp((second(frame) - hold_start_s) / running_s, 0.0, 1.0);
    return from.days() + share * (to - from);
}

double FilmClock::second_of(double day) const {
    const double running_s = duration_s - hold_start_s - hold_end_s;
    return hold_start_s + (day - from.days()) / (to - from) * running_s;
}

Date date_of(double day) {
    return Date(static_cast<std::int32_t>(std::floor(day)));
}

}  // namespace footprint::render
