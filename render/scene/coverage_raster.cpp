#include "render/scene/coverage_raster.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>
#include <utility>

#include "base/parallel.h"
#include "geo/sphere/geodesic.h"

namespace footprint::render {
namespace {

// Stands for "no path": slower than every class, and near enough that shades grow in time.
constexpr float kUnserved_ms = 400;
// Within this of the truth a shown time jumps to it.
constexpr float kClose_ms = 0.25F;
constexpr std::size_t kGrain = 8192;
constexpr std::size_t kBlock = 512;
constexpr int kTile = 8;
constexpr double kAnyPrice_ms_per_km = 0.01;  // where nobody serves
constexpr double kLeastHalfWidth_ms = 1e-6;

// Land pixels, tile by tile, so that neighbours on the globe are near in memory.
std::vector<std::uint32_t> land_pixels(const LandPixels& land) {
    std::vector<std::uint32_t> pixels;
    for (int tile_y = 0; tile_y < land.height; tile_y += kTile) {
        for (int tile_x = 0; tile_x < land.width; tile_x += kTile) {
            for (int y = tile_y; y < std::min(land.height, tile_y + kTile); ++y) {
                for (int x = tile_x; x < std::min(land.width, tile_x + kTile); ++x) {
                    const auto index = static_cast<std::uint32_t>(y * land.width + x);
                    if (land.opacity[index] != 0) {
                        pixels.push_back(index);
                    }
                }
            }
        }
    }
    return pixels;
}

// The country of a pixel; of a neighbour's where only a corner of it is land.
geo::CountryIndex country_near(const LandPixels& land, std::uint32_t index) {
    if (land.countries[index] != geo::kNoCountry) {
        return land.countries[index];
    }
    const int x = static_cast<int>(index) % land.width;
    const int y = static_cast<int>(index) / land.width;
    for (const auto& [dx, dy] :
         {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}, {1, -1}, {-1, 1}}) {
        const int nx = x + dx;
        const int ny = y + dy;
        if (nx < 0 || ny < 0 || nx >= land.width || ny >= land.height) {
            continue;
        }
        const auto neighbour = land.countries[static_cast<std::size_t>(ny * land.width + nx)];
        if (neighbour != geo::kNoCountry) {
            return neighbour;
        }
    }
    return geo::kNoCountry;
}

// source (premultiplied) over an opaque ground.
std::uint32_t over(std::uint32_t source, std::uint32_t ground) {
    if (source == 0U || source >> 24 == 255U) {
        return source == 0U ? ground : source;
    }
    const std::uint32_t keep = 255U - (source >> 24);
    const auto lane = [&](int shift) {
        const std::uint32_t product = ((ground >> shift) & 255U) * keep + 128U;
        return ((source >> shift) & 255U) + ((product + (product >> 8)) >> 8);
    };
    return 0xff000000U | (lane(16) << 16) | (lane(8) << 8) | lane(0);
}

std::uint32_t faded(Color c, std::uint32_t opacity) {
    const auto lane = [&](std::uint32_t value) {
        const std::uint32_t product = value * opacity + 128U;
        return (product + (product >> 8)) >> 8;
    };
    return (opacity << 24) | (lane(c.r) << 16) | (lane(c.g) << 8) | lane(c.b);
}

// Whether a time that went from one to the other may have met a break, or the blending about it.
std::uint32_t met_break(float from_ms, float to_ms, float blended_ms) {
    const float low_ms = std::min(from_ms, to_ms) - blended_ms;
    const float high_ms = std::max(from_ms, to_ms) + blended_ms;
    std::uint32_t met = 0;
    for (const double at : kClassBreaks_ms) {
        const auto edge_ms = static_cast<float>(at);
        met |= static_cast<std::uint32_t>(low_ms <= edge_ms) &
               static_cast<std::uint32_t>(edge_ms <= high_ms);
    }
    return met;
}

}  // namespace

CoverageRaster::CoverageRaster(const MapView& view, LandPixels land,
                               const sim::Audiences& audiences, const sim::LatencyModel& model,
                               const Theme& theme)
    : land_(std::move(land)), theme_(&theme), pixel_(land_pixels(land_)) {
    const bool equal_area = view.projection().is_equal_area();
    std::vector<geo::LonLat> positions(pixel_.size());
    std::vector<geo::CountryIndex> countries(pixel_.size());
    const geo::AccessAreas* const lands = model.areas();
    std::vector<geo::AccessAreaIndex> areas(lands != nullptr ? pixel_.size() : 0);
    std::vector<std::uint8_t> on_map(pixel_.size(), 0);
    half_width_km_.assign(pixel_.size(), static_cast<float>(view.metres_per_pixel() / 2000));
    parallel_blocks(pixel_.size(), kGrain, [&](std::size_t begin, std::size_t end) {
        const MapView own = view;
        for (std::size_t i = begin; i < end; ++i) {
            const double x = pixel_[i] % static_cast<std::uint32_t>(land_.width) + 0.5;
            const double y = pixel_[i] / static_cast<std::uint32_t>(land_.width) + 0.5;
            const auto position = own.to_lonlat({x, y});
            on_map[i] = position.has_value() ? 1 : 0;
            positions[i] = position.value_or(geo::LonLat{});
            countries[i] = country_near(land_, pixel_[i]);
            if (lands != nullptr && position) {
                areas[i] = countries[i] == geo::kNoCountry ? lands->at(*position)
                                                           : lands->at(*position, countries[i]);
            }
            if (const auto next = equal_area ? std::nullopt : own.to_lonlat({x + 1, y + 1})) {
                const double diagonal_m = geo::fast_distance_m(positions[i], *next);
                half_width_km_[i] = static_cast<float>(diagonal_m / std::sqrt(2.0) / 2000);
            }
        }
    });
    for (std::size_t c = 0; c < kClassCount; ++c) {
        solid_[c] = faded(theme.classes[c], 255);
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < pixel_.size(); ++i) {
        if (on_map[i] == 0) {
            continue;
        }
        pixel_[kept] = pixel_[i];
        positions[kept] = positions[i];
        countries[kept] = countries[i];
        if (lands != nullptr) {
            areas[kept] = areas[i];
        }
        half_width_km_[kept] = half_width_km_[i];
        ++kept;
    }
    pixel_.resize(kept);
    positions.resize(kept);
    countries.resize(kept);
    half_width_km_.resize(kept);
    areas.resize(lands != nullptr ? kept : 0);
    places_ = std::make_unique<sim::PlaceSet>(positions, countries, areas);
    field_ =
        std::make_unique<sim::LatencyField>(*places_, audiences, sim::Keep::best, model.clients());
    shown_ms_.assign(kept, kUnserved_ms);
    changed_.assign(kept, 1);
    blocks_.resize((kept + kBlock - 1) / kBlock);
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
        blocks_[i].box = box_of(i);
    }
    most_ms_per_km_ = kAnyPrice_ms_per_km;
}

PixelRect CoverageRaster::box_of(std::size_t block) const {
    PixelRect box{land_.width, land_.height, 0, 0};
    for (std::size_t i = block * kBlock; i < std::min(pixel_.size(), (block + 1) * kBlock); ++i) {
        const int x = static_cast<int>(pixel_[i]) % land_.width;
        const int y = static_cast<int>(pixel_[i]) / land_.width;
        box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x + 1),
               std::max(box.bottom, y + 1)};
    }
    return box;
}

void CoverageRaster::set_nodes(std::span<const sim::FieldNode> nodes) {
    field_->set_nodes(nodes);
    for (const auto& node : nodes) {
        most_ms_per_km_ = std::max(most_ms_per_km_, node.node.ms_per_km);
    }
    for (auto& block : blocks_) {
        block.is_moving = true;
    }
}

// Most pixels on their way stay within a class, away from its ends, so that nothing is to be seen
// of it. Flat loops: this is every moving pixel's cost in every frame.
void CoverageRaster::move(std::size_t block, float share) {
    const std::size_t begin = block * kBlock;
    const std::size_t count = std::min(kBlock, shown_ms_.size() - begin);
    const float* const wanted_ms = field_->rtt_ms().data() + begin;
    const float* const half_width_km = half_width_km_.data() + begin;
    float* const shown_ms = shown_ms_.data() + begin;
    std::uint8_t* const changed = changed_.data() + begin;
    const float close_ms = share >= 1.0F ? kUnserved_ms : kClose_ms;
    // A hair more than colours are blended over, at the highest price.
    const auto blended_ms_per_km = static_cast<float>(1.001 * most_ms_per_km_);
    constexpr float kLeast_ms = 1e-5F;
    std::array<std::uint32_t, kBlock> is_seen{};
    std::uint32_t is_unsettled = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const float goal_ms = wanted_ms[i] < kUnserved_ms ? wanted_ms[i] : kUnserved_ms;
        const float before_ms = shown_ms[i];
        const float gap_ms = goal_ms - before_ms;
        const bool is_close = std::abs(gap_ms) <= close_ms;
        const float now_ms = is_close ? goal_ms : before_ms + share * gap_ms;
        shown_ms[i] = now_ms;
        is_unsettled |= static_cast<std::uint32_t>(!is_close);
        is_seen[i] = static_cast<std::uint32_t>(gap_ms != 0.0F) &
                     met_break(before_ms, now_ms, half_width_km[i] * blended_ms_per_km + kLeast_ms);
    }
    std::uint32_t any = 0;
    for (std::size_t i = 0; i < count; ++i) {
        any |= is_seen[i];
        changed[i] = static_cast<std::uint8_t>(changed[i] | is_seen[i]);
    }
    blocks_[block].is_moving = is_unsettled != 0;
    blocks_[block].is_changed = blocks_[block].is_changed || any != 0;
}

bool CoverageRaster::advance(double share) {
    const auto step = static_cast<float>(share);
    std::atomic<bool> changed = false;
    parallel_blocks(blocks_.size(), kGrain / kBlock, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            if (blocks_[i].is_moving) {
                move(i, step);
            }
            if (blocks_[i].is_changed) {
                changed = true;
            }
        }
    });
    return changed;
}

// What half a pixel's width costs at the price of the land around its node.
double CoverageRaster::half_width_ms(std::size_t i) const {
    const std::uint32_t node = field_->node(i);
    const double price =
        node == sim::kNoNode ? kAnyPrice_ms_per_km : field_->nodes()[node].node.ms_per_km;
    return std::max(kLeastHalfWidth_ms, half_width_km_[i] * price);
}

// Class colours, blended over the width of a pixel where a class ends.
std::uint32_t CoverageRaster::color_at(std::size_t i) const {
    const double value = shown_ms_[i];
    const double half_width_ms = this->half_width_ms(i);
    std::size_t c = 0;
    while (c < kClassBreaks_ms.size() && value >= kClassBreaks_ms[c] + half_width_ms) {
        ++c;
    }
    const std::uint32_t opacity = land_.opacity[pixel_[i]];
    if (c == kClassBreaks_ms.size() || value <= kClassBreaks_ms[c] - half_width_ms) {
        return opacity == 255U ? solid_[c] : faded(theme_->classes[c], opacity);
    }
    const double over_by = (value - kClassBreaks_ms[c]) / (2 * half_width_ms) + 0.5;
    return faded(mix(theme_->classes[c], theme_->classes[c + 1], over_by), opacity);
}

std::vector<PixelRect> CoverageRaster::paint(Image& target, const Image& backdrop,
                                             const Image& overlay, bool all) {
    std::vector<std::size_t> blocks;
    std::vector<PixelRect> boxes;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
        if (all || std::exchange(blocks_[i].is_changed, false)) {
            blocks.push_back(i);
            boxes.push_back(blocks_[i].box);
        }
    }
    parallel_blocks(blocks.size(), kGrain / kBlock, [&](std::size_t begin, std::size_t end) {
        for (std::size_t b = begin; b < end; ++b) {
            const std::size_t last = std::min(pixel_.size(), (blocks[b] + 1) * kBlock);
            for (std::size_t i = blocks[b] * kBlock; i < last; ++i) {
                if (all || changed_[i] != 0) {
                    changed_[i] = 0;
                    const std::uint32_t p = pixel_[i];
                    target.pixels[p] =
                        over(overlay.pixels[p], over(color_at(i), backdrop.pixels[p]));
                }
            }
        }
    });
    return boxes;
}

Image CoverageRaster::image() const {
    Image image(land_.width, land_.height);
    for (std::size_t i = 0; i < pixel_.size(); ++i) {
        image.pixels[pixel_[i]] = color_at(i);
    }
    return image;
}

}  // namespace footprint::render
