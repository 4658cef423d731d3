#include "geo/io/raster_layout.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.h"

namespace footprint::geo {
namespace {

std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

// Names and units of bands, as GDAL keeps them: escaped once for itself and once for the XML.
std::string gdal_metadata(const RasterInfo& info) {
    std::string xml = "<GDALMetadata>\n";
    for (std::size_t i = 0; i < info.bands.size(); ++i) {
        const RasterBand& band = info.bands[i];
        xml += fmt::format(
            "  <Item name=\"DESCRIPTION\" sample=\"{}\" role=\"description\">{}</Item>\n", i,
            escaped(escaped(band.name)));
        xml += fmt::format("  <Item name=\"UNITTYPE\" sample=\"{}\" role=\"unittype\">{}</Item>\n",
                           i, escaped(escaped(band.unit)));
        for (const auto& [name, text] : band.notes) {
            xml += fmt::format("  <Item name=\"{}\" sample=\"{}\">{}</Item>\n", escaped(name), i,
                               escaped(escaped(text)));
        }
    }
    return xml + "</GDALMetadata>\n";
}

// WGS 84, longitude and latitude in degrees, pixels as areas.
void add_georeference(TiffDirectory& tags, const Grid& grid) {
    constexpr std::uint16_t kVersion = 1;
    tags.add_double(33550, {360 / static_cast<double>(grid.columns()),
                            180 / static_cast<double>(grid.rows()), 0});
    tags.add_double(33922, {0, 0, 0, -180, 90, 0});
    tags.add_short(34735, {kVersion, 1, 0, 4,       //
                           1024,     0, 1, 2,       // GTModelType: geographic
                           1025,     0, 1, 1,       // GTRasterType: pixel is area
                           2048,     0, 1, 4326,    // GeographicType: WGS 84
                           2054,     0, 1, 9102});  // angular unit: degree
}

}  // namespace

TiffDirectory describe(const RasterInfo& info, const Grid& grid, bool overview) {
    const std::size_t bands = info.bands.size();
    TiffDirectory tags;
    tags.add_long(256, {grid.columns()});
    tags.add_long(257, {grid.rows()});
    tags.add_short(258, std::vector<std::uint16_t>(bands, 32));
    tags.add_short(262, {1});
    tags.add_short(277, {static_cast<std::uint16_t>(bands)});
    tags.add_short(284, {static_cast<std::uint16_t>(bands > 1 ? 2 : 1)});
    tags.add_short(339, std::vector<std::uint16_t>(bands, 3));
    if (bands > 1) {
        tags.add_short(338, std::vector<std::uint16_t>(bands - 1, 0));
    }
    if (overview) {
        tags.add_long(254, {1});
    } else {
        tags.add_text(270, info.description);
        tags.add_text(305, "footprint");
        tags.add_text(33432, info.attribution);
        add_georeference(tags, grid);
        tags.add_text(42112, gdal_metadata(info));
    }
    tags.add_text(42113, "nan");
    return tags;
}

double thread_cpu_s() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void mark_nothing(float* cells, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        cells[i] = cells[i] <= std::numeric_limits<float>::max()
                       ? cells[i]
                       : std::numeric_limits<float>::quiet_NaN();
    }
}

RasterFile::RasterFile(const std::filesystem::path& target, Overwrite overwrite, bool direct)
    : file_(target, overwrite), temporary_(file_.release_path()) {
    if (direct) {
        descriptor_ = ::open(temporary_.c_str(), O_RDWR | O_CLOEXEC | O_DIRECT);
    }
    if (descriptor_ < 0) {
        descriptor_ = ::open(temporary_.c_str(), O_RDWR | O_CLOEXEC);
    }
    if (descriptor_ < 0) {
        fail("open", errno);
    }
}

RasterFile::~RasterFile() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

void RasterFile::fail(const char* what, int error_number) const {
    throw Error(ExitCode::failed, fmt::format("cannot {} {}: {}", what, file_.target().string(),
                                              std::strerror(error_number)));
}

void RasterFile::reserve(std::uint64_t bytes) {
    if (::fallocate(descriptor_, 0, 0, static_cast<off_t>(bytes)) != 0 && errno != EOPNOTSUPP &&
        errno != ENOSYS) {
        fail("write", errno);
    }
}

void RasterFile::write_at(std::uint64_t offset, const void* bytes, std::size_t count) {
    const char* from = static_cast<const char*>(bytes);
    while (count > 0) {
        const ssize_t done = ::pwrite(descriptor_, from, count, static_cast<off_t>(offset));
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            fail("write", done < 0 ? errno : ENOSPC);
        }
        from += done;
        offset += static_cast<std::uint64_t>(done);
        count -= static_cast<std::size_t>(done);
    }
}

void RasterFile::commit(std::uint64_t bytes) {
    if (::ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0 || ::fsync(descriptor_) != 0) {
        fail("write", errno);
    }
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0 || static_cast<std::uint64_t>(status.st_size) != bytes) {
        fail("write", EIO);
    }
    if (::close(std::exchange(descriptor_, -1)) != 0) {
        fail("close", errno);
    }
    file_.commit();
}

}  // namespace footprint::geo
