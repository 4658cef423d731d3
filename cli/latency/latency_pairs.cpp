#include "cli/latency/latency_pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/csv.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/text.h"

namespace footprint::cli {
namespace {

constexpr std::size_t kMostBytes = std::size_t{4} << 30;
constexpr std::size_t kMostFaults = 20;  // that are told
constexpr std::size_t kBlock = 512;
// Rows in memory at a time; as many more are read while these are answered.
constexpr std::size_t kChunk = 32'768;
// Places that are kept from chunk to chunk: tables name the same ones again and again.
constexpr std::size_t kMostPlaces = 65'536;

// The first faults of one kind, and how many there are. They come in the order of lines.
class Faults {
  public:
    template <typename Words>
    void add(std::size_t line, const Words& words) {
        if (++count_ <= kMostFaults) {
            first_.emplace_back(line, words());
        }
    }
    std::size_t count() const { return count_; }
    const std::vector<std::pair<std::size_t, std::string>>& first() const { return first_; }

  private:
    std::size_t count_ = 0;
    std::vector<std::pair<std::size_t, std::string>> first_;
};

struct Row {
    std::size_t cells_end = 0;  // of Chunk::cells; it begins where the row before ends
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::size_t line = 0;
};

// Positions that one end of the rows names, and which were not named before; rows count on from
// those of earlier chunks unless the count begins anew.
struct NewPlaces {
    std::vector<geo::LonLat> position;
    bool anew = false;
};

struct Chunk {
    std::string cells;  // of all rows, as CSV, without the ends of lines
    std::vector<Row> rows;
    NewPlaces from, to;

    std::string_view cells_of(std::size_t row) const {
        const auto begin = row == 0 ? 0 : rows[row - 1].cells_end;
        return std::string_view(cells).substr(begin, rows[row].cells_end - begin);
    }
};

// Numbers the distinct positions of one end; open addressing.
class Positions {
  public:
    // To be called before each chunk.
    void begin(NewPlaces& places) {
        places.position.clear();
        places.anew = count_ > kMostPlaces;
        if (places.anew) {
            std::fill(slots_.begin(), slots_.end(), Slot{});
            count_ = 0;
        }
    }

    std::uint32_t number(geo::LonLat at, NewPlaces& places) {
        // Scattered by the upper bits of a product (Fibonacci hashing).
        const auto bits = std::bit_cast<std::uint64_t>(at.lon) * 0x9E3779B97F4A7C15ULL ^
                          std::bit_cast<std::uint64_t>(at.lat);
        auto i = static_cast<std::size_t>(bits * 0x9E3779B97F4A7C15ULL >> (64 - kSlotBits));
        while (slots_[i].number != 0 && !(slots_[i].at == at)) {
            i = (i + 1) % slots_.size();
        }
        if (slots_[i].number == 0) {
            slots_[i] = {at, ++count_};
            places.position.push_back(at);
        }
        return slots_[i].number - 1;
    }

  private:
    struct Slot {
        geo::LonLat at;
        std::uint32_t number = 0;  // from 1 on; 0: free
    };
    static constexpr unsigned kSlotBits = 18;
    static_assert((std::size_t{1} << kSlotBits) > 2 * (kMostPlaces + kChunk));
    std::vector<Slot> slots_ = std::vector<Slot>(std::size_t{1} << kSlotBits);
    std::uint32_t count_ = 0;
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
            if (std::count(reader_.header().begin(), reader_.header().end(), name) > 1) {
                throw Error(ExitCode::invalid,
                            fmt::format("{}: two columns are called '{}'; rename the one that is "
                                        "not meant",
                                        reader_.name(), name));
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

    // The next rows; none at the end.
    void read(Chunk& chunk) {
        chunk.cells.clear();
        chunk.rows.clear();
        from_.begin(chunk.from);
        to_.begin(chunk.to);
        const auto from_lon = reader_.column("from_lon");
        const auto from_lat = reader_.column("from_lat");
        const auto to_lon = reader_.column("to_lon");
        const auto to_lat = reader_.column("to_lat");
        while (chunk.rows.size() < kChunk && reader_.next()) {
            const auto from = position(from_lon, from_lat, "from");
            const auto to = from ? position(to_lon, to_lat, "to") : std::nullopt;
            if (from && to) {
                add_csv_line(reader_.fields(), chunk.cells);
                chunk.rows.push_back({chunk.cells.size(), from_.number(*from, chunk.from),
                                      to_.number(*to, chunk.to), reader_.line()});
            }
        }
        const auto& found = reader_.diagnostics();
        for (; told_ < found.size(); ++told_) {
            malformed_.add(found[told_].line, [&] { return format(found[told_]); });
        }
    }

    std::string header() const {
        std::string line;
        add_csv_line(reader_.header(), line);
        return line;
    }
    const std::string& name() const { return reader_.name(); }
    const Faults& malformed() const { return malformed_; }
    const Faults& nowhere() const { return nowhere_; }

  private:
    template <typename Cells>
    static void add_csv_line(const Cells& fields, std::string& line) {
        for (const auto& cell : fields) {
            if (&cell != &fields.front()) {
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
    }

    std::optional<geo::LonLat> position(std::optional<std::size_t> lon,
                                        std::optional<std::size_t> lat, const char* end) {
        const auto x = parse_number(reader_.field(lon));
        const auto y = parse_number(reader_.field(lat));
        if (!x || !y || std::abs(*x) > 180 || std::abs(*y) > 90) {
            nowhere_.add(reader_.line(), [&] {
                return fmt::format(
                    "{}:{}: {}_lon,{}_lat = '{},{}': expected degrees, longitude within ±180, "
                    "latitude within ±90",
                    reader_.name(), reader_.line(), end, end, reader_.field(lon),
                    reader_.field(lat));
            });
            return std::nullopt;
        }
        return geo::LonLat{geo::normalized_lon(*x), *y};
    }

    CsvReader reader_;
    Positions from_, to_;
    Faults malformed_, nowhere_;
    std::size_t told_ = 0;  // of the reader's diagnostics
};

// v with two decimals, as fmt's {:.2f} writes it.
void add_hundredths(double v, std::string& out) {
    constexpr double kMost = 1e9;
    const double hundredths = v * 100;
    const double whole = std::floor(hundredths + 0.5);
    // Where the product's rounding might decide, or the number is none of ours.
    if (!(v >= 0 && v < kMost) || std::abs(std::abs(hundredths - whole) - 0.5) < 1e-4) {
        fmt::format_to(std::back_inserter(out), "{:.2f}", v);
        return;
    }
    const auto n = static_cast<std::uint64_t>(whole);
    std::array<char, 16> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), n / 100).ptr;
    out.append(digits.data(), end);
    out += '.';
    out += static_cast<char>('0' + n / 10 % 10);
    out += static_cast<char>('0' + n % 10);
}

// One chunk of rows at a time.
class PairsAnswer {
  public:
    PairsAnswer(const std::string& file, sim::PairRtt& rtt) : file_(file), rtt_(rtt) {}

    // Answers the rows whose places are on land; without `lines` only looks for the others.
    void answer(const Chunk& chunk, bool lines) {
        from_.add(chunk.from, rtt_, sim::PairEnd::from);
        to_.add(chunk.to, rtt_, sim::PairEnd::to);
        is_lost_.assign(chunk.rows.size(), 0);
        for (std::size_t i = 0; i < chunk.rows.size(); ++i) {
            const Row& row = chunk.rows[i];
            if (!from_.places[row.from] || !to_.places[row.to]) {
                is_lost_[i] = 1;
                at_sea_.add(row.line, [&] { return words_at_sea(row); });
            }
        }
        blocks_.clear();
        if (lines) {
            add_lines(chunk);
        }
    }

    // The lines of the chunk before, in order.
    std::vector<std::string>& blocks() { return blocks_; }
    std::size_t pairs() const { return pairs_; }
    std::size_t no_path() const { return no_path_; }
    const Faults& at_sea() const { return at_sea_; }

  private:
    void add_lines(const Chunk& chunk) {
        rtt_.prepare(distinct(chunk, from_, &Row::from), distinct(chunk, to_, &Row::to));
        blocks_.resize((chunk.rows.size() + kBlock - 1) / kBlock);
        std::vector<std::size_t> answered(blocks_.size()), without(blocks_.size());
        parallel_blocks(chunk.rows.size(), kBlock, [&](std::size_t begin, std::size_t end) {
            const auto block = begin / kBlock;
            for (auto i = begin; i < end; ++i) {
                if (is_lost_[i] == 0) {
                    ++answered[block];
                    without[block] += add_line(chunk, i, blocks_[block]) ? 0U : 1U;
                }
            }
        });
        for (std::size_t i = 0; i < blocks_.size(); ++i) {
            pairs_ += answered[i];
            no_path_ += without[i];
        }
    }

    struct Ends {
        std::vector<geo::LonLat> positions;
        std::vector<std::optional<sim::RttPlace>> places;

        void add(const NewPlaces& more, const sim::PairRtt& rtt, sim::PairEnd end) {
            if (more.anew) {
                positions.clear();
                places.clear();
            }
            const std::size_t known = positions.size();
            positions.insert(positions.end(), more.position.begin(), more.position.end());
            places.resize(positions.size());
            parallel_blocks(more.position.size(), kBlock, [&](std::size_t first, std::size_t last) {
                for (auto i = known + first; i < known + last; ++i) {
                    places[i] = rtt.place(positions[i], geo::kNoCountry, end);
                }
            });
        }
    };

    std::string words_at_sea(const Row& row) const {
        const bool is_to = from_.places[row.from].has_value();
        const auto& p = is_to ? to_.positions[row.to] : from_.positions[row.from];
        return fmt::format(
            "{}:{}: {:.4f},{:.4f} lies more than {:.0f} km out at sea; expected a "
            "place on land",
            file_, row.line, p.lon, p.lat, sim::Backbone::kShore_km);
    }

    std::vector<const sim::RttPlace*> distinct(const Chunk& chunk, const Ends& ends,
                                               std::uint32_t Row::*end) const {
        std::vector<const sim::RttPlace*> found;
        std::vector<std::uint8_t> is_found(ends.places.size(), 0);
        for (std::size_t i = 0; i < chunk.rows.size(); ++i) {
            const auto place = chunk.rows[i].*end;
            if (is_lost_[i] == 0 && std::exchange(is_found[place], std::uint8_t{1}) == 0) {
                found.push_back(&*ends.places[place]);
            }
        }
        return found;
    }

    // False: no path.
    bool add_line(const Chunk& chunk, std::size_t i, std::string& out) const {
        const Row& row = chunk.rows[i];
        std::string path;
        const auto answer = rtt_.between(*from_.places[row.from], *to_.places[row.to], &path);
        out += chunk.cells_of(i);
        if (!answer.exists()) {
            out += ",,,,\n";
            return false;
        }
        for (const double ms : {answer.rtt_ms, answer.low_ms, answer.high_ms}) {
            out += ',';
            add_hundredths(ms, out);
        }
        out += ',';
        out += csv_text(path);
        out += '\n';
        return true;
    }

    std::string file_;
    sim::PairRtt& rtt_;
    Ends from_, to_;
    std::vector<std::uint8_t> is_lost_;  // rows of this chunk
    std::vector<std::string> blocks_;
    std::size_t pairs_ = 0, no_path_ = 0;
    Faults at_sea_;
};

// The first faults of all kinds, by line.
std::vector<std::string> first_words(const PairsReader& reader, const PairsAnswer& answer) {
    std::vector<std::pair<std::size_t, std::string>> all;
    for (const auto* faults : {&reader.malformed(), &reader.nowhere(), &answer.at_sea()}) {
        all.insert(all.end(), faults->first().begin(), faults->first().end());
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> words;
    for (std::size_t i = 0; i < std::min(all.size(), kMostFaults); ++i) {
        words.push_back(std::move(all[i].second));
    }
    return words;
}

}  // namespace

PairsReport answer_pairs(const std::filesystem::path& file, sim::PairRtt& rtt, bool skip_bad,
                         const std::function<void(std::string_view)>& write) {
    PairsReader reader(file);
    PairsAnswer answer(reader.name(), rtt);
    const auto faults = [&] {
        return reader.malformed().count() + reader.nowhere().count() + answer.at_sea().count();
    };
    Chunk now, next;
    std::vector<std::string> lines;  // of the chunk before
    write(reader.header() + ",rtt_ms,rtt_low_ms,rtt_high_ms,path\n");
    reader.read(now);
    while (!now.rows.empty()) {
        const auto faults_before = faults();
        // One thread writes what is done and reads on, while the others answer.
        parallel_blocks(2, 1, [&](std::size_t task, std::size_t) {
            if (task == 0) {
                for (const auto& block : lines) {
                    write(block);
                }
                reader.read(next);
            } else {
                answer.answer(now, skip_bad || faults_before == 0);
            }
        });
        std::swap(lines, answer.blocks());
        std::swap(now, next);
    }
    for (const auto& block : lines) {
        write(block);
    }
    const auto words = first_words(reader, answer);
    if (faults() > 0 && !skip_bad) {
        throw Error(ExitCode::invalid,
                    fmt::format("{}\n{}: {} row(s) cannot be answered; --skip-bad leaves them out",
                                fmt::join(words, "\n"), reader.name(), faults()));
    }
    return {answer.pairs(), answer.no_path(), faults(), words};
}

}  // namespace footprint::cli
