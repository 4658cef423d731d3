// The head of a TIFF file: its directories and what they say; internal to geo/io.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace footprint::geo {

// One image's tags. Values go to the file in the width that classic TIFF or BigTIFF asks for.
class TiffDirectory {
  public:
    void add_short(std::uint16_t tag, std::vector<std::uint16_t> values);
    // Offsets and sizes: 4 bytes each in classic TIFF, 8 in BigTIFF.
    void add_long(std::uint16_t tag, std::vector<std::uint64_t> values);
    void add_double(std::uint16_t tag, std::vector<double> values);
    void add_text(std::uint16_t tag, std::string_view text);
    // Replaces the values of a tag added by add_long, as many as there were.
    void set_long(std::uint16_t tag, std::span<const std::uint64_t> values);

    struct Entry {
        std::uint16_t tag;
        enum class Kind : std::uint8_t { text, short_, long_, double_ } kind;
        std::string bytes;  // text, shorts and doubles as they stand in the file
        std::vector<std::uint64_t> longs;
        std::size_t count;
    };
    const std::vector<Entry>& entries() const { return entries_; }

  private:
    std::vector<Entry> entries_;
};

// Header and directories, chained in order, little-endian. Its size depends on tags and counts
// only, not on the offsets' values.
std::string tiff_head(std::span<const TiffDirectory> directories, bool big);

}  // namespace footprint::geo
