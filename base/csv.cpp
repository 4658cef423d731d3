#include "base/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"

namespace footprint {
namespace {

constexpr std::size_t kLongestField = std::size_t{64} << 10;

// What the first bytes say of an encoding that is not UTF-8; empty if they say nothing. Without a
// mark of byte order every other byte of Latin text is NUL.
std::string_view other_encoding(std::string_view text) {
    using namespace std::string_view_literals;
    if (text.starts_with("\xFF\xFE\0\0"sv) || text.starts_with("\0\0\xFE\xFF"sv)) {
        return "UTF-32";
    }
    if (text.starts_with("\xFF\xFE"sv) || text.starts_with("\xFE\xFF"sv)) {
        return "UTF-16";
    }
    const auto nul = [&](std::size_t i) { return text[i] == '\0'; };
    if (text.size() < 4) {
        return "";
    }
    if ((nul(0) && nul(1) && nul(2) && !nul(3)) || (!nul(0) && nul(1) && nul(2) && nul(3))) {
        return "UTF-32";
    }
    return (nul(0) && !nul(1) && nul(2) && !nul(3)) || (!nul(0) && nul(1) && !nul(2) && nul(3))
               ? "UTF-16"
               : "";
}

}  // namespace

CsvReader::CsvReader(const std::filesystem::path& path, std::size_t limit_bytes) {
    name_ = path.string();
    text_ = read_file(path, limit_bytes);
    start();
}

CsvReader CsvReader::from_text(std::string name, std::string text) {
    CsvReader reader;
    reader.name_ = std::move(name);
    reader.text_ = std::move(text);
    reader.start();
    return reader;
}

void CsvReader::fault(std::string code, std::size_t line, std::string message, std::string hint) {
    if (diagnostics_.size() == kMostFaults) {
        code = "too-many-faults";
        message = "too many malformed lines; the rest of the file is not read";
        hint = "is it a CSV file with commas between the fields?";
        at_ = text_.size();
    } else if (diagnostics_.size() > kMostFaults) {
        return;
    }
    diagnostics_.push_back({Severity::error, std::move(code), name_, line, "", "",
                            std::move(message), std::move(hint)});
}

void CsvReader::start() {
    if (const auto encoding = other_encoding(text_); !encoding.empty()) {
        fault("bad-encoding", 1, fmt::format("the file is {}; expected UTF-8", encoding),
              "save it as UTF-8");
        at_ = text_.size();
        return;
    }
    if (text_.starts_with("\xEF\xBB\xBF")) {
        at_ = 3;
    }
    if (trimmed(std::string_view(text_).substr(at_)).empty()) {
        fault("empty-file", 1, "the file is empty; expected a header line", "");
        at_ = text_.size();
        return;
    }
    if (text_.find('\n') == std::string::npos && text_.find('\r') != std::string::npos) {
        fault("bad-line-ends", 1, "lines end with a lone carriage return; expected LF or CRLF",
              "save the file with Unix or Windows line ends");
        at_ = text_.size();
        return;
    }
    do {
        if (!read_record()) {
            at_ = text_.size();  // without a header nothing below has a meaning
            fields_.clear();
            return;
        }
    } while (is_blank());
    for (const auto field_text : fields_) {
        header_.emplace_back(trimmed(field_text));
    }
    fields_.clear();
    refuse_other_delimiters();
}

// A header of one name with such marks in it is one of several names.
void CsvReader::refuse_other_delimiters() {
    if (header_.size() != 1) {
        return;
    }
    constexpr std::array<std::pair<char, const char*>, 3> kOthers{
        {{';', "semicolon"}, {'\t', "tab"}, {'|', "bar"}}};
    for (const auto& [mark, name] : kOthers) {
        if (header_[0].find(mark) != std::string::npos) {
            fault("wrong-delimiter", 1,
                  fmt::format("the file looks {}-separated; expected commas between the fields",
                              name),
                  "save it as CSV with commas");
            at_ = text_.size();
            header_.clear();
            return;
        }
    }
}

bool CsvReader::is_blank() const {
    return fields_.size() == 1 && trimmed(fields_[0]).empty();
}

std::optional<std::size_t> CsvReader::column(std::string_view name) const {
    for (std::size_t i = 0; i < header_.size(); ++i) {
        if (header_[i] == name) {
            return i;
        }
    }
    return std::nullopt;
}

std::string_view CsvReader::field(std::optional<std::size_t> column) const {
    if (!column || *column >= fields_.size()) {
        return {};
    }
    return trimmed(fields_[*column]);
}

bool CsvReader::next() {
    while (at_ < text_.size()) {
        if (!read_record()) {
            continue;
        }
        if (is_blank()) {
            continue;
        }
        if (fields_.size() == header_.size()) {
            return true;
        }
        fault("wrong-field-count", row_line_,
              fmt::format("{} fields; the header has {}", fields_.size(), header_.size()),
              "a comma inside a field needs double quotes round the field");
    }
    fields_.clear();
    return false;
}

std::size_t CsvReader::end_of_plain_field() const {
    std::size_t at = at_;
    while (at < text_.size() && text_[at] != ',' && text_[at] != '\n') {
        ++at;
    }
    return at;
}

// Reads one record into fields_; false (with a diagnostic) if its bytes are malformed.
bool CsvReader::read_record() {
    fields_.clear();
    unescaped_.clear();
    row_line_ = line_;
    record_ok_ = true;
    const std::size_t begin = at_;
    while (true) {
        if (at_ < text_.size() && text_[at_] == '"') {
            if (!read_quoted()) {
                return false;
            }
        } else {
            const std::size_t end = end_of_plain_field();
            if (end - at_ > kLongestField) {
                fault("long-field", row_line_, "a field is over 64 KiB, the limit",
                      "is a line end or a comma missing?");
                record_ok_ = false;
            }
            auto value = std::string_view(text_).substr(at_, end - at_);
            if (value.ends_with('\r')) {
                value.remove_suffix(1);
            }
            fields_.push_back(value);
            at_ = end;
        }
        if (at_ >= text_.size()) {
            break;
        }
        const char delimiter = text_[at_++];
        if (delimiter == '\n') {
            ++line_;
            break;
        }
    }
    const auto record = std::string_view(text_).substr(begin, at_ - begin);
    if (record.find('\0') != std::string_view::npos) {
        fault("bad-encoding", row_line_, "the line holds a NUL byte, which no text has",
              "is it a text file? Save it as UTF-8");
        return false;
    }
    if (!is_utf8(record)) {
        fault("bad-encoding", row_line_, "the line is not valid UTF-8 text",
              "save the file as UTF-8");
        return false;
    }
    return record_ok_;
}

bool CsvReader::read_quoted() {
    const std::size_t begin = at_ + 1;
    std::size_t from = begin;
    bool doubled = false;
    std::size_t close = std::string::npos;
    while (true) {
        close = text_.find('"', from);
        if (close == std::string::npos || close - begin > kLongestField) {
            fault("unclosed-quote", row_line_, "a quoted field is not closed (or is over 64 KiB)",
                  "close it with a double quote; a quote inside is written twice");
            at_ = text_.size();
            return false;
        }
        if (close + 1 < text_.size() && text_[close + 1] == '"') {
            doubled = true;
            from = close + 2;
            continue;
        }
        break;
    }
    const auto raw = std::string_view(text_).substr(begin, close - begin);
    for (const char c : raw) {
        line_ += c == '\n' ? 1U : 0U;
    }
    at_ = close + 1;
    if (doubled) {
        std::string& plain = unescaped_.emplace_back();
        for (std::size_t i = 0; i < raw.size(); ++i) {
            plain += raw[i];
            i += raw[i] == '"' ? 1U : 0U;
        }
        fields_.push_back(plain);
    } else {
        fields_.push_back(raw);
    }
    if (at_ < text_.size() && text_[at_] == '\r') {
        ++at_;
    }
    if (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n') {
        fault("text-after-quote", row_line_, "text follows a closing quote",
              "put the whole field inside the quotes");
        record_ok_ = false;
        at_ = end_of_plain_field();
    }
    return true;
}

std::string csv_text(std::string_view text) {
    std::string value(text);
    if (!value.empty() && std::string_view("=+-@\t").find(value[0]) != std::string_view::npos) {
        value.insert(0, "'");
    }
    if (value.find_first_of(",\"\r\n") == std::string::npos) {
        return value;
    }
    std::string quoted = "\"";
    for (const char c : value) {
        quoted += c;
        if (c == '"') {
            quoted += '"';
        }
    }
    return quoted + "\"";
}

}  // namespace footprint
