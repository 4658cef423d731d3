#include "base/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

namespace footprint {

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
        text += fmt::format("{} = '{}': ", d.field, d.value);
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
