#include "geo/io/vector_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "tests/geo/io/samples.h"
#include "tests/support/scratch.h"

namespace footprint::geo {
namespace {

using test::point;
using test::refusal;
using test::sample_feature;
using test::sample_schema;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

const VectorFormat kFormats[] = {VectorFormat::geojson, VectorFormat::geojsonseq,
                                 VectorFormat::gpkg, VectorFormat::flatgeobuf, VectorFormat::csv};

void write_some(const fs::path& target, VectorFormat format, int count,
                const VectorOutputOptions& options = {}) {
    const auto sink = make_sink(target, format, sample_schema(), options);
    for (int i = 0; i < count; ++i) {
        sink->write(sample_feature(point(i % 360 - 180, i % 180 - 90)));
    }
    sink->commit();
}

// A disk that is full after so many bytes, for this process.
class SmallDisk {
  public:
    explicit SmallDisk(rlim_t bytes) {
        old_handler_ = ::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &old_);
        const rlimit small{bytes, old_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ~SmallDisk() {
        ::setrlimit(RLIMIT_FSIZE, &old_);
        ::signal(SIGXFSZ, old_handler_);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

  private:
    rlimit old_{};
    void (*old_handler_)(int) = nullptr;
};

TEST(VectorOutput, ChoosesByNameOrSuffixAndRefusesDisagreement) {
    EXPECT_EQ(choose_vector_format("a.GeoJSON", std::nullopt), VectorFormat::geojson);
    EXPECT_EQ(choose_vector_format("a.geojsons", std::nullopt), VectorFormat::geojsonseq);
    EXPECT_EQ(choose_vector_format("-", "csv"), VectorFormat::csv);
    EXPECT_EQ(choose_vector_format("a.fgb", "FGB"), VectorFormat::flatgeobuf);
    EXPECT_THAT(refusal([] { choose_vector_format("a.gpkg", "csv"); }), HasSubstr("disagrees"));
    EXPECT_THAT(refusal([] { choose_vector_format("a.xyz", std::nullopt); }), HasSubstr("-f"));
    EXPECT_THAT(refusal([] { choose_vector_format("a", "geojsn"); }),
                HasSubstr("Did you mean 'geojson'?"));
}

TEST(VectorOutput, RefusesAnExistingFileAndLeavesItAlone) {
    for (const VectorFormat format : kFormats) {
        const test::Scratch scratch;
        const fs::path target = scratch.file("a" + std::string(suffix(format)), "old");
        EXPECT_THAT(refusal([&] { write_some(target, format, 1); }), HasSubstr("--overwrite"));
        EXPECT_EQ(test::read_text(target), "old");
        VectorOutputOptions options;
        options.overwrite = Overwrite::replace;
        write_some(target, format, 1, options);
        EXPECT_NE(test::read_text(target), "old");
        EXPECT_EQ(scratch.entries().size(), 1U);
    }
}

TEST(VectorOutput, SaysThatAFolderIsMissing) {
    const test::Scratch scratch;
    for (const VectorFormat format : kFormats) {
        const fs::path target = scratch.path() / "none" / ("a" + std::string(suffix(format)));
        EXPECT_THAT(refusal([&] { write_some(target, format, 1); }),
                    HasSubstr("there is no folder"));
    }
    EXPECT_THAT(scratch.entries(), IsEmpty());
}

TEST(VectorOutput, LeavesNothingBehindWithoutCommitOrAfterABadFeature) {
    const test::Scratch scratch;
    for (const VectorFormat format : kFormats) {
        const fs::path target = scratch.path() / ("a" + std::string(suffix(format)));
        {
            const auto sink = make_sink(target, format, sample_schema(), {});
            sink->write(sample_feature(point(1, 2)));
            EXPECT_THROW(sink->write(sample_feature(point(1, 91))), Error);
        }
        EXPECT_THAT(scratch.entries(), IsEmpty()) << suffix(format);
    }
}

TEST(VectorOutput, ReportsAFullDiskAndLeavesNothingBehind) {
    for (const VectorFormat format : kFormats) {
        SCOPED_TRACE(suffix(format));
        const test::Scratch scratch;
        const fs::path target = scratch.path() / ("a" + std::string(suffix(format)));
        std::string said;
        {
            const SmallDisk disk(rlim_t{200} << 10);
            said = refusal([&] { write_some(target, format, 20'000); });
        }
        EXPECT_FALSE(said.empty());
        EXPECT_THAT(scratch.entries(), IsEmpty());
    }
}

TEST(VectorOutput, ReportsAFullDevice) {
    if (!fs::exists("/dev/full")) {
        GTEST_SKIP() << "no /dev/full here";
    }
    for (const VectorFormat format :
         {VectorFormat::geojson, VectorFormat::geojsonseq, VectorFormat::csv}) {
        EXPECT_THAT(refusal([&] { write_some("/dev/full", format, 10); }),
                    HasSubstr("No space left"));
    }
    EXPECT_THAT(refusal([&] { write_some("/dev/full", VectorFormat::gpkg, 10); }),
                HasSubstr("not a device"));
    EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST(VectorOutput, TakesSeveralLayersInAGeoPackageOnly) {
    const test::Scratch scratch;
    for (const VectorFormat format : kFormats) {
        const auto output =
            make_vector_output(scratch.path() / ("a" + std::string(suffix(format))), format, {});
        output->layer(sample_schema());
        Schema second = sample_schema();
        second.layer = "zones";
        const std::string said = refusal([&] { output->layer(second); });
        if (format == VectorFormat::gpkg) {
            EXPECT_EQ(said, "");
        } else {
            EXPECT_THAT(said, HasSubstr("one layer only"));
        }
    }
}

TEST(VectorOutput, GivesTheSameBytesForTheSameInput) {
    const test::Scratch scratch;
    ::setenv("SOURCE_DATE_EPOCH", "1763769600", 1);
    for (const VectorFormat format : kFormats) {
        const std::string end(suffix(format));
        write_some(scratch.path() / ("a" + end), format, 500);
        write_some(scratch.path() / ("b" + end), format, 500);
        EXPECT_EQ(test::read_text(scratch.path() / ("a" + end)),
                  test::read_text(scratch.path() / ("b" + end)))
            << end;
    }
    EXPECT_THAT(test::read_text(scratch.path() / "a.gpkg"), HasSubstr("2025-11-22T00:00:00"));
    ::setenv("SOURCE_DATE_EPOCH", "soon", 1);
    EXPECT_THAT(refusal([&] { write_some(scratch.path() / "c.gpkg", VectorFormat::gpkg, 1); }),
                HasSubstr("SOURCE_DATE_EPOCH"));
    ::unsetenv("SOURCE_DATE_EPOCH");
    EXPECT_FALSE(fs::exists(scratch.path() / "c.gpkg"));
}

TEST(VectorOutput, RefusesBinaryFormatsOnStandardOutput) {
    EXPECT_THAT(refusal([] { make_vector_output("-", VectorFormat::gpkg, {}); }),
                HasSubstr("standard output"));
}

}  // namespace
}  // namespace footprint::geo
