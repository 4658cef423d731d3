#include "geo/atlas/people.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/files.h"

namespace footprint::geo {

namespace {

constexpr std::size_t kPeopleLimitBytes = std::size_t{256} << 20;
constexpr std::string_view kHeader = "lon,lat,country,people,rural";

constexpr std::array<double, 19> kPowers = [] {
    std::array<double, 19> powers{};
    double power = 1;
    for (double& p : powers) {
        p = power;
        power *= 10;
    }
    return powers;
}();

// The program's largest table is read at every start, so it has a reader of its own: plain decimals
// of up to 15 digits are one integer division, which rounds correctly; all else goes to from_chars.
class LineReader {
  public:
    LineReader(const std::string& file, const std::string& text)
        : file_(file), at_(text.data()), end_(text.data() + text.size()) {}

    bool at_end() const { return at_ == end_; }

    void header() {
        const char* begin = at_;
        while (at_ != end_ && *at_ != '\n') {
            ++at_;
        }
        const char* stop = at_ != begin && at_[-1] == '\r' ? at_ - 1 : at_;
        if (std::string_view(begin, static_cast<std::size_t>(stop - begin)) != kHeader) {
            fail(fmt::format("expected the header '{}'", kHeader));
        }
        newline();
    }

    double number(char after) {
        const char* begin = at_;
        const bool negative = at_ != end_ && *at_ == '-';
        at_ += negative ? 1 : 0;
        std::uint64_t digits = 0;
        std::size_t count = 0;
        std::size_t decimals = 0;
        bool point = false;
        for (; at_ != end_; ++at_) {
            const auto digit = static_cast<unsigned>(*at_ - '0');
            if (digit <= 9) {
                digits = digits * 10 + digit;
                ++count;
                decimals += point ? 1 : 0;
            } else if (*at_ == '.' && !point) {
                point = true;
            } else {
                break;
            }
            if (count > 15) {
                break;
            }
        }
        double value = static_cast<double>(digits) / kPowers[decimals];
        value = negative ? -value : value;
        if (count == 0 || count > 15 || at_ == end_ || !is_end(*at_, after)) {
            at_ = begin;
            value = slow_number();
        }
        expect(after);
        return value;
    }

    std::array<char, 2> code() {
        if (end_ - at_ < 3) {
            fail("expected a country code of two letters");
        }
        const std::array<char, 2> letters{at_[0], at_[1]};
        at_ += 2;
        expect(',');
        return letters;
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ExitCode::invalid, fmt::format("{}:{}: {}", file_, line_, what));
    }

  private:
    static bool is_end(char c, char after) { return c == after || (after == '\n' && c == '\r'); }

    double slow_number() {
        double value = 0;
        const auto [stop, error] = std::from_chars(at_, end_, value);
        if (error != std::errc() || !std::isfinite(value)) {
            fail(fmt::format("'{}': expected a number",
                             std::string_view(at_, static_cast<std::size_t>(
                                                       std::min<std::ptrdiff_t>(end_ - at_, 12)))));
        }
        at_ = stop;
        return value;
    }

    void expect(char c) {
        if (c == '\n') {
            newline();
            return;
        }
        if (at_ == end_ || *at_ != c) {
            fail(fmt::format("expected five fields: {}", kHeader));
        }
        ++at_;
    }

    void newline() {
        if (at_ != end_ && *at_ == '\r') {
            ++at_;
        }
        if (at_ != end_ && *at_ != '\n') {
            fail(fmt::format("expected five fields: {}", kHeader));
        }
        at_ += at_ == end_ ? 0 : 1;
        ++line_;
    }

    const std::string& file_;
    const char* at_;
    const char* end_;
    std::size_t line_ = 1;
};

// Country by its two capital letters.
class CodeTable {
  public:
    explicit CodeTable(const Atlas& atlas) {
        index_.fill(kNoCountry);
        const auto countries = atlas.countries();
        for (std::size_t i = 0; i < countries.size(); ++i) {
            const auto& code = countries[i].iso2;
            if (code.size() != 2) {
                continue;
            }
            if (const auto slot = slot_of({code[0], code[1]})) {
                index_[*slot] = static_cast<CountryIndex>(i);
            }
        }
    }
    CountryIndex find(std::array<char, 2> code) const {
        const auto slot = slot_of(code);
        return slot ? index_[*slot] : kNoCountry;
    }

  private:
    static std::optional<std::size_t> slot_of(std::array<char, 2> code) {
        const auto first = static_cast<std::size_t>(code[0] - 'A');
        const auto second = static_cast<std::size_t>(code[1] - 'A');
        return first < 26 && second < 26 ? std::optional(first * 26 + second) : std::nullopt;
    }
    std::array<CountryIndex, 676> index_{};
};

}  // namespace

DemandPoints DemandPoints::load(const std::filesystem::path& datasets, const Atlas& atlas) {
    const auto file = datasets / "people" / "demand_points.csv";
    const std::string text = read_file(file, kPeopleLimitBytes);
    const std::string name = file.string();
    const CodeTable codes(atlas);
    LineReader reader(name, text);
    reader.header();
    DemandPoints points;
    const std::size_t expected = text.size() / 20;
    points.position.reserve(expected);
    points.country.reserve(expected);
    points.people_2025.reserve(expected);
    points.rural_2025.reserve(expected);
    while (!reader.at_end()) {
        const double lon = reader.number(',');
        const double lat = reader.number(',');
        const auto code = reader.code();
        const double people = reader.number(',');
        const double rural = reader.number('\n');
        const CountryIndex country = codes.find(code);
        if (!is_valid({lon, lat}) || country == kNoCountry) {
            reader.fail(
                fmt::format("({}, {}) in '{}' (the line before this): expected a position "
                            "on the globe and a country of countries.csv",
                            lon, lat, std::string_view(code.data(), code.size())));
        }
        if (!(people >= 0 && people < 1e10 && rural >= 0 && rural <= people)) {
            reader.fail(
                fmt::format("{} people, {} of them rural (the line before this): expected "
                            "0 <= rural <= people",
                            people, rural));
        }
        points.position.push_back({lon == 180 ? -180 : lon, lat});
        points.country.push_back(country);
        points.people_2025.push_back(static_cast<float>(people));
        points.rural_2025.push_back(static_cast<float>(rural));
    }
    return points;
}

std::vector<double> DemandPoints::weights(const CountrySeries& series, double year,
                                          PeopleWeight kind) const {
    // Each point's share within its country, then one factor a country.
    struct Factor {
        double urban = 1;
        double rural = 1;
        double people = 0;
        double sum = 0;
    };
    std::vector<Factor> factors;
    for (const CountryIndex c : country) {
        if (c >= factors.size()) {
            factors.resize(std::size_t{c} + 1);
        }
    }
    if (kind == PeopleWeight::internet_users) {
        for (std::size_t c = 0; c < factors.size(); ++c) {
            const auto share = series.internet(static_cast<CountryIndex>(c), year);
            factors[c].urban = share.urban;
            factors[c].rural = share.rural;
        }
    }
    std::vector<double> result(size());
    for (std::size_t i = 0; i < size(); ++i) {
        Factor& f = factors[country[i]];
        const double rural = static_cast<double>(rural_2025[i]);
        const double urban = static_cast<double>(people_2025[i]) - rural;
        result[i] = urban * f.urban + rural * f.rural;
        f.people += static_cast<double>(people_2025[i]);
        f.sum += result[i];
    }
    std::vector<double> scale(factors.size(), 0);
    for (std::size_t c = 0; c < factors.size(); ++c) {
        const auto index = static_cast<CountryIndex>(c);
        double total = as_given ? factors[c].people : series.people(index, year);
        if (kind == PeopleWeight::internet_users) {
            total *= series.internet_share(index, year);
        }
        scale[c] = factors[c].sum > 0 ? total / factors[c].sum : 0;
    }
    for (std::size_t i = 0; i < size(); ++i) {
        result[i] *= scale[country[i]];
    }
    return result;
}

}  // namespace footprint::geo
