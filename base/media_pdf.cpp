// PDF, as far as it can be told without unpacking its streams.
#include <algorithm>
#include <array>
#include <cmath>

#include "base/media_parts.h"
#include "base/text.h"

namespace footprint::media {
namespace {

// A character of UTF-16 as UTF-8. Halves of pairs are left out.
void append_utf8(std::string& text, unsigned code) {
    if (code < 0x80) {
        text += static_cast<char>(code);
    } else if (code < 0x800) {
        text += static_cast<char>(0xC0U | code >> 6);
        text += static_cast<char>(0x80U | (code & 0x3FU));
    } else if (code < 0xD800 || code > 0xDFFF) {
        text += static_cast<char>(0xE0U | code >> 12);
        text += static_cast<char>(0x80U | (code >> 6 & 0x3FU));
        text += static_cast<char>(0x80U | (code & 0x3FU));
    }
}

int hex_digit(char c) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto at = kDigits.find(lower_ascii({&c, 1}));
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// "(text)" without nested brackets, or "<FEFF…>".
std::string text_at(std::string_view bytes) {
    std::string text;
    if (bytes.starts_with('(')) {
        for (std::size_t i = 1; i < bytes.size() && bytes[i] != ')'; ++i) {
            i += bytes[i] == '\\' && i + 1 < bytes.size() ? 1U : 0U;
            text += bytes[i];
        }
    } else if (bytes.starts_with("<FEFF") || bytes.starts_with("<feff")) {
        for (std::size_t i = 5; i + 3 < bytes.size(); i += 4) {
            unsigned code = 0;
            for (const char c : bytes.substr(i, 4)) {
                const int digit = hex_digit(c);
                if (digit < 0) {
                    return text;
                }
                code = code << 4 | static_cast<unsigned>(digit);
            }
            append_utf8(text, code);
        }
    }
    return text;
}

class PdfReader {
  public:
    explicit PdfReader(const Bytes& file) : file_(file) { info_.format = "PDF"; }

    // Windows overlap by as much as a text may be long.
    MediaInfo read() {
        constexpr std::uint64_t kOverlap = 4096;
        for (std::uint64_t at = 0; at < file_.size(); at += kMostHeld - kOverlap) {
            const std::string window = file_.some(at, kMostHeld);
            const bool is_last = at + window.size() >= file_.size();
            look(window, is_last ? window.size() : window.size() - kOverlap);
            if (is_last) {
                break;
            }
        }
        if (pages_ > 0) {
            info_.pages = pages_;
        }
        return std::move(info_);
    }

  private:
    // At names that begin before `end`.
    void look(std::string_view window, std::size_t end) {
        for (auto at = window.find('/'); at < end; at = window.find('/', at + 1)) {
            const auto rest = window.substr(at);
            if (rest.starts_with("/Type")) {
                const auto type = trimmed(rest.substr(5, 16));
                pages_ += type.starts_with("/Page") && !type.starts_with("/Pages") ? 1 : 0;
            } else if (rest.starts_with("/MediaBox") && !info_.width) {
                media_box(rest.substr(9, 200));
            } else {
                name_text(rest);
            }
        }
    }

    void name_text(std::string_view rest) {
        constexpr std::array<std::string_view, 2> kNames{"Title", "Subject"};
        for (const std::string_view name : kNames) {
            const bool told = std::ranges::any_of(
                info_.texts, [&](const auto& text) { return text.first == name; });
            if (!told && rest.substr(1).starts_with(name)) {
                const std::string text = text_at(trimmed(rest.substr(1 + name.size(), 4000)));
                if (!text.empty()) {
                    add_text(info_, name, text);
                }
            }
        }
    }

    // "[ 0 0 960 540 ]", in points.
    void media_box(std::string_view rest) {
        const auto open = rest.find('[');
        const auto close = rest.find(']');
        if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
            return;
        }
        std::array<double, 4> box{};
        std::size_t count = 0;
        std::string word;
        for (const char c : std::string(rest.substr(open + 1, close - open - 1)) + ' ') {
            if (c != ' ' && c != '\n' && c != '\r') {
                word += c;
                continue;
            }
            const auto number = parse_number(word);
            if (number && count < box.size()) {
                box[count++] = *number;
            }
            word.clear();
        }
        constexpr double kLargest = 1e6;
        const double width = box[2] - box[0];
        const double height = box[3] - box[1];
        if (count == 4 && width > 0 && height > 0 && std::max(width, height) < kLargest) {
            info_.width = static_cast<int>(std::lround(width));
            info_.height = static_cast<int>(std::lround(height));
        }
    }

    const Bytes& file_;
    MediaInfo info_;
    int pages_ = 0;
};

}  // namespace

MediaInfo pdf_info(const Bytes& file) {
    return PdfReader(file).read();
}

}  // namespace footprint::media
