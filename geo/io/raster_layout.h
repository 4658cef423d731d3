// What both layouts of a raster file share; internal to geo/io.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "base/files.h"
#include "geo/io/raster_writer.h"
#include "geo/io/tiff_header.h"

namespace footprint::geo {

RasterTimes write_strips(const std::filesystem::path& target, const RasterInfo& info,
                         Overwrite overwrite, const FillBlock& fill);
RasterTimes write_cog(const std::filesystem::path& target, const RasterInfo& info,
                      Overwrite overwrite, const FillOfGrid& fill);

// Tags that do not depend on the layout; the georeference and texts only for the full resolution.
TiffDirectory describe(const RasterInfo& info, const Grid& grid, bool overview);

// CPU time of the calling thread in seconds.
double thread_cpu_s();

// Turns +infinity, "nobody", into NaN, what a raster calls nothing.
void mark_nothing(float* cells, std::size_t count);

// A file descriptor beside the target, renamed into place at the end or removed.
class RasterFile {
  public:
    // `direct`: bypasses the page cache where the file system can.
    RasterFile(const std::filesystem::path& target, Overwrite overwrite, bool direct);
    ~RasterFile();
    RasterFile(const RasterFile&) = delete;
    RasterFile& operator=(const RasterFile&) = delete;

    // Reserves room, so that a full disk shows before the work. File systems that cannot are left
    // be.
    void reserve(std::uint64_t bytes);
    void write_at(std::uint64_t offset, const void* bytes, std::size_t count);
    // Cuts to `bytes`, flushes to disk, checks the size, renames.
    void commit(std::uint64_t bytes);

  private:
    [[noreturn]] void fail(const char* what, int error_number) const;

    AtomicFile file_;
    std::filesystem::path temporary_;
    int descriptor_ = -1;
};

}  // namespace footprint::geo
