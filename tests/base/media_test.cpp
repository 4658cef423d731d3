#include "base/media.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/error.h"
#include "tests/support/scratch.h"

namespace footprint {
namespace {

using testing::ElementsAre;
using testing::Pair;
using namespace std::string_literals;

std::string number(std::uint64_t value, int bytes) {
    std::string text;
    for (int i = bytes - 1; i >= 0; --i) {
        text += static_cast<char>(value >> (8 * i) & 0xFF);
    }
    return text;
}

std::string chunk(const std::string& type, const std::string& data) {
    return number(data.size(), 4) + type + data + "CRC!";
}

std::string png() {
    return "\x89PNG\r\n\x1A\n" +
           chunk("IHDR", number(1920, 4) + number(1080, 4) + std::string("\x08\x06\0\0\0", 5)) +
           chunk("tEXt", "Title\0Clouds"s) + chunk("iTXt", "Author\0\0\0en\0\0S\xC3\xA3o"s) +
           chunk("IDAT", std::string(1000, 'x')) + chunk("IEND", "");
}

std::string box(const std::string& type, const std::string& data) {
    return number(data.size() + 8, 4) + type + data;
}

std::string mp4() {
    const auto mvhd = box(
        "mvhd", std::string(12, '\0') + number(1000, 4) + number(30500, 4) + std::string(80, '\0'));
    const auto tkhd =
        box("tkhd", std::string(76, '\0') + number(1280ULL << 16, 4) + number(720ULL << 16, 4));
    return box("ftyp", "isom\0\0\2\0"s) + box("mdat", std::string(5000, 'm')) +
           box("moov", mvhd + box("trak", tkhd));
}

MediaInfo info_of(const std::string& bytes) {
    const test::Scratch scratch;
    const auto info = read_media_info(scratch.file("file", bytes));
    EXPECT_TRUE(info);
    return info.value_or(MediaInfo{});
}

TEST(Media, OfAPngIsItsSizeAndItsTexts) {
    const auto info = info_of(png());
    EXPECT_EQ(info.format, "PNG");
    EXPECT_EQ(info.width, 1920);
    EXPECT_EQ(info.height, 1080);
    EXPECT_THAT(info.texts, ElementsAre(Pair("Title", "Clouds"), Pair("Author", "São")));
}

TEST(Media, OfAnMp4IsItsSizeAndItsLength) {
    const auto info = info_of(mp4());
    EXPECT_EQ(info.format, "MP4");
    EXPECT_EQ(info.width, 1280);
    EXPECT_EQ(info.height, 720);
    EXPECT_DOUBLE_EQ(info.seconds.value_or(0), 30.5);
}

TEST(Media, OfOtherKindsIsAtLeastItsFormat) {
    const auto gif = info_of("GIF89a\x40\x01\xF0\x00"s);
    EXPECT_EQ(gif.format, "GIF");
    EXPECT_EQ(gif.width, 320);
    EXPECT_EQ(gif.height, 240);
    EXPECT_EQ(info_of("%PDF-1.7\n").format, "PDF");
    EXPECT_EQ(info_of("<?xml version='1.0'?>\n<svg width='1'>").format, "SVG");
    EXPECT_EQ(info_of("\x1A\x45\xDF\xA3 webm").format, "WebM");
}

TEST(Media, OfSomethingElseIsNothing) {
    const test::Scratch scratch;
    EXPECT_FALSE(read_media_info(scratch.file("a", "provider,lon\n")));
    EXPECT_FALSE(read_media_info(scratch.file("b", "")));
    EXPECT_THROW(read_media_info(scratch.path() / "none"), Error);
    EXPECT_THROW(read_media_info(scratch.path()), Error);
}

TEST(Media, ThatIsBrokenIsSaid) {
    const test::Scratch scratch;
    const auto whole = png();
    EXPECT_THROW(read_media_info(scratch.file("cut", whole.substr(0, whole.size() - 20))), Error);
    auto large = mp4();
    large[0] = '\x7F';  // a first box of two gigabytes
    EXPECT_THROW(read_media_info(scratch.file("large", large)), Error);
}

TEST(Media, OfAnyBytesNeverCrashes) {
    const test::Scratch scratch;
    std::mt19937 random(9);
    for (int round = 0; round < 2000; ++round) {
        auto bytes = round % 2 == 0 ? png() : mp4();
        for (int i = 0; i < 4; ++i) {
            bytes[random() % std::min<std::size_t>(bytes.size(), round % 3 == 0 ? 6000 : 150)] =
                static_cast<char>(random() % 256);
        }
        try {
            read_media_info(scratch.file("fuzz", bytes));
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ExitCode::invalid);
        }
    }
}

}  // namespace
}  // namespace footprint
