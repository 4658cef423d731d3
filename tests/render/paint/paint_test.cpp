#include <gtest/gtest.h>
#include <png.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <thread>

#include "render/paint/canvas.h"
#include "render/paint/compositor.h"
#include "render/paint/pixel_rows.h"
#include "render/paint/png.h"
#include "render/paint/raster.h"

namespace footprint::render {
namespace {

const FontSet& fonts() {
    static const FontSet kFonts;
    return kFonts;
}

PathPtr triangle() {
    Path path;
    path.move_to({3.2, 2.1});
    path.line_to({30.4, 8.8});
    path.line_to({11.7, 28.3});
    path.close();
    return std::make_shared<const Path>(std::move(path));
}

DisplayList everything() {
    DisplayList list;
    list.push_back(FillRect{{4, 4, 50, 20}, rgb(0x335577)});
    list.push_back(FillPath{triangle(), rgb(0xcc4422).with_alpha(0.7), false});
    list.push_back(StrokePath{triangle(), rgb(0xffffff), 1.5, {3, 2}, Rect{0, 0, 20, 40}});
    list.push_back(Ring{{40.3, 30.6}, 9.4, 2, rgb(0x44ddaa), 0.6, {}});
    for (int i = 0; i < kShapeCount; ++i) {
        SymbolMark mark;
        mark.shape = static_cast<Shape>(i);
        mark.state = static_cast<SymbolState>(i % 5);
        mark.date_uncertain = i % 2 == 0;
        mark.centre = {10.0 + 9 * i, 60.37};
        mark.radius = 4.1 + i * 0.3;
        mark.color = rgb(0xf7a427);
        mark.edge = rgb(0x0a0e15);
        list.push_back(mark);
    }
    TextRun run;
    run.text = "Querétaro 2025-09";
    run.anchor = {8, 90};
    run.font.size = 14;
    run.color = rgb(0xffffff);
    run.halo = 2;
    run.halo_color = rgb(0x000000);
    list.push_back(run);
    return list;
}

Image ground() {
    Image image(128, 100);
    std::fill(image.pixels.begin(), image.pixels.end(), 0xff101723U);
    return image;
}

TEST(Compositor, PaintsTheSameOnEveryThreadAndEveryTime) {
    Compositor shared(fonts());
    Image first = ground();
    shared.paint(first, everything());
    std::vector<Image> images(4, ground());
    std::vector<std::thread> threads;
    for (Image& image : images) {
        threads.emplace_back([&] { shared.paint(image, everything()); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    Compositor fresh(fonts(), 1);  // forgets every sprite at once
    Image again = ground();
    fresh.paint(again, everything());
    EXPECT_EQ(first.pixels, again.pixels);
    for (const Image& image : images) {
        EXPECT_EQ(first.pixels, image.pixels);
    }
    EXPECT_NE(first.pixels, ground().pixels);
}

TEST(Compositor, AgreesWithTheCanvasWhereOpsStandOnWholePixels) {
    DisplayList list;
    for (int i = 0; i < kShapeCount; ++i) {
        SymbolMark mark;
        mark.shape = static_cast<Shape>(i);
        mark.centre = {10.0 + 10 * i, 50};
        mark.radius = 4.5;
        mark.color = rgb(0xf7a427);
        mark.edge = rgb(0x0a0e15);
        list.push_back(mark);
    }
    Image by_canvas = ground();
    paint(by_canvas, list, fonts());
    Image by_sprites = ground();
    Compositor compositor(fonts());
    compositor.paint(by_sprites, list);
    for (std::size_t i = 0; i < by_canvas.pixels.size(); ++i) {
        for (int shift = 0; shift < 24; shift += 8) {
            EXPECT_NEAR((by_canvas.pixels[i] >> shift) & 255U,
                        (by_sprites.pixels[i] >> shift) & 255U, 3);
        }
    }
}

TEST(Canvas, LeavesNoTraceOutsideOfTheBoundsItGives) {
    for (const Op& op : everything()) {
        Image image(160, 140);
        const Rect bounds = paint_bounds(op, fonts());
        paint_moved(image, op, {20, 20}, fonts());
        for (int y = 0; y < image.height; ++y) {
            for (int x = 0; x < image.width; ++x) {
                if (!bounds.contains(Point{x - 19.5, y - 19.5})) {
                    ASSERT_EQ(image.row(y)[x], 0U) << op.index() << " at " << x << "," << y;
                }
            }
        }
    }
}

TEST(Canvas, WritesSvgAndPdf) {
    const auto list = everything();
    const std::string svg =
        paint_vector(list, 128, 100, VectorFormat::svg, {"Title", "Sources"}, fonts());
    EXPECT_NE(svg.find("<svg"), std::string::npos);
    EXPECT_NE(svg.find("</svg>"), std::string::npos);
    EXPECT_NE(svg.find("<title>Title</title>\n<desc>Sources</desc>"), std::string::npos);
    const std::string pdf =
        paint_vector(list, 128, 100, VectorFormat::pdf, {"Title", "Sources"}, fonts());
    EXPECT_EQ(pdf.substr(0, 5), "%PDF-");
    EXPECT_EQ(pdf, paint_vector(list, 128, 100, VectorFormat::pdf, {"Title", "Sources"}, fonts()));
}

TEST(Canvas, SaysItsWordsInSvg) {
    TextRun run;
    run.text = "A & B <東京>";
    run.anchor = {64, 50};
    run.align = Align::centre;
    run.font = {20, FontWeight::bold, true};
    const std::string svg =
        paint_vector({run}, 128, 100, VectorFormat::svg, {"\"T\" & more", "S\n"}, fonts());
    EXPECT_NE(svg.find("<text x=\"64.0\" y=\"50.0\" font-size=\"20.0\" text-anchor=\"middle\">"
                       "A &amp; B &lt;東京&gt;</text>"),
              std::string::npos);
    EXPECT_NE(svg.find("<title>&quot;T&quot; &amp; more</title>\n<desc>S </desc>"),
              std::string::npos);
}

TEST(Fonts, MeasureTabularDigitsAlikeAndKnowChinese) {
    const Font font{20, FontWeight::bold, true};
    const double ones = fonts().measure("1111", font).width;
    for (const char* digits : {"0000", "2746", "8888"}) {
        EXPECT_NEAR(fonts().measure(digits, font).width, ones, 0.1);
    }
    EXPECT_GT(fonts().measure("阿里云", {20, FontWeight::regular, false}).width, 40);
    EXPECT_EQ(fonts().measure("", font).width, 0);
}

// Rings, curves and texts, cut by the frame and by a clip: the same pixels as the whole image's.
TEST(Raster, BlitsWhatIsPackedAsTheWhole) {
    for (const Op& op : everything()) {
        Image source(128, 100);
        paint(source, {op}, fonts());
        for (const auto& [x, y] : {std::pair{0, 0}, std::pair{-40, 30}, std::pair{70, -20}}) {
            Image whole(128, 100);
            std::fill(whole.pixels.begin(), whole.pixels.end(), 0xFF336699U);
            Image packed_to = whole;
            const PixelRect clip{10, 5, 120, 90};
            blit_over(whole, source, x, y, 140, clip);
            blit_packed(packed_to, packed(source), x, y, 140, clip);
            EXPECT_EQ(whole.pixels, packed_to.pixels) << op.index() << " at " << x << ", " << y;
        }
    }
}

TEST(Raster, FillsThePixelsWhoseCentresLieInside) {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> anywhere(-5, 45);
    for (int trial = 0; trial < 50; ++trial) {
        std::vector<Point> corners;
        Path path;
        for (int i = 0; i < 7; ++i) {
            corners.push_back({anywhere(random), anywhere(random)});
            i == 0 ? path.move_to(corners.back()) : path.line_to(corners.back());
        }
        path.close();
        const auto indices = paint_indices(std::span(&path, 1), 40, 40);
        for (int y = 0; y < 40; ++y) {
            for (int x = 0; x < 40; ++x) {
                // Crossings of a ray to the right (even-odd).
                bool inside = false;
                for (std::size_t i = 0; i < corners.size(); ++i) {
                    const Point& a = corners[i];
                    const Point& b = corners[(i + 1) % corners.size()];
                    const double cy = y + 0.5;
                    if ((a.y > cy) != (b.y > cy) &&
                        x + 0.5 < a.x + (cy - a.y) / (b.y - a.y) * (b.x - a.x)) {
                        inside = !inside;
                    }
                }
                ASSERT_EQ(indices[static_cast<std::size_t>(y * 40 + x)] == 0, inside);
            }
        }
    }
}

// Channel by channel, rounded to nearest.
std::uint32_t over_by_the_book(std::uint32_t source, std::uint32_t opacity, std::uint32_t target) {
    const auto scaled = [](std::uint32_t value, std::uint32_t share) {
        return static_cast<std::uint32_t>(std::lround(value * share / 255.0));
    };
    const std::uint32_t keep = 255U - scaled(source >> 24, opacity);
    std::uint32_t result = 0;
    for (const int shift : {0, 8, 16, 24}) {
        const std::uint32_t sum =
            scaled((source >> shift) & 255U, opacity) + scaled((target >> shift) & 255U, keep);
        result |= sum << shift;
    }
    return result;
}

TEST(PixelRows, BlendEveryLengthAlikeOnEveryProcessor) {
    std::mt19937 random(17);
    const auto pixel = [&] {
        return premultiplied({static_cast<std::uint8_t>(random()),
                              static_cast<std::uint8_t>(random()),
                              static_cast<std::uint8_t>(random()),
                              static_cast<std::uint8_t>(random() % 3 == 0   ? 0
                                                        : random() % 3 == 0 ? 255
                                                                            : random())});
    };
    for (const PixelIsa isa : {PixelIsa::baseline, PixelIsa::avx2}) {
        const PixelRows* rows = pixel_rows(isa);
        if (rows == nullptr) {
            continue;
        }
        for (std::size_t count = 0; count < 70; ++count) {
            for (const std::uint32_t opacity : {0U, 1U, 128U, 254U, 255U}) {
                std::vector<std::uint32_t> from(count);
                std::vector<std::uint32_t> to(count);
                std::generate(from.begin(), from.end(), pixel);
                std::generate(to.begin(), to.end(), pixel);
                std::vector<std::uint32_t> expected;
                for (std::size_t i = 0; i < count; ++i) {
                    expected.push_back(over_by_the_book(from[i], opacity, to[i]));
                }
                rows->blit(to.data(), from.data(), static_cast<int>(count), opacity);
                EXPECT_EQ(to, expected) << count << " pixels, opacity " << opacity;
            }
        }
    }
}

TEST(PixelRows, ConvertEveryLengthAlikeOnEveryProcessor) {
    const PixelRows* baseline = pixel_rows(PixelIsa::baseline);
    const PixelRows* fast = pixel_rows(PixelIsa::avx2);
    if (fast == nullptr) {
        GTEST_SKIP() << "a processor without AVX2";
    }
    std::mt19937 random(19);
    for (std::size_t count = 0; count < 70; ++count) {
        std::vector<std::uint32_t> pixels(4 * count);
        std::generate(pixels.begin(), pixels.end(),
                      [&] { return 0xff000000U | static_cast<std::uint32_t>(random()); });
        std::vector<std::uint8_t> planes[2];
        for (const bool is_fast : {false, true}) {
            const PixelRows& rows = is_fast ? *fast : *baseline;
            auto& out = planes[is_fast ? 1 : 0];
            out.resize(4 * count);
            const auto n = static_cast<int>(count);
            rows.luma(out.data(), pixels.data(), 2 * n);
            rows.chroma(out.data() + 2 * count, out.data() + 3 * count, pixels.data(),
                        pixels.data() + 2 * count, n);
        }
        EXPECT_EQ(planes[0], planes[1]) << count;
    }
}

TEST(Raster, ConvertsToBt709AsTheStandardSays) {
    std::mt19937 random(3);
    for (int trial = 0; trial < 2000; ++trial) {
        const std::uint32_t pixel =
            0xff000000U | (static_cast<std::uint32_t>(random()) & 0xffffffU);
        Image image(2, 2);
        std::fill(image.pixels.begin(), image.pixels.end(), pixel);
        std::vector<std::uint8_t> planes;
        convert_to_yuv420(image, {}, planes);
        const double r = ((pixel >> 16) & 255U) / 255.0;
        const double g = ((pixel >> 8) & 255U) / 255.0;
        const double b = (pixel & 255U) / 255.0;
        const double y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        EXPECT_NEAR(planes[0], 16 + 219 * y, 0.6);
        EXPECT_NEAR(planes[4], 128 + 224 * (b - y) / 1.8556, 0.6);
        EXPECT_NEAR(planes[5], 128 + 224 * (r - y) / 1.5748, 0.6);
    }
}

TEST(Raster, ConvertsWhatChangedToWhatTheWholeWouldBe) {
    std::mt19937 random(11);
    const auto even = [&](int most) {
        return 2 * std::uniform_int_distribution<int>(0, most / 2)(random);
    };
    Image image(86, 34);
    std::vector<std::uint8_t> planes;
    for (int trial = 0; trial < 200; ++trial) {
        PixelRect rect{even(86), even(34), even(86), even(34)};
        rect = {std::min(rect.left, rect.right), std::min(rect.top, rect.bottom),
                std::max(rect.left, rect.right), std::max(rect.top, rect.bottom)};
        for (int y = rect.top; y < rect.bottom; ++y) {
            std::generate(image.row(y) + rect.left, image.row(y) + rect.right, [&] {
                return 0xff000000U | (static_cast<std::uint32_t>(random()) & 0xffffffU);
            });
        }
        convert_to_yuv420(image, {&rect, 1}, planes);
        std::vector<std::uint8_t> whole;
        convert_to_yuv420(image, {}, whole);
        ASSERT_EQ(planes, whole) << trial;
    }
}

TEST(Tiles, CoverWhatWasMarkedAfterAStepOnceAndNothingFarFromIt) {
    constexpr int kPictureWidth = 5 * Tiles::kWidth - 10;
    constexpr int kPictureHeight = 7 * Tiles::kHeight - 6;
    std::mt19937 random(13);
    const auto any = [&](int most) {
        return std::uniform_int_distribution<int>(-40, most + 40)(random);
    };
    for (int trial = 0; trial < 300; ++trial) {
        Tiles tiles(kPictureWidth, kPictureHeight);
        std::vector<PixelRect> marked;
        for (std::uint64_t step = 1; step <= 6; ++step) {
            const int x = any(kPictureWidth);
            const int y = any(kPictureHeight);
            marked.push_back({x, y, x + any(90), y + any(40)});
            tiles.mark(marked.back(), step);
        }
        std::vector<int> covered(std::size_t{kPictureWidth} * kPictureHeight);
        for (const PixelRect& rect : tiles.since(3)) {
            ASSERT_TRUE(rect.left % 2 == 0 && rect.top % 2 == 0);
            for (int y = rect.top; y < rect.bottom; ++y) {
                for (int x = rect.left; x < rect.right; ++x) {
                    ++covered.at(static_cast<std::size_t>(y * kPictureWidth + x));
                }
            }
        }
        // Step by step, tile by tile.
        for (int y = 0; y < kPictureHeight; ++y) {
            for (int x = 0; x < kPictureWidth; ++x) {
                const int left = x / Tiles::kWidth * Tiles::kWidth;
                const int top = y / Tiles::kHeight * Tiles::kHeight;
                bool is_new = false;
                for (std::size_t i = 3; i < marked.size(); ++i) {
                    const PixelRect& m = marked[i];
                    const int right = std::min(left + Tiles::kWidth, kPictureWidth);
                    const int bottom = std::min(top + Tiles::kHeight, kPictureHeight);
                    is_new |= std::max(left, m.left) < std::min(right, m.right) &&
                              std::max(top, m.top) < std::min(bottom, m.bottom);
                }
                ASSERT_EQ(covered[static_cast<std::size_t>(y * kPictureWidth + x)], is_new ? 1 : 0)
                    << x << ", " << y << " in " << trial;
            }
        }
    }
}

// What came, went, moved, or lies on a ground that changed: the same pixels as painted anew.
TEST(Compositor, PaintsAFrameAgainOnlyWhereItChangedAndMissesNothing) {
    constexpr int kFrameWidth = 300;
    constexpr int kFrameHeight = 120;
    std::mt19937 random(23);
    Compositor compositor(fonts());
    Composition frame(kFrameWidth, kFrameHeight);
    DisplayList list;
    const DisplayList source = everything();
    for (int round = 0; round < 120; ++round) {
        for (int change = 0; change < 1 + round % 5; ++change) {
            const auto at = [&] { return static_cast<std::ptrdiff_t>(random() % list.size()); };
            if (list.size() < 5 || random() % 3 == 0) {
                list.insert(
                    list.begin() + static_cast<std::ptrdiff_t>(random() % (list.size() + 1)),
                    source[random() % source.size()]);
            } else if (random() % 3 == 0) {
                list.erase(list.begin() + at());
            } else if (auto& op = list[static_cast<std::size_t>(at())];
                       auto* mark = std::get_if<SymbolMark>(&op)) {
                mark->centre.x += static_cast<double>(random() % 100) * 0.4;
            } else if (auto* run = std::get_if<TextRun>(&op)) {
                run->text += "x";
            } else {
                std::swap(op, list[static_cast<std::size_t>(at())]);
            }
        }
        if (round % 4 == 0) {
            const int x = static_cast<int>(random() % kFrameWidth);
            const int y = static_cast<int>(random() % kFrameHeight);
            frame.ground.row(y)[x] = 0xff000000U | (static_cast<std::uint32_t>(random()) >> 8);
            frame.touch({x, y, x + 1, y + 1});
        }
        const Image before = frame.image;
        const auto changed = compositor.paint(frame, list);
        Image anew = frame.ground;
        Compositor(fonts()).paint(anew, list);
        ASSERT_EQ(frame.image.pixels, anew.pixels) << round;
        Image told = before;
        for (const PixelRect& rect : changed) {
            copy_rect(told, frame.image, rect);
        }
        ASSERT_EQ(told.pixels, frame.image.pixels) << round;
    }
    EXPECT_TRUE(compositor.paint(frame, list).empty());
}

TEST(Raster, BlendsAsPorterAndDuffWithinAStep) {
    std::mt19937 random(5);
    for (int trial = 0; trial < 2000; ++trial) {
        const Color color{static_cast<std::uint8_t>(random()), static_cast<std::uint8_t>(random()),
                          static_cast<std::uint8_t>(random()), static_cast<std::uint8_t>(random())};
        const std::uint32_t below =
            0xff000000U | (static_cast<std::uint32_t>(random()) & 0xffffffU);
        Image target(1, 1);
        target.pixels[0] = below;
        fill_over(target, {0, 0, 1, 1}, premultiplied(color));
        const double a = color.a / 255.0;
        EXPECT_NEAR((target.pixels[0] >> 16) & 255U, a * color.r + (1 - a) * ((below >> 16) & 255U),
                    1.5);
        EXPECT_NEAR(target.pixels[0] & 255U, a * color.b + (1 - a) * (below & 255U), 1.5);
        EXPECT_EQ(target.pixels[0] >> 24, 255U);
    }
}

TEST(Png, HoldsThePixelsAndTheTexts) {
    Image image = ground();
    Compositor compositor(fonts());
    compositor.paint(image, everything());
    const std::string bytes = encode_png(image, {{"Title", "Größe 大"}});
    EXPECT_EQ(bytes, encode_png(image, {{"Title", "Größe 大"}}));
    EXPECT_NE(bytes.find("Größe 大"), std::string::npos);
    png_image read{};
    read.version = PNG_IMAGE_VERSION;
    ASSERT_NE(png_image_begin_read_from_memory(&read, bytes.data(), bytes.size()), 0);
    read.format = PNG_FORMAT_BGRA;
    std::vector<std::uint32_t> pixels(image.pixels.size());
    ASSERT_NE(png_image_finish_read(&read, nullptr, pixels.data(), 0, nullptr), 0);
    EXPECT_EQ(pixels, image.pixels);
}

}  // namespace
}  // namespace footprint::render
