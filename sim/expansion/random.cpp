#include "sim/expansion/random.h"

#include <cmath>

namespace footprint::sim {
namespace {

// FNV-1a, 64 bits.
std::uint64_t hash_of(std::string_view name) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : name) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
    return hash;
}

std::uint32_t low(std::uint64_t x) {
    return static_cast<std::uint32_t>(x);
}
std::uint32_t high(std::uint64_t x) {
    return static_cast<std::uint32_t>(x >> 32U);
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t a = std::uint64_t{0xD2511F53U} * counter[0];
        const std::uint64_t b = std::uint64_t{0xCD9E8D57U} * counter[2];
        counter = {high(b) ^ counter[1] ^ key[0], low(b), high(a) ^ counter[3] ^ key[1], low(a)};
        key[0] += 0x9E3779B9U;
        key[1] += 0xBB67AE85U;
    }
    return counter;
}

RandomStream::RandomStream(std::uint64_t seed, std::uint32_t run, std::string_view name)
    : key_{low(seed), high(seed) ^ high(hash_of(name))}, run_(run), name_(low(hash_of(name))) {}

double RandomStream::uniform() {
    const auto block = philox4x32({low(drawn_), high(drawn_), run_, name_}, key_);
    ++drawn_;
    const std::uint64_t bits = (std::uint64_t{block[0]} << 32U | block[1]) >> 11U;
    return (static_cast<double>(bits) + 0.5) * 0x1p-53;
}

double RandomStream::gumbel() {
    return -std::log(-std::log(uniform()));
}

}  // namespace footprint::sim
