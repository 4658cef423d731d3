// From film time to dates and back.
#pragma once

#include <cstdint>
#include <vector>

#include "base/date.h"

namespace footprint::render {

// A film holds its first date, runs from `from` to `to`, and holds its last. It runs evenly, or
// slower where there is something to read.
struct FilmClock {
    // The film reaches `day` at `second`.
    struct Knot {
        double second = 0;
        double day = 0;
        bool operator==(const Knot&) const = default;
    };

    Date from;
    Date to;
    int fps = 30;
    double duration_s = 30;
    double hold_start_s = 1.5;
    double hold_end_s = 2.5;
    // Rising in both, from {hold_start_s, from} to {duration_s - hold_end_s, to}, time running
    // evenly between neighbours; empty: evenly throughout.
    std::vector<Knot> knots;

    // Holds of at most a fifth of a short film; Throws Error (usage) for a span or a film that is
    // not longer than nothing.
    static FilmClock make(Date from, Date to, int fps, double duration_s);

    std::int64_t frames() const;
    double second(std::int64_t frame) const { return static_cast<double>(frame) / fps; }
    // A real number of days since 1970-01-01, within [from, to].
    double day(std::int64_t frame) const;
    // Seconds in which the date moves.
    double moving_s() const { return duration_s - hold_start_s - hold_end_s; }
    // When the film first reaches a date, in seconds; negative or past the end for dates outside of
    // it.
    double second_of(double day) const;
};

// The calendar day of a real number of days.
Date date_of(double day);

}  // namespace footprint::render
