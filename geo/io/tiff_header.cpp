#include "geo/io/tiff_header.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace footprint::geo {
namespace {

static_assert(std::endian::native == std::endian::little, "values are written as they stand");

template <typename T>
void append(std::string& to, T value) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    to.append(bytes, sizeof(T));
}

template <typename T>
std::string bytes_of(const std::vector<T>& values) {
    std::string bytes;
    for (const T value : values) {
        append(bytes, value);
    }
    return bytes;
}

// A number whose width is the format's.
void append_word(std::string& to, std::uint64_t value, bool big) {
    if (big) {
        append(to, value);
    } else {
        append(to, static_cast<std::uint32_t>(value));
    }
}

std::string payload(const TiffDirectory::Entry& entry, bool big) {
    if (entry.kind != TiffDirectory::Entry::Kind::long_) {
        return entry.bytes;
    }
    std::string bytes;
    for (const std::uint64_t value : entry.longs) {
        append_word(bytes, value, big);
    }
    return bytes;
}

std::uint16_t type_of(const TiffDirectory::Entry& entry, bool big) {
    using Kind = TiffDirectory::Entry::Kind;
    switch (entry.kind) {
        case Kind::text:
            return 2;
        case Kind::short_:
            return 3;
        case Kind::double_:
            return 12;
        case Kind::long_:
            break;
    }
    return big ? 16 : 4;
}

void append_directory(std::string& head, const TiffDirectory& directory, bool big, bool last) {
    const std::size_t word = big ? 8 : 4;
    const std::size_t entry_size = big ? 20 : 12;
    auto entries = directory.entries();
    std::ranges::sort(entries, {}, &TiffDirectory::Entry::tag);
    const std::size_t size = (big ? 8 : 2) + entries.size() * entry_size + word;
    std::size_t free = head.size() + size;
    std::string values;
    if (big) {
        append(head, static_cast<std::uint64_t>(entries.size()));
    } else {
        append(head, static_cast<std::uint16_t>(entries.size()));
    }
    for (const auto& entry : entries) {
        append(head, entry.tag);
        append(head, type_of(entry, big));
        append_word(head, entry.count, big);
        std::string bytes = payload(entry, big);
        if (bytes.size() <= word) {
            bytes.resize(word, '\0');
            head += bytes;
        } else {
            append_word(head, free + values.size(), big);
            bytes.resize((bytes.size() + 7) / 8 * 8, '\0');
            values += bytes;
        }
    }
    free += values.size();
    append_word(head, last ? 0 : (free + 7) / 8 * 8, big);
    head += values;
    head.resize((head.size() + 7) / 8 * 8, '\0');
}

}  // namespace

void TiffDirectory::add_short(std::uint16_t tag, std::vector<std::uint16_t> values) {
    entries_.push_back({tag, Entry::Kind::short_, bytes_of(values), {}, values.size()});
}
void TiffDirectory::add_long(std::uint16_t tag, std::vector<std::uint64_t> values) {
    const std::size_t count = values.size();
    entries_.push_back({tag, Entry::Kind::long_, {}, std::move(values), count});
}
void TiffDirectory::add_double(std::uint16_t tag, std::vector<double> values) {
    entries_.push_back({tag, Entry::Kind::double_, bytes_of(values), {}, values.size()});
}
void TiffDirectory::add_text(std::uint16_t tag, std::string_view text) {
    std::string bytes(text);
    bytes.push_back('\0');
    const std::size_t count = bytes.size();
    entries_.push_back({tag, Entry::Kind::text, std::move(bytes), {}, count});
}

void TiffDirectory::set_long(std::uint16_t tag, std::span<const std::uint64_t> values) {
    for (Entry& entry : entries_) {
        if (entry.tag == tag) {
            std::ranges::copy(values.first(entry.count), entry.longs.begin());
        }
    }
}

std::string tiff_head(std::span<const TiffDirectory> directories, bool big) {
    std::string head = "II";
    append(head, static_cast<std::uint16_t>(big ? 43 : 42));
    if (big) {
        append(head, std::uint16_t{8});
        append(head, std::uint16_t{0});
        append(head, std::uint64_t{16});
    } else {
        append(head, std::uint32_t{8});
    }
    for (std::size_t i = 0; i < directories.size(); ++i) {
        append_directory(head, directories[i], big, i + 1 == directories.size());
    }
    return head;
}

}  // namespace footprint::geo
