// The uncompressed layout: bands one after another, each in strips of some rows.
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "base/interrupt.h"
#include "base/parallel.h"
#include "geo/io/raster_layout.h"

namespace footprint::geo {
namespace {

// What direct writing wants of addresses, offsets and sizes.
constexpr std::size_t kPage = 4096;
constexpr std::size_t kHugePage = std::size_t{1} << 21;
constexpr std::size_t kStripBytes = std::size_t{1} << 18;
constexpr std::size_t kStripRows = GridField::kAlign;  // computed at a time
constexpr std::size_t kColumns = 512;

std::size_t round_up(std::size_t value, std::size_t to) {
    return (value + to - 1) / to * to;
}

struct Free {
    void operator()(char* memory) const { std::free(memory); }
};

// Memory that direct writing accepts; in huge pages where the system has them.
class Buffer {
  public:
    explicit Buffer(std::size_t bytes)
        : memory_(static_cast<char*>(std::aligned_alloc(kHugePage, round_up(bytes, kHugePage)))) {
        if (!memory_) {
            throw std::bad_alloc();
        }
        ::madvise(memory_.get(), round_up(bytes, kHugePage), MADV_HUGEPAGE);
        // Finding pages is the buffer's cost, not that of whoever fills it first.
        ::madvise(memory_.get(), round_up(bytes, kHugePage), MADV_POPULATE_WRITE);
    }
    char* data() const { return memory_.get(); }

  private:
    std::unique_ptr<char, Free> memory_;
};

// One thread that writes what others computed.
class WriterThread {
  public:
    explicit WriterThread(RasterFile& file) : file_(file), thread_([this] { work(); }) {}
    ~WriterThread() {
        {
            const std::lock_guard lock(mutex_);
            stop_ = true;
        }
        wake_.notify_all();
        thread_.join();
    }

    struct Piece {
        std::uint64_t offset;
        const char* bytes;
        std::size_t count;
    };
    void write(const Piece& piece) {
        {
            const std::lock_guard lock(mutex_);
            pieces_.push_back(piece);
        }
        wake_.notify_all();
    }
    // Until no more than `left` pieces wait. Throws what the thread met.
    void wait_until(std::size_t left) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return pieces_.size() <= left || failure_; });
        if (failure_) {
            std::rethrow_exception(failure_);
        }
    }
    // After wait_until(0).
    double cpu_s() const { return cpu_s_; }

  private:
    void work() {
        std::unique_lock lock(mutex_);
        while (true) {
            wake_.wait(lock, [&] { return stop_ || !pieces_.empty(); });
            if (stop_) {
                return;
            }
            const Piece piece = pieces_.front();
            lock.unlock();
            std::exception_ptr failure;
            try {
                file_.write_at(piece.offset, piece.bytes, piece.count);
            } catch (...) {
                failure = std::current_exception();
            }
            lock.lock();
            cpu_s_ = thread_cpu_s();
            pieces_.pop_front();
            failure_ = failure_ ? failure_ : failure;
            wake_.notify_all();
        }
    }

    RasterFile& file_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Piece> pieces_;
    std::exception_ptr failure_;
    bool stop_ = false;
    double cpu_s_ = 0;
    std::thread thread_;  // last: it uses the others
};

// Where things lie in the file.
struct Layout {
    std::size_t row_bytes;
    std::size_t strip_rows;
    std::uint64_t plane_bytes;  // of a band
    std::uint64_t plane_step;   // from band to band
    std::uint64_t data_begin;
    std::uint64_t file_bytes;
    std::string head;
};

Layout lay_out(const RasterInfo& info) {
    const Grid& grid = info.grid;
    Layout at{};
    at.row_bytes = grid.columns() * sizeof(float);
    at.strip_rows = std::clamp<std::size_t>(kStripBytes / at.row_bytes, 1, grid.rows());
    at.plane_bytes = at.row_bytes * grid.rows();
    at.plane_step = round_up(at.plane_bytes, kPage);
    const std::size_t strips = (grid.rows() + at.strip_rows - 1) / at.strip_rows;
    const bool big = at.plane_step * info.bands.size() + strips * 16 > 4'000'000'000;

    TiffDirectory tags = describe(info, grid, false);
    tags.add_short(259, {1});
    tags.add_long(278, {at.strip_rows});
    std::vector<std::uint64_t> offsets(strips * info.bands.size());
    std::vector<std::uint64_t> sizes;
    for (std::size_t i = 0; i < offsets.size(); ++i) {
        const std::size_t first = i % strips * at.strip_rows;
        sizes.push_back(std::min(at.strip_rows, grid.rows() - first) * at.row_bytes);
    }
    tags.add_long(273, offsets);
    tags.add_long(279, sizes);
    at.data_begin = round_up(tiff_head({&tags, 1}, big).size(), kPage);
    for (std::size_t i = 0; i < offsets.size(); ++i) {
        offsets[i] =
            at.data_begin + i / strips * at.plane_step + i % strips * at.strip_rows * at.row_bytes;
    }
    tags.set_long(273, offsets);
    at.head = tiff_head({&tags, 1}, big);
    at.file_bytes = at.data_begin + at.plane_step * (info.bands.size() - 1) + at.plane_bytes;
    return at;
}

// Rows of all bands on their way to the file. Pages are written whole: the bytes of a page begun
// move on to the next rows' buffer.
class Rows {
  public:
    Rows(const Layout& layout, std::size_t bands)
        : layout_(layout),
          bands_(bands),
          room_(round_up(kStripRows * layout.row_bytes, kPage) + kPage),
          memory_(room_ * bands) {}

    // Where the rows from `first_row` on go, for a band.
    float* begin(std::size_t band, std::size_t first_row) const {
        return reinterpret_cast<float*>(memory_.data() + band * room_ +
                                        first_row * layout_.row_bytes % kPage);
    }
    // The bytes before begin(), from the buffer that holds the rows before.
    void carry(const Rows& before, std::size_t first_row) const {
        const std::size_t bytes = first_row * layout_.row_bytes;
        const std::size_t previous = (first_row - kStripRows) * layout_.row_bytes;
        const std::size_t from = bytes / kPage * kPage - previous / kPage * kPage;
        for (std::size_t band = 0; band < bands_; ++band) {
            std::memcpy(memory_.data() + band * room_, before.memory_.data() + band * room_ + from,
                        bytes % kPage);
        }
    }
    // To be written after rows [first_row, last_row): whole pages, at the end the last one too.
    WriterThread::Piece piece(std::size_t band, std::size_t first_row, std::size_t last_row,
                              bool last) const {
        const std::uint64_t from = first_row * layout_.row_bytes / kPage * kPage;
        const std::uint64_t bytes = last_row * layout_.row_bytes;
        const std::uint64_t to = last ? round_up(bytes, kPage) : bytes / kPage * kPage;
        return {layout_.data_begin + band * layout_.plane_step + from,
                memory_.data() + band * room_, to - from};
    }

  private:
    const Layout& layout_;
    std::size_t bands_;
    std::size_t room_;
    Buffer memory_;
};

}  // namespace

RasterTimes write_strips(const std::filesystem::path& target, const RasterInfo& info,
                         Overwrite overwrite, const FillBlock& fill) {
    const Layout layout = lay_out(info);
    const Grid& grid = info.grid;
    const std::size_t bands = info.bands.size();
    RasterFile file(target, overwrite, true);
    file.reserve(round_up(layout.file_bytes, kPage));
    const Rows buffers[2] = {{layout, bands}, {layout, bands}};
    std::atomic<std::int64_t> compute_ns = 0;
    RasterTimes times;
    {
        WriterThread writer(file);
        for (std::size_t first = 0, turn = 0; first < grid.rows(); first += kStripRows, turn ^= 1) {
            throw_if_interrupted();
            const std::size_t rows = std::min(kStripRows, grid.rows() - first);
            writer.wait_until(bands);  // this buffer's are done
            parallel_blocks(grid.columns(), kColumns, [&](std::size_t from, std::size_t to) {
                const double before = thread_cpu_s();
                std::vector<float*> cells;
                for (std::size_t band = 0; band < bands; ++band) {
                    cells.push_back(buffers[turn].begin(band, first) + from);
                }
                fill({first, from, rows, to - from}, cells, grid.columns());
                compute_ns += static_cast<std::int64_t>((thread_cpu_s() - before) * 1e9);
            });
            if (first > 0) {
                buffers[turn].carry(buffers[turn ^ 1], first);
            }
            const bool last = first + rows == grid.rows();
            for (std::size_t band = 0; band < bands; ++band) {
                writer.write(buffers[turn].piece(band, first, first + rows, last));
            }
        }
        writer.wait_until(0);
        times.write_s = writer.cpu_s();
    }
    const Buffer head(layout.data_begin);
    std::memset(head.data(), 0, layout.data_begin);
    std::ranges::copy(layout.head, head.data());
    file.write_at(0, head.data(), layout.data_begin);
    file.commit(layout.file_bytes);
    times.compute_s = static_cast<double>(compute_ns) * 1e-9;
    times.bytes = layout.file_bytes;
    times.cells = grid.size();
    return times;
}

}  // namespace footprint::geo
