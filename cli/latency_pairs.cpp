#include "cli/latency_pairs.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <unordered_map>

#include "base/csv.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/text.h"

namespace footprint::cli {
namespace {

constexpr std::size_t kMostBytes = std::size_t{4} << 30;
constexpr std::size_t kMostFaults = 20;
constexpr std::size_t kBlock = 1024;

struct Row {
    std::string cells;  // as CSV, without the end of the line
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::size_t line = 0;
};

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

    void read() {
        const auto from_lon = reader_.column("from_lon");
        const auto from_lat = reader_.column("from_lat");
        const auto to_lon = reader_.column("to_lon");
        const auto to_lat = reader_.column("to_lat");
        while (reader_.next()) {
            const auto from = position(from_lon, from_lat, "from");
            const auto to = from ? position(to_lon, to_lat, "to") : std::nullopt;
            if (from && to) {
                rows_.push_back({cells(), *from, *to, reader_.line()});
            }
        }
        for (const auto& d : reader_.diagnostics()) {
            faults_.push_back(format(d));
        }
    }

    std::string header() const { return csv_line(reader_.header()); }
    const std::string& name() const { return reader_.name(); }
    std::vector<Row>& rows() { return rows_; }
    const std::vector<geo::LonLat>& positions() const { return positions_; }
    std::vector<std::string>& faults() { return faults_; }

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
            faults_.push_back(fmt::format(
                "{}:{}: {}_lon,{}_lat = '{},{}': expected degrees, longitude within ±180, latitude "
                "within ±90",
                reader_.name(), reader_.line(), end, end, reader_.field(lon), reader_.field(lat)));
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
    std::vector<std::string> faults_;
};

void refuse(const std::string& file, const std::vector<std::string>& faults) {
    std::string text;
    for (std::size_t i = 0; i < std::min(faults.size(), kMostFaults); ++i) {
        text += faults[i] + "\n";
    }
    throw Error(ExitCode::invalid,
                fmt::format("{}{}: {} row(s) cannot be answered; --skip-bad leaves them out", text,
                            file, faults.size()));
}

}  // namespace

std::string answer_pairs(const std::filesystem::path& file, sim::BackboneRtt& rtt, bool skip_bad,
                         PairsReport& report) {
    PairsReader reader(file);
    reader.read();
    const auto& positions = reader.positions();
    std::vector<sim::RttPlace> places(positions.size());
    std::vector<std::uint8_t> on_land(positions.size(), 0);
    parallel_blocks(positions.size(), kBlock, [&](std::size_t begin, std::size_t end) {
        for (auto i = begin; i < end; ++i) {
            if (auto place = rtt.place(positions[i])) {
                places[i] = std::move(*place);
                on_land[i] = 1;
            }
        }
    });
    auto& rows = reader.rows();
    auto& faults = reader.faults();
    std::erase_if(rows, [&](const Row& row) {
        for (const auto i : {row.from, row.to}) {
            if (on_land[i] == 0) {
                faults.push_back(fmt::format(
                    "{}:{}: {:.4f},{:.4f} lies more than {:.0f} km out at sea; expected a place on "
                    "land",
                    reader.name(), row.line, positions[i].lon, positions[i].lat,
                    sim::Backbone::kShore_km));
                return true;
            }
        }
        return false;
    });
    if (!faults.empty() && !skip_bad) {
        refuse(reader.name(), faults);
    }
    rtt.prepare(places);
    std::vector<std::string> blocks((rows.size() + kBlock - 1) / kBlock);
    std::vector<std::size_t> without(blocks.size(), 0);
    parallel_blocks(rows.size(), kBlock, [&](std::size_t begin, std::size_t end) {
        auto& out = blocks[begin / kBlock];
        for (auto i = begin; i < end; ++i) {
            const auto& a = places[rows[i].from];
            const auto& b = places[rows[i].to];
            const auto answer = rtt.between(a, b);
            if (answer.exists()) {
                fmt::format_to(std::back_inserter(out), "{},{:.2f},{:.2f},{:.2f},{}\n",
                               rows[i].cells, answer.rtt_ms, answer.low_ms, answer.high_ms,
                               csv_text(rtt.path(a, b)));
            } else {
                ++without[begin / kBlock];
                fmt::format_to(std::back_inserter(out), "{},,,,\n", rows[i].cells);
            }
        }
    });
    report.pairs = rows.size();
    for (const auto count : without) {
        report.no_path += count;
    }
    report.skipped = faults.size();
    faults.resize(std::min(faults.size(), kMostFaults));
    report.faults = std::move(faults);
    std::string text = reader.header() + ",rtt_ms,rtt_low_ms,rtt_high_ms,path\n";
    for (const auto& block : blocks) {
        text += block;
    }
    return text;
}

}  // namespace footprint::cli
