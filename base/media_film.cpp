// MP4, WebM and GIF.
#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "base/media_parts.h"

namespace footprint::media {
namespace {

// ---- MP4 --------------------------------------------------------------------------------------

// Length and time scale lie in moov/mvhd, the picture's size in moov/trak/tkhd, the number of
// frames in the sample table of the track whose handler is 'vide', texts in moov/udta/meta/ilst.
class Mp4Reader {
  public:
    explicit Mp4Reader(const Bytes& file) : file_(file) { info_.format = "MP4"; }

    MediaInfo read() {
        boxes(0, file_.size(), "");
        return std::move(info_);
    }

  private:
    void boxes(std::uint64_t at, std::uint64_t end, std::string_view inside) {
        constexpr int kMostBoxes = 10'000;
        while (at + 8 <= end && ++count_ < kMostBoxes) {
            const auto head = file_.some(at, 16);
            std::uint64_t size = big_endian(std::string_view(head).substr(0, 4));
            std::uint64_t header = 8;
            if (size == 1 && head.size() == 16) {
                size = big_endian(std::string_view(head).substr(8));
                header = 16;
            } else if (size == 0) {
                size = end - at;
            }
            if (size < header || size > end - at) {
                file_.broken("a box is larger than what holds it");
            }
            box(head.substr(4, 4), at + header, size - header, inside);
            at += size;
        }
    }

    // Each is entered inside of one other only, so that nothing nests for ever.
    static bool is_folder(std::string_view type, std::string_view inside) {
        constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kFolders{
            {{"", "moov"},
             {"moov", "trak"},
             {"trak", "mdia"},
             {"mdia", "minf"},
             {"minf", "stbl"},
             {"moov", "udta"},
             {"udta", "meta"},
             {"meta", "ilst"}}};
        return std::ranges::find(kFolders, std::pair(inside, type)) != kFolders.end();
    }

    void box(const std::string& type, std::uint64_t at, std::uint64_t size,
             std::string_view inside) {
        if (is_folder(type, inside)) {
            const std::uint64_t skipped = type == "meta" ? std::min<std::uint64_t>(size, 4) : 0;
            boxes(at + skipped, at + size, type);
        } else if (inside == "ilst") {
            item_ = type;
            boxes(at, at + size, "item");
        } else if (inside == "item" && type == "data" && size >= 8) {
            item_text(file_.some(at + 8, size - 8));
        } else if (type == "mvhd" && size >= 32) {
            movie_header(file_.exactly(at, 32));
        } else if (type == "tkhd" && (size == 84 || size == 96)) {
            track_header(file_.some(at, size));
        } else if (type == "hdlr" && inside == "mdia" && size >= 12) {
            is_video_ = file_.exactly(at + 8, 4) == "vide";
        } else if (type == "stsz" && is_video_ && size >= 12) {
            info_.frames = static_cast<int>(big_endian(file_.exactly(at + 8, 4)) & 0x7FFFFFFF);
        }
    }

    void item_text(const std::string& text) {
        if (item_ == "\xA9nam" || item_ ==
                                      "\xA9"
                                      "cmt") {
            add_text(info_, item_ == "\xA9nam" ? "Title" : "Comment", text);
        }
    }

    void movie_header(std::string_view data) {
        const bool wide = data[0] == 1;
        const auto scale = big_endian(data.substr(wide ? 20 : 12, 4));
        const auto length = big_endian(wide ? data.substr(24, 8) : data.substr(16, 4));
        if (scale > 0) {
            info_.seconds = static_cast<double>(length) / static_cast<double>(scale);
        }
    }

    // Width and height are the last eight bytes, as 16.16 fixed point.
    void track_header(std::string_view data) {
        const auto size = data.substr(data.size() - 8);
        const auto width = static_cast<int>(big_endian(size.substr(0, 4)) >> 16);
        const auto height = static_cast<int>(big_endian(size.substr(4)) >> 16);
        if (width > 0 && height > 0) {
            info_.width = width;
            info_.height = height;
        }
    }

    const Bytes& file_;
    MediaInfo info_;
    std::string item_;
    bool is_video_ = false;
    int count_ = 0;
};

// ---- WebM -------------------------------------------------------------------------------------

// EBML, walked flat: elements that hold others are entered, the rest is read or passed over. Ends
// of what was entered need not be known, as those of a live stream are not.
class WebmReader {
  public:
    explicit WebmReader(const Bytes& file) : file_(file) { info_.format = "WebM"; }

    MediaInfo read() {
        constexpr int kMostElements = 1'000'000;
        std::uint64_t at = 0;
        for (int i = 0; at < file_.size() && i < kMostElements; ++i) {
            const std::string head = file_.some(at, 12);
            const std::size_t id_bytes = length_of(head, 0, 4);
            const std::size_t size_bytes = length_of(head, id_bytes, 8);
            const std::uint64_t id = big_endian(std::string_view(head).substr(0, id_bytes));
            const std::uint64_t mask = (std::uint64_t{1} << (7 * size_bytes)) - 1;
            const std::uint64_t size =
                big_endian(std::string_view(head).substr(id_bytes, size_bytes)) & mask;
            at += id_bytes + size_bytes;
            if (holds_others(id)) {
                continue;
            }
            if (size > file_.size() - at) {
                file_.broken("an element is larger than the file");
            }
            element(id, at, size);
            at += size;
        }
        finish();
        return std::move(info_);
    }

  private:
    // Leading zero bits say how many bytes a number has.
    std::size_t length_of(const std::string& head, std::size_t at, std::size_t most) const {
        if (at >= head.size()) {
            file_.broken("it ends too soon");
        }
        const auto length =
            static_cast<std::size_t>(std::countl_zero(static_cast<unsigned char>(head[at]))) + 1;
        if (length > most || at + length > head.size()) {
            file_.broken("an element has no length");
        }
        return length;
    }

    static bool holds_others(std::uint64_t id) {
        constexpr std::array<std::uint64_t, 11> kMasters{
            0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE,  0xE0,
            0x1F43B675, 0xA0,       0x1254C367, 0x7373,     0x67C8};
        return std::ranges::find(kMasters, id) != kMasters.end();
    }

    void element(std::uint64_t id, std::uint64_t at, std::uint64_t size) {
        constexpr std::uint64_t kDocType = 0x4282;
        constexpr std::uint64_t kTimestampScale = 0x2AD7B1;
        constexpr std::uint64_t kDuration = 0x4489;
        constexpr std::uint64_t kTitle = 0x7BA9;
        constexpr std::uint64_t kPixelWidth = 0xB0;
        constexpr std::uint64_t kPixelHeight = 0xBA;
        constexpr std::uint64_t kSimpleBlock = 0xA3;
        constexpr std::uint64_t kBlock = 0xA1;
        constexpr std::uint64_t kTagName = 0x45A3;
        constexpr std::uint64_t kTagString = 0x4487;
        switch (id) {
            case kDocType:
                info_.format = file_.some(at, size) == "webm" ? "WebM" : "Matroska";
                break;
            case kTimestampScale:
                scale_ns_ = static_cast<double>(number(at, size));
                break;
            case kDuration:
                duration_ = real(at, size);
                break;
            case kTitle:
                add_text(info_, "Title", file_.some(at, size));
                break;
            case kPixelWidth:
                info_.width = static_cast<int>(number(at, size) & 0x7FFFFFFF);
                break;
            case kPixelHeight:
                info_.height = static_cast<int>(number(at, size) & 0x7FFFFFFF);
                break;
            case kSimpleBlock:
            case kBlock:
                ++frames_;
                break;
            case kTagName:
                tag_ = file_.some(at, size);
                break;
            case kTagString:
                tag_text(file_.some(at, size));
                break;
            default:
                break;
        }
    }

    void tag_text(const std::string& text) {
        if (tag_ == "COMMENT") {
            add_text(info_, "Comment", text);
        }
    }

    std::uint64_t number(std::uint64_t at, std::uint64_t size) const {
        return size > 8 ? 0 : big_endian(file_.exactly(at, size));
    }

    double real(std::uint64_t at, std::uint64_t size) const {
        if (size == 4) {
            return double{std::bit_cast<float>(static_cast<std::uint32_t>(number(at, 4)))};
        }
        return size == 8 ? std::bit_cast<double>(number(at, 8)) : 0;
    }

    void finish() {
        constexpr double kLongest_s = 1e7;
        const double seconds = duration_ * scale_ns_ / 1e9;
        if (seconds > 0 && seconds < kLongest_s) {
            info_.seconds = seconds;
        }
        if (frames_ > 0) {
            info_.frames = frames_;
        }
    }

    const Bytes& file_;
    MediaInfo info_;
    double scale_ns_ = 1e6;
    double duration_ = 0;
    int frames_ = 0;
    std::string tag_;
};

// ---- GIF --------------------------------------------------------------------------------------

class GifReader {
  public:
    explicit GifReader(const Bytes& file) : file_(file) { info_.format = "GIF"; }

    MediaInfo read() {
        const std::string head = file_.exactly(0, 13);
        info_.width = static_cast<int>(little_endian(std::string_view(head).substr(6, 2)));
        info_.height = static_cast<int>(little_endian(std::string_view(head).substr(8, 2)));
        at_ = 13 + colours(head[10]);
        while (block()) {
        }
        info_.frames = frames_;
        if (frames_ > 1) {
            info_.seconds = centiseconds_ / 100.0;
        }
        return std::move(info_);
    }

  private:
    static std::uint64_t colours(char flags) {
        const auto bits = static_cast<unsigned char>(flags);
        return (bits & 0x80U) != 0 ? std::uint64_t{3} << ((bits & 7U) + 1) : 0;
    }

    // False at the end mark.
    bool block() {
        const char kind = file_.exactly(at_, 1)[0];
        if (kind == '\x3B') {
            return false;
        }
        if (kind == '\x2C') {
            const std::string image = file_.exactly(at_, 10);
            ++frames_;
            at_ += 10 + colours(image[9]) + 1;
            pass();
            return true;
        }
        if (kind != '\x21') {
            file_.broken("a block is of no kind that GIF has");
        }
        const char label = file_.exactly(at_, 2)[1];
        at_ += 2;
        extension(label);
        pass();
        return true;
    }

    void extension(char label) {
        if (label == '\xF9') {
            const std::string control = file_.exactly(at_, 5);
            centiseconds_ +=
                static_cast<double>(little_endian(std::string_view(control).substr(2, 2)));
        } else if (label == '\xFE') {
            const auto length = static_cast<unsigned char>(file_.exactly(at_, 1)[0]);
            add_text(info_, "Comment", file_.exactly(at_ + 1, length));
        }
    }

    // Past a chain of blocks of up to 255 bytes, which ends with an empty one.
    void pass() {
        while (true) {
            const auto length = static_cast<unsigned char>(file_.exactly(at_, 1)[0]);
            at_ += std::uint64_t{1} + length;
            if (length == 0) {
                return;
            }
        }
    }

    const Bytes& file_;
    MediaInfo info_;
    std::uint64_t at_ = 0;
    int frames_ = 0;
    double centiseconds_ = 0;
};

}  // namespace

MediaInfo mp4_info(const Bytes& file) {
    return Mp4Reader(file).read();
}

MediaInfo webm_info(const Bytes& file) {
    return WebmReader(file).read();
}

MediaInfo gif_info(const Bytes& file) {
    return GifReader(file).read();
}

}  // namespace footprint::media
