// Valid files of every format that is read, damaged at random by a fixed seed: each reading ends in
// a result or an Error, soon. Run under the sanitizers too.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <string>

#include "base/csv.h"
#include "base/error.h"
#include "geo/atlas/topojson.h"
#include "geo/io/raster_description.h"
#include "geo/io/raster_writer.h"
#include "geo/io/vector_output.h"
#include "geo/io/vector_reader.h"
#include "tests/geo/io/samples.h"
#include "tests/support/scratch.h"

namespace footprint::geo {
namespace {

namespace fs = std::filesystem;
using test::point;
using test::sample_feature;
using test::sample_schema;

class Mutator {
  public:
    explicit Mutator(std::uint32_t seed) : random_(seed) {}

    // One to four of: a byte changed, a stretch cut out, doubled or moved, the end cut off, a word
    // that readers trip over put in.
    std::string operator()(std::string bytes) {
        for (std::size_t i = below(4) + 1; i > 0 && bytes.size() > 1; --i) {
            change(bytes);
        }
        return bytes;
    }

  private:
    // Not std::uniform_int_distribution, which differs between libraries.
    std::size_t below(std::size_t end) { return random_() % std::max<std::size_t>(end, 1); }

    void change(std::string& bytes) {
        static const std::vector<std::string> kWords{
            "1e999", "-1",  "null",       "NaN",      "\"", "[[[[", "}}",   std::string(4, '\0'),
            "\xFF",  "999", "4294967295", "{\"a\":[", ",",  "\n",   "\x1E", "\xFF\xFF\xFF\x7F"};
        // Heads hold what steers a reader: half of the damage goes there.
        const std::size_t span =
            below(2) == 0 ? std::min<std::size_t>(bytes.size(), 512) : bytes.size();
        const std::size_t at = below(span);
        const std::size_t length = below(std::min<std::size_t>(64, bytes.size() - at)) + 1;
        switch (below(7)) {
            case 0:
                bytes.resize(at + 1);
                break;
            case 1:
                bytes.erase(at, length);
                break;
            case 2:
                bytes.insert(at, bytes.substr(below(bytes.size()), length));
                break;
            case 3:
                bytes.insert(at, kWords[below(kWords.size())]);
                break;
            case 4: {
                const std::string& word = kWords[below(kWords.size())];
                bytes.replace(at, std::min(word.size(), bytes.size() - at), word);
                break;
            }
            default:
                bytes[at] = static_cast<char>(random_());
        }
    }

    std::mt19937 random_;
};

// Reads `rounds` damaged copies; an exception that is no Error fails the test, and so does damage
// that never does any.
void survive(const std::string& name, const std::string& whole, int rounds,
             const std::function<void(const fs::path&)>& read) {
    const test::Scratch scratch;
    Mutator mutate(static_cast<std::uint32_t>(whole.size()));
    int refused = 0;
    EXPECT_NO_THROW(read(scratch.file(name, whole))) << name << " as it is";
    for (int i = 0; i < rounds; ++i) {
        const fs::path path = scratch.file(name, mutate(whole));
        try {
            read(path);
        } catch (const Error& error) {
            ++refused;
            EXPECT_STRNE(error.what(), "");
        }
    }
    EXPECT_GT(refused, 0) << name;
}

std::string sample_file(const std::string& name, VectorFormat format) {
    const test::Scratch scratch;
    const fs::path path = scratch.path() / name;
    const auto sink = make_sink(path, format, sample_schema(), {});
    for (int i = 0; i < 20; ++i) {
        sink->write(sample_feature(point(i, 1)));
    }
    sink->commit();
    return test::read_text(path);
}

void read_vector(const fs::path& path) {
    ReadOptions options;
    options.limits.features = 10'000;
    std::uint64_t bad = 0;
    options.on_bad = [&bad](std::uint64_t, const BadFeature&) { ++bad; };
    read_features(path, options, [](const Feature&) {});
    if (bad > 0) {
        throw Error(ExitCode::invalid, "some features are bad");
    }
    list_layers(path);
}

TEST(DamagedInput, OfEveryVectorFormatEndsInAResultOrAnError) {
    survive("a.geojson", sample_file("a.geojson", VectorFormat::geojson), 250, read_vector);
    survive("a.geojsonl", sample_file("a.geojsonl", VectorFormat::geojsonseq), 150, read_vector);
    survive("a.csv", sample_file("a.csv", VectorFormat::csv), 150, read_vector);
    survive("a.fgb", sample_file("a.fgb", VectorFormat::flatgeobuf), 150, read_vector);
    survive("a.gpkg", sample_file("a.gpkg", VectorFormat::gpkg), 100, read_vector);
}

TEST(DamagedInput, OfATableEndsInRowsOrFaults) {
    const std::string whole =
        "provider,region_id,lon,lat,note\nacme,a,1,2,\"two\nlines, "
        "\"\"quoted\"\"\"\nacme,b,3,4,x\n";
    Mutator mutate(7);
    for (int i = 0; i < 3000; ++i) {
        CsvReader reader = CsvReader::from_text("t.csv", mutate(whole));
        std::size_t rows = 0;
        while (reader.next()) {
            ++rows;
            EXPECT_EQ(reader.fields().size(), reader.header().size());
        }
        EXPECT_LT(rows, 200U);
    }
}

TEST(DamagedInput, OfABaseMapEndsInAMapOrAnError) {
    const std::string whole =
        R"({"type":"Topology","transform":{"scale":[0.01,0.01],"translate":[-180,-90]},"objects":{)"
        R"("countries":{"type":"GeometryCollection","geometries":[{"type":"Polygon","arcs":[[0,1]],)"
        R"("id":"FRA","properties":{"iso2":"FR","name":"France"}}]},"lakes":{"type":)"
        R"("GeometryCollection","geometries":[]},"disputed":{"type":"GeometryCollection",)"
        R"("geometries":[]}},"arcs":[[[18000,9000],[100,0],[0,100]],[[18100,9100],[-100,0],[0,-100]]]})";
    survive("a.topojson", whole, 1000, [](const fs::path& file) { read_topojson(file); });
}

TEST(DamagedInput, OfARasterEndsInADescriptionOrAnError) {
    const test::Scratch scratch;
    const fs::path path = scratch.path() / "a.tif";
    write_raster(path, {Grid(36, 18), {{"rtt_ms", "ms", {}}}, "of a test", "made here"},
                 RasterFormat::geotiff, Overwrite::refuse, [](const Grid&) -> FillBlock {
                     return [](const GridBlock& block, std::span<float* const> bands,
                               std::size_t stride) {
                         for (std::size_t row = 0; row < block.rows; ++row) {
                             std::fill_n(bands[0] + row * stride, block.columns, 1.0F);
                         }
                     };
                 });
    survive("b.tif", test::read_text(path), 300, [](const fs::path& file) {
        if (!describe_raster(file)) {
            throw Error(ExitCode::invalid, "it is no TIFF any more");
        }
    });
}

}  // namespace
}  // namespace footprint::geo
