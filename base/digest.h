// SHA-256 (FIPS 180-4), to say which bytes went in and came out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace footprint {

class Sha256 {
  public:
    void update(std::string_view bytes);
    std::string hex();  // ends the digest

  private:
    void block(const unsigned char* bytes);
    std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<unsigned char, 64> pending_{};
    std::size_t held_ = 0;
    std::uint64_t bytes_ = 0;
};

std::string sha256_hex(std::string_view bytes);
// Of a whole file, read in pieces. Throws Error when it cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace footprint
