// Named streams of random numbers from one seed. A stream's numbers depend on the seed, the run,
// its name and how many were drawn before, and on nothing else: a new agent disturbs no other
// stream, and threads change nothing.
//
// Philox 4×32, 10 rounds: Salmon, Moraes, Dror, Shaw (2011), "Parallel random numbers: as easy as
// 1, 2, 3".
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace footprint::sim {

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

class RandomStream {
  public:
    RandomStream(std::uint64_t seed, std::uint32_t run, std::string_view name);

    double uniform();  // in (0, 1), 53 bits
    double gumbel();   // location 0, scale 1

    std::uint64_t drawn() const { return drawn_; }

  private:
    std::array<std::uint32_t, 2> key_;
    std::uint32_t run_;
    std::uint32_t name_;
    std::uint64_t drawn_ = 0;
};

}  // namespace footprint::sim
