// Faults in data, gathered rather than thrown, so that a file is checked in one go.
#pragma once

#include <string>
#include <vector>

namespace footprint {

enum class Severity { warning, error };

// One fault. Empty strings and line 0 mean "not applicable".
struct Diagnostic {
    Severity severity = Severity::error;
    std::string code;  // stable, kebab-case: "in-the-sea", "unknown-column"
    std::string file;
    std::size_t line = 0;  // 1-based; the header of a CSV file is line 1
    std::string field;
    std::string value;
    std::string message;  // what is wrong and what was expected
    std::string hint;     // what to do about it
};

// "file:line: error: field 'lat' = '91': message [code]\n    hint: …"
std::string format(const Diagnostic& diagnostic);

using Diagnostics = std::vector<Diagnostic>;

bool has_errors(const Diagnostics& diagnostics);

// The faults as one text, at most `most` of them, with a count of the rest.
std::string format(const Diagnostics& diagnostics, std::size_t most);

}  // namespace footprint
