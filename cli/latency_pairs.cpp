#include "cli/latency_pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>
#include <utility>

#include "base/csv.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/text.h"

namespace footprint::cli {
namespace {

constexpr std::size_t kMostBytes = std::size_t{4} << 30;
constexpr std::size_t kMostFaults = 20;
constexpr std::size_t kBlock = 512;
// Rows in memory at a time.
constexpr std::size_t kChunk = 32'768;
// Places that are kept from chunk to chunk: tables name the same ones again and again.
constexpr std::size_t kMostPlaces = 65'536;

struct Row {
    std::string cells;  // as CSV, without the end of the line
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::size_t line = 0;
};

// Line and words.
using Faults = std::vector<std::pair<std::size_t, std::string>>;

struct PositionHash {
    std::size_t operator()(const std::pair<double, double>& p) const {
        return std::hash<double>{}(p.first) * 0x9E3779B97F4A7C15ULL ^ std::hash<double>{}(p.second);
    }
};

// Rows and the distinct positions that they name.
class PairsReader {
  public:
    explicit PairsReader(const std::filesystem::path& file) : reader_(file, kMostBytes) {
        for (const auto* name : {"from_lon", "from_lat", "to_lon", "to_lat"}) {
            if (!reader_.column(name)) {
                throw Error(ExitCode::invalid,
                            fmt::format("{}: {}; expected the columns from_lon, from_lat, to_lon, "
                                        "to_lat in any order",
                                        reader_.name(),
                                        reader_.header().empty()
                                            ? std::string("the file is empty")
                                            : fmt::format("column '{}' is missing", name)));
            }
        }
        for (const auto* name : {"rtt_ms", "rtt_low_ms", "rtt_high_ms", "path"}) {
            if (reader_.column(name)) {
                throw Error(ExitCode::invalid,
                            fmt::format("{}: has a column '{}' already, which this command adds; "
                                        "rename it",
                                        reader_.name(), name));
            }
        }
    }

    // The next rows, and the distinct positions that they and some before them name; false at the
    // end.
    bool read() {
        rows_.clear();
        if (positions_.size() > kMostPlaces) {
            positions_.clear();
            by_position_.clear();
        }
        const auto from_lon = reader_.column("from_lon");
        const auto from_lat = reader_.column("from_lat");
        const auto to_lon = reader_.column("to_lon");
        const auto to_lat = reader_.column("to_lat");
        while (rows_.size() < kChunk && reader_.next()) {
            const auto from = position(from_lon, from_lat, "from");
            const auto to = from ? position(to_lon, to_lat, "to") : std::nullopt;
            if (from && to) {
                rows_.push_back({cells(), *from, *to, reader_.line()});
            }
        }
        const auto& found = reader_.diagnostics();
        for (; told_ < found.size(); ++told_) {
            faults_.emplace_back(found[told_].line, format(found[told_]));
        }
        return !rows_.empty();
    }

    std::string header() const { return csv_line(reader_.header()); }
    const std::string& name() const { return reader_.name(); }
    std::vector<Row>& rows() { return rows_; }
    const std::vector<geo::LonLat>& positions() const { return positions_; }
    Faults& faults() { return faults_; }

  private:
    template <typename Cells>
    static std::string csv_line(const Cells& fields) {
        std::string line;
        for (const auto& cell : fields) {
            if (!line.empty() || &cell != &fields.front()) {
                line += ',';
            }
            // Untouched: quoted only where CSV needs it.
            if (cell.find_first_of(",\"\r\n") == std::string_view::npos) {
                line += cell;
                continue;
            }
            line += '"';
            for (const char c : cell) {
                line += c;
                if (c == '"') {
                    line += c;
                }
            }
            line += '"';
        }
        return line;
    }

    std::string cells() const { return csv_line(reader_.fields()); }

    std::optional<std::uint32_t> position(std::optional<std::size_t> lon,
                                          std::optional<std::size_t> lat, const char* end) {
        const auto x = parse_number(reader_.field(lon));
        const auto y = parse_number(reader_.field(lat));
        if (!x || !y || std::abs(*x) > 180 || std::abs(*y) > 90) {
            faults_.emplace_back(reader_.line(),
                                 fmt::format("{}:{}: {}_lon,{}_lat = '{},{}': expected degrees, "
                                             "longitude within ±180, latitude "
                                             "within ±90",
                                             reader_.name(), reader_.line(), end, end,
                                             reader_.field(lon), reader_.field(lat)));
            return std::nullopt;
        }
        const auto [it, is_new] =
            by_position_.emplace(std::pair{*x, *y}, static_cast<std::uint32_t>(positions_.size()));
        if (is_new) {
            positions_.push_back({geo::normalized_lon(*x), *y});
        }
        return it->second;
    }

    CsvReader reader_;
    std::vector<Row> rows_;
    std::vector<geo::LonLat> positions_;
    std::unordered_map<std::pair<double, double>, std::uint32_t, PositionHash> by_position_;
    Faults faults_;
    std::size_t told_ = 0;  // of the reader's diagnostics
};

void refuse(const std::string& file, const Faults& faults) {
    std::string text;
    for (std::size_t i = 0; i < std::min(faults.size(), kMostFaults); ++i) {
        text += faults[i].second + "\n";
    }
    throw Error(ExitCode::invalid,
                fmt::format("{}{}: {} row(s) cannot be answered; --skip-bad leaves them out", text,
                            file, faults.size()));
}

}  // namespace

namespace {

// One chunk of rows at a time.
class PairsAnswer {
  public:
    PairsAnswer(PairsReader& reader, sim::PairRtt& rtt) : reader_(reader), rtt_(rtt) {}

    // Finds the chunk's places and leaves out rows that name none.
    void place() {
        const auto& positions = reader_.positions();
        if (positions.size() < places_.size()) {
            places_.clear();  // the reader began anew
        }
        const std::size_t known = places_.size();
        places_.resize(positions.size());
        parallel_blocks(positions.size() - known, kBlock, [&](std::size_t begin, std::size_t end) {
            for (auto i = known + begin; i < known + end; ++i) {
                places_[i] = rtt_.place(positions[i]);
            }
        });
        std::erase_if(reader_.rows(), [&](const Row& row) {
            const bool is_lost = !places_[row.from] || !places_[row.to];
            if (is_lost) {
                const auto& p = positions[places_[row.from] ? row.to : row.from];
                reader_.faults().emplace_back(
                    row.line,
                    fmt::format("{}:{}: {:.4f},{:.4f} lies more than {:.0f} km out at sea; "
                                "expected a place on "
                                "land",
                                reader_.name(), row.line, p.lon, p.lat, sim::Backbone::kShore_km));
            }
            return is_lost;
        });
    }

    // The chunk's lines; counts those without a path.
    std::string lines(std::size_t& no_path) {
        const auto& rows = reader_.rows();
        rtt_.prepare(distinct(&Row::from), distinct(&Row::to));
        std::vector<std::string> blocks((rows.size() + kBlock - 1) / kBlock);
        std::vector<std::size_t> without(blocks.size(), 0);
        parallel_blocks(rows.size(), kBlock, [&](std::size_t begin, std::size_t end) {
            auto& out = blocks[begin / kBlock];
            for (auto i = begin; i < end; ++i) {
                without[begin / kBlock] += add_line(rows[i], out) ? 0U : 1U;
            }
        });
        std::string text;
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            text += blocks[i];
            no_path += without[i];
        }
        return text;
    }

  private:
    std::vector<const sim::RttPlace*> distinct(std::uint32_t Row::*end) const {
        std::vector<const sim::RttPlace*> found;
        std::vector<std::uint8_t> is_found(places_.size(), 0);
        for (const Row& row : reader_.rows()) {
            if (std::exchange(is_found[row.*end], std::uint8_t{1}) == 0) {
                found.push_back(&*places_[row.*end]);
            }
        }
        return found;
    }

    // False: no path.
    bool add_line(const Row& row, std::string& out) const {
        std::string path;
        const auto answer = rtt_.between(*places_[row.from], *places_[row.to], &path);
        if (!answer.exists()) {
            fmt::format_to(std::back_inserter(out), "{},,,,\n", row.cells);
            return false;
        }
        fmt::format_to(std::back_inserter(out), "{},{:.2f},{:.2f},{:.2f},{}\n", row.cells,
                       answer.rtt_ms, answer.low_ms, answer.high_ms, csv_text(path));
        return true;
    }

    PairsReader& reader_;
    sim::PairRtt& rtt_;
    std::vector<std::optional<sim::RttPlace>> places_;
};

}  // namespace

PairsReport answer_pairs(const std::filesystem::path& file, sim::PairRtt& rtt, bool skip_bad,
                         const std::function<void(std::string_view)>& write) {
    PairsReader reader(file);
    PairsAnswer answer(reader, rtt);
    PairsReport report;
    auto& faults = reader.faults();
    write(reader.header() + ",rtt_ms,rtt_low_ms,rtt_high_ms,path\n");
    while (reader.read()) {
        answer.place();
        if (faults.empty() || skip_bad) {
            report.pairs += reader.rows().size();
            write(answer.lines(report.no_path));
        }
    }
    std::stable_sort(faults.begin(), faults.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    if (!faults.empty() && !skip_bad) {
        refuse(reader.name(), faults);
    }
    report.skipped = faults.size();
    for (std::size_t i = 0; i < std::min(faults.size(), kMostFaults); ++i) {
        report.faults.push_back(std::move(faults[i].second));
    }
    return report;
}

}  // namespace footprint::cli
