#include "cli/tables/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace footprint::cli {
namespace {

// Code points of well-formed UTF-8; anything else counts byte by byte.
std::uint32_t next_code_point(std::string_view& text) {
    const auto lead = static_cast<std::uint8_t>(text.front());
    const std::size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length == 1 || text.size() < length) {
        text.remove_prefix(1);
        return lead;
    }
    std::uint32_t value = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        value = (value << 6) | (static_cast<std::uint8_t>(text[i]) & 0x3FU);
    }
    text.remove_prefix(length);
    return value;
}

bool in(std::uint32_t c, std::uint32_t first, std::uint32_t last) {
    return c >= first && c <= last;
}

std::size_t width_of(std::uint32_t c) {
    if (in(c, 0x300, 0x36F) || in(c, 0x200B, 0x200F) || in(c, 0xFE00, 0xFE0F)) {
        return 0;
    }
    const bool wide = in(c, 0x1100, 0x115F) || in(c, 0x2E80, 0xA4CF) || in(c, 0xAC00, 0xD7A3) ||
                      in(c, 0xF900, 0xFAFF) || in(c, 0xFE30, 0xFE6F) || in(c, 0xFF00, 0xFF60) ||
                      in(c, 0xFFE0, 0xFFE6) || in(c, 0x1F300, 0x1FAFF) || in(c, 0x20000, 0x3FFFD);
    return wide ? 2 : 1;
}

std::string repeated(std::string_view text, std::size_t count) {
    std::string result;
    for (std::size_t i = 0; i < count; ++i) {
        result += text;
    }
    return result;
}

}  // namespace

std::size_t display_width(std::string_view utf8) {
    std::size_t width = 0;
    while (!utf8.empty()) {
        width += width_of(next_code_point(utf8));
    }
    return width;
}

void Table::header(std::vector<std::string> cells) {
    header_ = std::move(cells);
}

void Table::row(std::vector<std::string> cells) {
    rows_.push_back(std::move(cells));
}

void Table::gap() {
    rows_.emplace_back();
}

std::string Table::text() const {
    std::vector<std::size_t> widths(columns_.size(), 0);
    const auto measure = [&](const std::vector<std::string>& cells) {
        for (std::size_t c = 0; c < std::min(cells.size(), widths.size()); ++c) {
            widths[c] = std::max(widths[c], display_width(cells[c]));
        }
    };
    measure(header_);
    std::for_each(rows_.begin(), rows_.end(), measure);
    std::string out;
    const auto write = [&](const std::vector<std::string>& cells) {
        std::string line;
        for (std::size_t c = 0; c < std::min(cells.size(), widths.size()); ++c) {
            if (widths[c] == 0) {
                continue;
            }
            const std::string space(widths[c] - display_width(cells[c]), ' ');
            line += line.empty() ? "" : "  ";
            line += columns_[c] == Align::left ? cells[c] + space : space + cells[c];
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    };
    if (!header_.empty()) {
        write(header_);
        std::vector<std::string> rule;
        for (const auto width : widths) {
            rule.push_back(repeated("─", width));
        }
        write(rule);
    }
    std::for_each(rows_.begin(), rows_.end(), write);
    return out;
}

std::string percent(double share) {
    const double value = share * 100;
    if (value <= 0) {
        return "0 %";
    }
    if (value < 0.1) {
        return "<0.1 %";
    }
    if (value < 9.95) {
        return fmt::format("{:.1f} %", value);
    }
    // A share of all is a sum over a sum, and may miss one by a rounding.
    return share < 1 - 1e-9 && value >= 99.5 ? ">99 %" : fmt::format("{:.0f} %", value);
}

std::string milliseconds(std::optional<double> rtt_ms) {
    if (!rtt_ms) {
        return "–";
    }
    return *rtt_ms < 9.95 ? fmt::format("{:.1f} ms", *rtt_ms) : fmt::format("{:.0f} ms", *rtt_ms);
}

}  // namespace footprint::cli
