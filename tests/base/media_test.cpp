#include "base/media.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
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
    const auto hdlr = box("hdlr", std::string(8, '\0') + "vide" + std::string(13, '\0'));
    const auto stsz = box("stsz", std::string(8, '\0') + number(732, 4));
    const auto mdia = box("mdia", hdlr + box("minf", box("stbl", stsz)));
    const auto title = box("\xA9nam", box("data", number(1, 4) + number(0, 4) + "Clouds"));
    const auto udta = box("udta", box("meta", number(0, 4) + box("hdlr", std::string(25, '\0')) +
                                                  box("ilst", title)));
    return box("ftyp", "isom\0\0\2\0"s) + box("mdat", std::string(5000, 'm')) +
           box("moov", mvhd + box("trak", tkhd + mdia) + udta);
}

// An element of EBML; its size in two bytes.
std::string element(const std::string& id, const std::string& data) {
    return id + number(0x4000 | data.size(), 2) + data;
}

std::string webm() {
    const auto block = element("\xA3", "\x81\0\0\x80 frame"s);
    const auto info =
        element("\x15\x49\xA9\x66", element("\x2A\xD7\xB1", number(1'000'000, 3)) +
                                        element("\x44\x89", number(0x40A3880000000000, 8)) +
                                        element("\x7B\xA9", "Clouds"));
    const auto tracks = element(
        "\x16\x54\xAE\x6B", element("\xAE", element("\xE0", element("\xB0", number(640, 2)) +
                                                                element("\xBA", number(360, 2)))));
    const auto tags = element(
        "\x12\x54\xC3\x67",
        element("\x73\x73",
                element("\x67\xC8", element("\x45\xA3", "COMMENT") + element("\x44\x87", "Us"))));
    // The segment's and the cluster's sizes are unknown, as in a live stream.
    return element("\x1A\x45\xDF\xA3", element("\x42\x82", "webm")) +
           "\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF" + info + tracks + tags +
           "\x1F\x43\xB6\x75\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF" + element("\xE7", "\0"s) + block +
           block + block;
}

std::string gif() {
    const std::string control = "\x21\xF9\x04\0\x0A\0\0\0"s;
    const std::string image = "\x2C\0\0\0\0\x40\x01\xF0\0\x80"s + "rgbRGB" + "\x02\x03" + "abc\0"s;
    return "GIF89a\x40\x01\xF0\x00\x80\0\0"s + "rgbRGB" + "\x21\xFE\x06" + "Clouds\0"s + control +
           image + control + image + ";";
}

std::string pdf() {
    return "%PDF-1.5\n1 0 obj\n<< /Type /Pages /Kids [ 2 0 R 3 0 R ] /Count 2 >>\nendobj\n"
           "2 0 obj\n<< /Type /Page /MediaBox [ 0 0 960 540.2 ] >>\nendobj\n" +
           std::string(200'000, 'x') +
           "\n3 0 obj\n<< /Type /Page /MediaBox [ 0 0 1 1 ] >>\nendobj\n"
           "4 0 obj\n<< /Title (Clouds \\(all\\)) /Subject <FEFF0053006100F5> >>\nendobj\n";
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

TEST(Media, OfAnMp4IsItsSizeItsFramesItsLengthAndItsTitle) {
    const auto info = info_of(mp4());
    EXPECT_EQ(info.format, "MP4");
    EXPECT_EQ(info.width, 1280);
    EXPECT_EQ(info.height, 720);
    EXPECT_EQ(info.frames, 732);
    EXPECT_DOUBLE_EQ(info.seconds.value_or(0), 30.5);
    EXPECT_THAT(info.texts, ElementsAre(Pair("Title", "Clouds")));
}

TEST(Media, OfAWebmIsTheSameEvenWhenItIsAStream) {
    const auto info = info_of(webm());
    EXPECT_EQ(info.format, "WebM");
    EXPECT_EQ(info.width, 640);
    EXPECT_EQ(info.height, 360);
    EXPECT_EQ(info.frames, 3);
    EXPECT_DOUBLE_EQ(info.seconds.value_or(0), 2.5);
    EXPECT_THAT(info.texts, ElementsAre(Pair("Title", "Clouds"), Pair("Comment", "Us")));
}

TEST(Media, OfAGifIsItsFramesAndTheTimeTheyAreShown) {
    const auto info = info_of(gif());
    EXPECT_EQ(info.format, "GIF");
    EXPECT_EQ(info.width, 320);
    EXPECT_EQ(info.height, 240);
    EXPECT_EQ(info.frames, 2);
    EXPECT_DOUBLE_EQ(info.seconds.value_or(0), 0.2);
    EXPECT_THAT(info.texts, ElementsAre(Pair("Comment", "Clouds")));
}

TEST(Media, OfAPdfIsItsPagesTheSizeOfTheFirstAndItsTitle) {
    const auto info = info_of(pdf());
    EXPECT_EQ(info.format, "PDF");
    EXPECT_EQ(info.pages, 2);
    EXPECT_EQ(info.width, 960);
    EXPECT_EQ(info.height, 540);
    EXPECT_THAT(info.texts, ElementsAre(Pair("Title", "Clouds (all)"), Pair("Subject", "Saõ")));
}

TEST(Media, OfAnSvgIsItsSizeAndItsTitle) {
    const auto info = info_of(
        "<?xml version='1.0'?>\n<svg xmlns=\"x\" width=\"960px\" "
        "height=\"540\"><title>Clouds</title>");
    EXPECT_EQ(info.format, "SVG");
    EXPECT_EQ(info.width, 960);
    EXPECT_EQ(info.height, 540);
    EXPECT_THAT(info.texts, ElementsAre(Pair("Title", "Clouds")));
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
    EXPECT_THROW(read_media_info(scratch.file("gif", gif().substr(0, 40))), Error);
    EXPECT_THROW(read_media_info(scratch.file("webm", "\x1A\x45\xDF\xA3\0\0"s)), Error);
    auto large = mp4();
    large[0] = '\x7F';  // a first box of two gigabytes
    EXPECT_THROW(read_media_info(scratch.file("large", large)), Error);
}

TEST(Media, OfAnyBytesNeverCrashes) {
    const test::Scratch scratch;
    std::mt19937 random(9);
    const std::array<std::string, 5> whole{png(), mp4(), webm(), gif(), pdf().substr(0, 3000)};
    for (int round = 0; round < 4000; ++round) {
        auto bytes = whole[static_cast<std::size_t>(round) % whole.size()];
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
