#include "geo/io/json_guard.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

#include "base/error.h"

namespace footprint::geo {
namespace {

// What a bracket holds.
enum class Role : std::uint8_t { other, top, features, feature, geometry, geometries, coordinates };

struct Bracket {
    Role role = Role::other;
    bool is_object = false;
    bool has_arrays = false;  // coordinates: of positions or of lists
    int numbers = 0;          // coordinates: of one position
    // Of a geometry:
    std::string type;
    int position_depth = 0;  // brackets round a number; 0: none seen, -1: not always the same
    bool has_parts = false;  // coordinates or geometries
};

// Brackets round each number in the coordinates of a type; nothing for an unknown type.
std::optional<int> nesting_of(std::string_view type) {
    constexpr std::array<std::pair<std::string_view, int>, 7> kTypes{{{"Point", 1},
                                                                      {"MultiPoint", 2},
                                                                      {"LineString", 2},
                                                                      {"MultiLineString", 3},
                                                                      {"Polygon", 3},
                                                                      {"MultiPolygon", 4},
                                                                      {"GeometryCollection", 0}}};
    for (const auto& [name, depth] : kTypes) {
        if (name == type) {
            return depth;
        }
    }
    return std::nullopt;
}

// Follows the brackets, keys and words of JSON without building anything of it.
class JsonGuard {
  public:
    JsonGuard(std::string shown, int depth_limit, std::size_t most)
        : shown_(std::move(shown)), depth_limit_(depth_limit), most_(most) {}

    void feed(std::string_view bytes) {
        for (const char c : bytes) {
            line_ += c == '\n' ? 1U : 0U;
            if (in_string_) {
                string_byte(c);
            } else if (in_word_ && is_word(c)) {
                keep(c);
            } else {
                end_word();
                mark(c);
            }
        }
    }

    std::vector<BadGeometry> finish() {
        end_word();
        return std::move(bad_);
    }

  private:
    static bool is_word(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '+' || c == '-' || c == '.';
    }

    // Keys, types and numbers are short: of what is longer, the beginning says enough.
    void keep(char c) {
        constexpr std::size_t kKept = 400;  // 1 with 309 zeros is infinite
        if (text_.size() < kKept) {
            text_ += c;
        }
    }

    void string_byte(char c) {
        const bool ends = c == '"' && !escaped_;
        escaped_ = !escaped_ && c == '\\';
        in_string_ = !ends;
        if (ends) {
            value(Kind::string);
        } else {
            keep(c);
        }
    }

    void mark(char c) {
        switch (c) {
            case '"':
                in_string_ = true;
                escaped_ = false;
                text_.clear();
                break;
            case '{':
            case '[':
                open(c == '{');
                break;
            case '}':
            case ']':
                close();
                break;
            case ':':
                key_ = text_;
                has_key_ = true;
                break;
            case ',':
                has_key_ = false;
                break;
            default:
                if (is_word(c)) {
                    in_word_ = true;
                    text_.assign(1, c);
                }
        }
    }

    enum class Kind : std::uint8_t { string, word };

    void end_word() {
        if (in_word_) {
            in_word_ = false;
            value(Kind::word);
        }
    }

    // A string, number, true, false or null.
    void value(Kind kind) {
        if (kind == Kind::word &&
            (text_.find('N') != std::string::npos || text_.find('I') != std::string::npos)) {
            refuse("it holds NaN or Infinity, which are not JSON; expected finite numbers");
        }
        if (stack_.empty()) {
            return;
        }
        Bracket& here = stack_.back();
        if (here.role == Role::coordinates) {
            coordinate(kind, here);
        } else if (here.role == Role::features) {
            refuse(fmt::format("item {} of its features is not an object", features_ + 1));
        } else if (here.is_object && has_key_ && here.role != Role::other) {
            member(kind, here);
        }
    }

    void member(Kind kind, Bracket& here) {
        const bool is_geometry = here.role == Role::geometry || here.role == Role::top;
        if (is_geometry && key_ == "type" && kind == Kind::string) {
            here.type = text_;
        } else if (here.role == Role::geometry && key_ == "coordinates") {
            fault(fmt::format("its coordinates are {}; expected an array", text_));
        } else if (here.role != Role::geometry && key_ == "geometry" && text_ != "null") {
            fault("its geometry is no object; expected a geometry or null");
        }
    }

    void coordinate(Kind kind, Bracket& here) {
        ++here.numbers;
        double number = 0;
        const auto [end, error] =
            std::from_chars(text_.data(), text_.data() + text_.size(), number);
        const bool is_number = kind == Kind::word && end == text_.data() + text_.size();
        if (!is_number || error != std::errc() || !std::isfinite(number)) {
            fault(fmt::format("a coordinate is '{}'; expected a finite number",
                              std::string_view(text_).substr(0, 40)));
        }
    }

    void open(bool is_object) {
        if (static_cast<int>(stack_.size()) >= depth_limit_) {
            refuse(fmt::format("its JSON nests deeper than {} levels, the limit", depth_limit_));
        }
        Bracket next;
        next.is_object = is_object;
        next.role = role_of(is_object);
        if (next.role == Role::feature || next.role == Role::top) {
            ++features_;
            feature_line_ = line_;
        }
        stack_.push_back(std::move(next));
        has_key_ = false;
    }

    Role role_of(bool is_object) {
        if (stack_.empty()) {
            return is_object ? Role::top : Role::other;
        }
        Bracket& here = stack_.back();
        if (here.role == Role::coordinates) {
            if (is_object) {
                fault("its coordinates hold an object; expected arrays of numbers");
            }
            here.has_arrays = true;
            return is_object ? Role::other : Role::coordinates;
        }
        if (here.role == Role::features && !is_object) {
            refuse(fmt::format("item {} of its features is not an object", features_ + 1));
        }
        if (here.role == Role::features || here.role == Role::geometries) {
            return here.role == Role::features ? Role::feature : Role::geometry;
        }
        return has_key_ ? role_by_key(here, is_object) : Role::other;
    }

    Role role_by_key(Bracket& here, bool is_object) {
        if (here.role == Role::top && key_ == "features" && !is_object) {
            features_ = 0;  // the collection is none of its features
            return Role::features;
        }
        if ((here.role == Role::top || here.role == Role::feature) && key_ == "geometry") {
            if (!is_object) {
                fault("its geometry is an array; expected an object or null");
            }
            return is_object ? Role::geometry : Role::other;
        }
        const bool is_geometry = here.role == Role::geometry || here.role == Role::top;
        if (is_geometry && (key_ == "coordinates" || key_ == "geometries")) {
            here.has_parts = true;
            if (is_object && here.role == Role::geometry) {
                fault(fmt::format("its {} are an object; expected an array", key_));
            }
            return is_object               ? Role::other
                   : key_ == "coordinates" ? Role::coordinates
                                           : Role::geometries;
        }
        return Role::other;
    }

    void close() {
        if (stack_.empty()) {
            return;  // the parser will say so
        }
        const Bracket closed = std::move(stack_.back());
        stack_.pop_back();
        has_key_ = false;
        if (closed.role == Role::coordinates) {
            close_coordinates(closed);
        } else if (closed.role == Role::geometry ||
                   (closed.role == Role::top && closed.has_parts && nesting_of(closed.type))) {
            close_geometry(closed);
        }
    }

    void close_coordinates(const Bracket& closed) {
        if (closed.numbers == 0) {
            return;
        }
        if (closed.has_arrays || closed.numbers == 1) {
            fault(closed.has_arrays ? "its coordinates mix numbers and arrays"
                                    : "a position has one number; expected longitude and latitude");
        }
        int depth = 1;
        auto above = stack_.rbegin();
        for (; above != stack_.rend() && above->role == Role::coordinates; ++above) {
            ++depth;
        }
        if (above != stack_.rend()) {
            const bool same = above->position_depth == 0 || above->position_depth == depth;
            above->position_depth = same ? depth : -1;
        }
    }

    void close_geometry(const Bracket& closed) {
        const auto expected = nesting_of(closed.type);
        if (!expected) {
            fault(fmt::format("'{}' is no type of geometry",
                              std::string_view(closed.type).substr(0, 40)));
        } else if (!closed.has_parts) {
            fault(fmt::format("a {} without {}", closed.type,
                              *expected == 0 ? "geometries" : "coordinates"));
        } else if (closed.position_depth != 0 && closed.position_depth != *expected) {
            fault(fmt::format("its coordinates are not nested as those of a {}", closed.type));
        }
    }

    // The first fault of a feature is told.
    void fault(std::string reason) {
        if (bad_.size() < most_ && (bad_.empty() || bad_.back().feature != features_)) {
            bad_.push_back({features_, feature_line_, std::move(reason)});
        }
    }

    [[noreturn]] void refuse(const std::string& why) const {
        throw Error(ExitCode::invalid, fmt::format("cannot read {}: {}", shown_, why));
    }

    std::string shown_;
    int depth_limit_;
    std::size_t most_;
    std::vector<Bracket> stack_;
    std::string text_;  // of the current string or word
    std::string key_;
    bool has_key_ = false;
    bool in_string_ = false;
    bool escaped_ = false;
    bool in_word_ = false;
    std::uint64_t features_ = 0;
    std::uint64_t line_ = 1;
    std::uint64_t feature_line_ = 1;
    std::vector<BadGeometry> bad_;
};

}  // namespace

std::vector<BadGeometry> check_json(const std::filesystem::path& real, const std::string& shown,
                                    int depth_limit, std::size_t most) {
    const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(std::fopen(real.c_str(), "rb"),
                                                                  &std::fclose);
    if (!file) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot open {}: {}", shown, std::strerror(errno)));
    }
    std::vector<char> buffer(std::size_t{1} << 18);
    JsonGuard guard(shown, depth_limit, most);
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
        guard.feed({buffer.data(), got});
    }
    return guard.finish();
}

}  // namespace footprint::geo
