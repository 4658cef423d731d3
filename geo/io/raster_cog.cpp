// The Cloud Optimized layout: directories first, then the tiles of the smallest overview, …, of the
// full resolution.
#include <libdeflate.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>

#include "base/interrupt.h"
#include "base/parallel.h"
#include "base/pool.h"
#include "geo/io/raster_layout.h"

namespace footprint::geo {
namespace {

constexpr std::size_t kTile = 512;
constexpr std::size_t kRows = 128;  // computed at a time: what is left to pack is near still
constexpr std::size_t kBatch = 32;  // tiles computed between two writes
constexpr int kLevel = 1;           // of DEFLATE

// TIFF's floating-point predictor for a row: its bytes by significance, then differences.
void predict(const float* row, std::size_t count, unsigned char* planes, unsigned char* out) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(row);
    for (std::size_t byte = 0; byte < sizeof(float); ++byte) {
        unsigned char* const plane = planes + (sizeof(float) - 1 - byte) * count;
        for (std::size_t i = 0; i < count; ++i) {
            plane[i] = bytes[i * sizeof(float) + byte];
        }
    }
    out[0] = planes[0];
    for (std::size_t i = 1; i < count * sizeof(float); ++i) {
        out[i] = static_cast<unsigned char>(planes[i] - planes[i - 1]);
    }
}

class Packer {
  public:
    Packer() : compressor_(libdeflate_alloc_compressor(kLevel), &libdeflate_free_compressor) {
        if (!compressor_) {
            throw std::bad_alloc();
        }
    }
    // A tile's rows, one after another, then its bytes.
    void put(std::size_t row, const float* cells) {
        predict(cells, kTile, planes_.data(), predicted_.data() + row * kTile * sizeof(float));
    }
    std::string pack() {
        packed_.resize(libdeflate_zlib_compress_bound(compressor_.get(), predicted_.size()));
        const std::size_t size =
            libdeflate_zlib_compress(compressor_.get(), predicted_.data(), predicted_.size(),
                                     packed_.data(), packed_.size());
        return {packed_.data(), size};
    }

  private:
    std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor_;
    std::vector<unsigned char> predicted_ =
        std::vector<unsigned char>(kTile * kTile * sizeof(float));
    std::vector<unsigned char> planes_ = std::vector<unsigned char>(kTile * sizeof(float));
    std::vector<char> packed_;
};

// What one thread works with.
struct Desk {
    std::vector<float> cells;  // of kRows rows of a tile, band after band
    std::vector<Packer> packers;

    explicit Desk(std::size_t bands) : cells(kRows * kTile * bands), packers(bands) {}
};

// One resolution.
struct Level {
    Grid grid;
    TiffDirectory tags;
    std::vector<std::uint64_t> offsets, sizes;  // band after band

    std::size_t across() const { return (grid.columns() + kTile - 1) / kTile; }
    std::size_t down() const { return (grid.rows() + kTile - 1) / kTile; }
    std::size_t tiles() const { return across() * down(); }
};

std::vector<Level> levels_of(const RasterInfo& info) {
    std::vector<Level> levels;
    for (Grid grid = info.grid;; grid = Grid((grid.columns() + 1) / 2, (grid.rows() + 1) / 2)) {
        Level level{grid, describe(info, grid, !levels.empty()), {}, {}};
        const std::size_t count = level.tiles() * info.bands.size();
        level.offsets.assign(count, 0);
        level.sizes.assign(count, 0);
        level.tags.add_short(259, {8});  // DEFLATE
        level.tags.add_short(317, {3});  // floating-point predictor
        level.tags.add_long(322, {kTile});
        level.tags.add_long(323, {kTile});
        level.tags.add_long(324, level.offsets);
        level.tags.add_long(325, level.sizes);
        levels.push_back(std::move(level));
        if (grid.columns() <= kTile && grid.rows() <= kTile) {
            return levels;
        }
    }
}

std::string head_of(std::vector<Level>& levels, bool big) {
    std::vector<TiffDirectory> directories;
    for (Level& level : levels) {
        level.tags.set_long(324, level.offsets);
        level.tags.set_long(325, level.sizes);
        directories.push_back(level.tags);
    }
    return tiff_head(directories, big);
}

class CogWriter {
  public:
    CogWriter(RasterFile& file, std::size_t bands, std::uint64_t begin)
        : file_(file), bands_(bands), end_(begin) {}

    // Returns the CPU time of computing it.
    double write(Level& level, const FillBlock& fill) {
        compute_ns_ = 0;
        for (std::size_t first = 0; first < level.tiles(); first += kBatch) {
            throw_if_interrupted();
            const std::size_t count = std::min(kBatch, level.tiles() - first);
            std::vector<std::string> packed(count * bands_);
            parallel_blocks(count, 1, [&](std::size_t at, std::size_t) {
                tile(level, fill, first + at, {&packed[at * bands_], bands_});
            });
            const double before = thread_cpu_s();
            for (std::size_t i = 0; i < packed.size(); ++i) {
                put(level, first + i / bands_ + i % bands_ * level.tiles(), packed[i]);
            }
            write_s_ += thread_cpu_s() - before;
        }
        return static_cast<double>(compute_ns_) * 1e-9;
    }
    std::uint64_t end() const { return end_; }
    double pack_s() const { return static_cast<double>(pack_ns_) * 1e-9; }
    double write_s() const { return write_s_; }

  private:
    // Computes and packs one.
    void tile(const Level& level, const FillBlock& fill, std::size_t index,
              std::span<std::string> packed) {
        auto desk = desks_.take(bands_);
        const std::size_t row = index / level.across() * kTile;
        const std::size_t column = index % level.across() * kTile;
        const std::size_t columns = std::min(kTile, level.grid.columns() - column);
        for (std::size_t at = 0; at < kTile; at += kRows) {
            const std::size_t top = std::min(row + at, level.grid.rows());
            const std::size_t rows = std::min(kRows, level.grid.rows() - top);
            const double begin = thread_cpu_s();
            compute({top, column, rows, columns}, fill, *desk);
            const double computed = thread_cpu_s();
            for (std::size_t i = 0; i < kRows * bands_; ++i) {
                desk->packers[i / kRows].put(at + i % kRows, &desk->cells[i * kTile]);
            }
            add(compute_ns_, computed - begin);
            add(pack_ns_, thread_cpu_s() - computed);
        }
        const double begin = thread_cpu_s();
        for (std::size_t band = 0; band < bands_; ++band) {
            packed[band] = desk->packers[band].pack();
        }
        add(pack_ns_, thread_cpu_s() - begin);
        desks_.put_back(std::move(desk));
    }

    // Some rows of a tile; cells beyond the grid's edge are NaN.
    void compute(const GridBlock& block, const FillBlock& fill, Desk& desk) const {
        if (block.rows < kRows || block.columns < kTile) {
            std::ranges::fill(desk.cells, std::numeric_limits<float>::quiet_NaN());
        }
        if (block.rows == 0) {
            return;
        }
        std::vector<float*> planes;
        for (std::size_t band = 0; band < bands_; ++band) {
            planes.push_back(&desk.cells[band * kRows * kTile]);
        }
        fill(block, planes, kTile);
    }

    static void add(std::atomic<std::int64_t>& sum_ns, double seconds) {
        sum_ns += static_cast<std::int64_t>(seconds * 1e9);
    }

    void put(Level& level, std::size_t index, const std::string& packed) {
        file_.write_at(end_, packed.data(), packed.size());
        level.offsets[index] = end_;
        level.sizes[index] = packed.size();
        end_ += packed.size();
    }

    RasterFile& file_;
    Pool<Desk> desks_;
    std::size_t bands_;
    std::uint64_t end_;
    std::atomic<std::int64_t> compute_ns_ = 0;
    std::atomic<std::int64_t> pack_ns_ = 0;
    double write_s_ = 0;
};

}  // namespace

RasterTimes write_cog(const std::filesystem::path& target, const RasterInfo& info,
                      Overwrite overwrite, const FillOfGrid& fill) {
    std::vector<Level> levels = levels_of(info);
    const std::size_t bands = info.bands.size();
    // Compressed or not, no file is larger than this.
    const bool big = info.grid.size() * bands * 6 > 4'000'000'000;
    RasterFile file(target, overwrite, false);
    CogWriter writer(file, bands, head_of(levels, big).size());
    RasterTimes times;
    for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
        const double compute_s = writer.write(*level, fill(level->grid));
        const bool is_overview = level + 1 != levels.rend();
        (is_overview ? times.overview_s : times.compute_s) += compute_s;
        (is_overview ? times.overview_cells : times.cells) += level->grid.size();
    }
    const std::string head = head_of(levels, big);
    file.write_at(0, head.data(), head.size());
    file.commit(writer.end());
    times.pack_s = writer.pack_s();
    times.write_s = writer.write_s();
    times.bytes = writer.end();
    return times;
}

}  // namespace footprint::geo
