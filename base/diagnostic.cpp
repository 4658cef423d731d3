#include "base/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace footprint {

namespace {

// Values come from files of any bytes, and are shown on terminals that obey some of them.
std::string harmless(std::string_view value) {
    constexpr std::size_t kLongest = 200;
    std::string text;
    for (const char c : value.substr(0, kLongest)) {
        const bool control = (c >= 0 && c < 0x20) || c == 0x7F;
        if (control) {
            text += fmt::format("\\x{:02X}", static_cast<unsigned>(c));
        } else {
            text += c;
        }
    }
    if (!is_utf8(text)) {
        for (char& c : text) {
            c = static_cast<unsigned char>(c) < 0x80 ? c : '?';
        }
    }
    return value.size() > kLongest ? text + "…" : text;
}

}  // namespace

std::string format(const Diagnostic& d) {
    std::string text;
    if (!d.file.empty()) {
        text += d.file + ":";
        if (d.line > 0) {
            text += fmt::format("{}:", d.line);
        }
        text += " ";
    }
    text += d.severity == Severity::error ? "error: " : "warning: ";
    if (!d.field.empty()) {
        text += fmt::format("{} = '{}': ", d.field, harmless(d.value));
    }
    text += d.message;
    if (!d.code.empty()) {
        text += fmt::format(" [{}]", d.code);
    }
    if (!d.hint.empty()) {
        text += fmt::format("\n    hint: {}", d.hint);
    }
    return text;
}

bool has_errors(const Diagnostics& diagnostics) {
    return std::any_of(diagnostics.begin(), diagnostics.end(),
                       [](const Diagnostic& d) { return d.severity == Severity::error; });
}

std::string format(const Diagnostics& diagnostics, std::size_t most) {
    std::string text;
    for (std::size_t i = 0; i < std::min(most, diagnostics.size()); ++i) {
        text += format(diagnostics[i]) + "\n";
    }
    if (diagnostics.size() > most) {
        text += fmt::format("… and {} more\n", diagnostics.size() - most);
    }
    return text;
}

}  // namespace footprint
