#include "sim/coverage/rtt_raster.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/error.h"
#include "base/pool.h"
#include "base/text.h"

namespace footprint::sim {
namespace {

constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();

struct NamedBand {
    std::string_view name;
    RasterBand band;
};
constexpr std::array<NamedBand, 5> kBands{{{"best", RasterBand::best},
                                           {"second", RasterBand::second},
                                           {"margin", RasterBand::margin},
                                           {"region", RasterBand::region},
                                           {"second-region", RasterBand::second_region}}};

bool needs_second(RasterBand band) {
    return band == RasterBand::second || band == RasterBand::margin ||
           band == RasterBand::second_region;
}

float finite(float value) {
    return value <= std::numeric_limits<float>::max() ? value : kNothing;
}

// A field and how its answers become bands.
class BandSource {
  public:
    BandSource(const geo::Grid& grid, std::span<const geo::GridSite> sites,
               std::vector<float> site_numbers, std::vector<RasterBand> bands, CellFacts cells)
        : bands_(std::move(bands)),
          numbers_(std::move(site_numbers)),
          cells_(std::move(cells)),
          may_be_empty_(sites.empty() || cells_.serves),
          field_(grid, sites, cells_.serves) {}

    void fill(const geo::GridBlock& block, std::span<float* const> out, std::size_t stride) const {
        const std::size_t cells = block.rows * block.columns;
        std::vector<std::uint16_t> labels(cells_.serves ? cells : 0);
        std::vector<geo::CountryIndex> countries(cells_.lines.empty() ? 0 : cells);
        if (!labels.empty() || !countries.empty()) {
            cells_.describe(field_.grid(), block, labels, countries);
        }
        const bool plain = bands_.size() == 1 && bands_[0] == RasterBand::best;
        if (!plain) {
            fill_bands(block, labels, countries, out, stride);
            return;
        }
        const std::size_t size = (block.rows - 1) * stride + block.columns;
        field_.block(block, labels, {.best = {out[0], size}, .stride = stride});
        for (std::size_t row = 0; may_be_empty_ && row < block.rows; ++row) {
            std::transform(out[0] + row * stride, out[0] + row * stride + block.columns,
                           out[0] + row * stride, finite);
        }
        for (std::size_t row = 0; !countries.empty() && row < block.rows; ++row) {
            add_lines(std::span(countries).subspan(row * block.columns, block.columns), true,
                      out[0] + row * stride);
        }
    }

  private:
    // By parts of 128 rows, so that the planes behind the bands stay small.
    void fill_bands(const geo::GridBlock& block, std::span<const std::uint16_t> labels,
                    std::span<const geo::CountryIndex> countries, std::span<float* const> out,
                    std::size_t stride) const {
        constexpr std::size_t kRows = geo::GridField::kAlign;
        const bool second = std::ranges::any_of(bands_, needs_second);
        const std::size_t cells = std::min(kRows, block.rows) * block.columns;
        auto lent = pool_.take();
        Planes& planes = *lent;
        planes.make_room(cells, second);
        for (std::size_t row = 0; row < block.rows; row += kRows) {
            const geo::GridBlock part{block.row + row, block.column,
                                      std::min(kRows, block.rows - row), block.columns};
            const std::size_t size = part.rows * part.columns;
            field_.block(part, labels.empty() ? labels : labels.subspan(row * block.columns, size),
                         {.best = planes.best,
                          .best_site = planes.site,
                          .second = planes.second,
                          .second_site = planes.second_site});
            const auto countries_of_part =
                countries.empty() ? countries : countries.subspan(row * block.columns, size);
            for (std::size_t band = 0; band < bands_.size(); ++band) {
                put(part, planes, bands_[band], countries_of_part, out[band] + row * stride,
                    stride);
            }
        }
        pool_.put_back(std::move(lent));
    }

    struct Planes {
        std::vector<float> best, second;
        std::vector<std::uint32_t> site, second_site;

        void make_room(std::size_t cells, bool seconds) {
            if (best.size() < cells) {
                best.resize(cells);
                site.resize(cells);
                second.resize(seconds ? cells : 0);
                second_site.resize(seconds ? cells : 0);
            }
        }
    };

    // One row of a band; `at` is its first cell in the planes.
    void put_row(const Planes& planes, RasterBand band, std::size_t at, std::size_t count,
                 float* out) const {
        const auto number = [&](const std::vector<std::uint32_t>& sites) {
            for (std::size_t i = 0; i < count; ++i) {
                const std::uint32_t site = sites[at + i];
                out[i] = site == geo::kNoSite ? kNothing : numbers_[site];
            }
        };
        const float* const best = planes.best.data() + at;
        const float* const second = planes.second.data() + at;
        switch (band) {
            case RasterBand::best:
                std::transform(best, best + count, out, finite);
                break;
            case RasterBand::second:
                std::transform(second, second + count, out, finite);
                break;
            case RasterBand::margin:
                std::transform(second, second + count, best, out,
                               [](float s, float b) { return finite(s - b); });
                break;
            case RasterBand::region:
                number(planes.site);
                break;
            case RasterBand::second_region:
                number(planes.second_site);
                break;
        }
    }
    void put(const geo::GridBlock& part, const Planes& planes, RasterBand band,
             std::span<const geo::CountryIndex> countries, float* out, std::size_t stride) const {
        const bool is_time = band == RasterBand::best || band == RasterBand::second;
        for (std::size_t row = 0; row < part.rows; ++row) {
            put_row(planes, band, row * part.columns, part.columns, out + row * stride);
            if (!countries.empty() && (is_time || band == RasterBand::margin)) {
                add_lines(countries.subspan(row * part.columns, part.columns), is_time,
                          out + row * stride);
            }
        }
    }

    // From the path to the client: the least path is the least RTT, for a line grows with it. A
    // margin is a difference, of which nothing but the factor is left.
    void add_lines(std::span<const geo::CountryIndex> countries, bool is_time, float* out) const {
        const std::size_t none = cells_.lines.size() - 1;
        for (std::size_t i = 0; i < countries.size(); ++i) {
            const auto& line = cells_.lines[std::min<std::size_t>(countries[i], none)];
            out[i] = line.factor * out[i] + (is_time ? line.addend_ms : 0);
        }
    }

    std::vector<RasterBand> bands_;
    std::vector<float> numbers_;  // by site
    CellFacts cells_;
    bool may_be_empty_;
    geo::GridField field_;
    mutable Pool<Planes> pool_;
};

}  // namespace

RasterBand parse_raster_band(std::string_view name) {
    for (const NamedBand& known : kBands) {
        if (known.name == name) {
            return known.band;
        }
    }
    const auto names = raster_band_names();
    throw Error(ExitCode::usage,
                fmt::format("there is no band '{}'.{} Bands: {}", name,
                            did_you_mean(std::string(name), names), join(names, ", ")));
}

std::vector<std::string> raster_band_names() {
    std::vector<std::string> names;
    for (const NamedBand& known : kBands) {
        names.emplace_back(known.name);
    }
    return names;
}

std::size_t raster_rows(double step_deg) {
    // 30 arc-seconds written as a decimal divides 180 within a thousandth of a row only.
    constexpr double kRounding = 1e-3;
    const bool in_range = step_deg >= 0.004 && step_deg <= 10;
    const double rows = in_range ? 180 / step_deg : 0;
    if (!in_range || std::abs(rows - std::round(rows)) > kRounding) {
        throw Error(ExitCode::usage,
                    fmt::format("a resolution of {}°: expected 0.004 to 10, dividing 180, such as "
                                "0.1 or 0.0083333333 (30 seconds of arc)",
                                step_deg));
    }
    return static_cast<std::size_t>(std::lround(rows));
}

geo::FillOfGrid raster_source(std::vector<geo::GridSite> sites, std::vector<float> site_numbers,
                              std::vector<RasterBand> bands, CellFacts cells) {
    return [=](const geo::Grid& grid) -> geo::FillBlock {
        const auto source =
            std::make_shared<const BandSource>(grid, sites, site_numbers, bands, cells);
        return [source](const geo::GridBlock& block, std::span<float* const> out,
                        std::size_t stride) { source->fill(block, out, stride); };
    };
}

// Cells by who may serve them: countries that the same audiences serve, and areas that a node has,
// fall together into one label.
struct RttRaster::Labels {
    std::vector<std::uint16_t> country_class;                    // by country; the last for none
    std::vector<std::vector<bool>> served;                       // by class and audience
    std::vector<std::uint16_t> area_slot;                        // by area; 0: no node has it
    std::vector<std::pair<AudienceIndex, std::uint16_t>> reach;  // by site audience: and area slot

    static constexpr std::uint16_t kAnySlot = 0xFFFF;

    std::uint16_t class_of(geo::CountryIndex country) const {
        return country_class[std::min<std::size_t>(country, country_class.size() - 1)];
    }
    std::uint16_t slot_of(geo::AccessAreaIndex area) const {
        return area < area_slot.size() ? area_slot[area] : std::uint16_t{0};
    }
    std::uint16_t label(geo::CountryIndex country, geo::AccessAreaIndex area) const {
        return static_cast<std::uint16_t>(slot_of(area) * served.size() + class_of(country));
    }
    bool serves(std::uint16_t audience, std::uint16_t label) const {
        const auto& [who, slot] = reach[audience];
        return served[label % served.size()][who] &&
               (slot == kAnySlot || slot == label / served.size());
    }
};

namespace {

std::vector<CellFacts::Line> lines_of(const ClientAccess& clients, std::size_t countries) {
    std::vector<CellFacts::Line> lines;
    for (std::size_t country = 0; country <= countries; ++country) {
        const auto index =
            country < countries ? static_cast<geo::CountryIndex>(country) : geo::kNoCountry;
        lines.push_back({static_cast<float>(clients.detour(index)),
                         static_cast<float>(clients.typical_ms(index, 0))});
    }
    return lines;
}

// Countries and access areas at a row's cells; areas where there are some.
void locate(const geo::Atlas& atlas, const geo::AccessAreas* areas, const geo::Grid& grid,
            std::size_t row, std::size_t column, std::span<geo::CountryIndex> countries,
            std::span<geo::AccessAreaIndex> areas_of) {
    const geo::LonLat first = grid.centre(column, row);
    if (areas != nullptr) {
        areas->row(first.lat, first.lon, 360 / static_cast<double>(grid.columns()), countries,
                   areas_of);
        return;
    }
    for (std::size_t i = 0; i < countries.size(); ++i) {
        countries[i] = atlas.country_at(grid.centre(column + i, row));
    }
}

}  // namespace

RttRaster::RttRaster(const Timeline& timeline, const geo::Atlas& atlas, const LatencyModel& model,
                     const CoverageOptions& options, std::span<const ProviderIndex> providers,
                     Date date)
    : atlas_(&atlas), areas_(model.areas()) {
    Audiences audiences(atlas.countries().size());
    nodes_ = serving_nodes(timeline, date, providers, options, model, atlas, audiences,
                           model.areas() != nullptr ? 2 : 1);
    if (const auto* clients = model.clients()) {
        lines_ = lines_of(*clients, atlas.countries().size());
    }
    for (const FieldNode& node : nodes_) {
        legend_.push_back(node.node.region);
    }
    std::ranges::sort(legend_);
    legend_.erase(std::ranges::unique(legend_).begin(), legend_.end());

    const bool by_country =
        std::ranges::any_of(nodes_, [](const FieldNode& n) { return n.audience != 0; });
    if (!by_country && !model.areas()) {
        return;
    }
    auto labels = std::make_shared<Labels>();
    std::map<std::vector<bool>, std::uint16_t> classes;
    for (std::size_t country = 0; country <= atlas.countries().size(); ++country) {
        const auto index = country < atlas.countries().size()
                               ? static_cast<geo::CountryIndex>(country)
                               : geo::kNoCountry;
        std::vector<bool> by_audience;
        for (std::size_t audience = 0; audience < audiences.size(); ++audience) {
            by_audience.push_back(audiences.serves(static_cast<AudienceIndex>(audience), index));
        }
        const auto [at, is_new] =
            classes.emplace(by_audience, static_cast<std::uint16_t>(labels->served.size()));
        if (is_new) {
            labels->served.push_back(by_audience);
        }
        labels->country_class.push_back(at->second);
    }
    std::uint16_t slots = 1;
    if (model.areas()) {
        labels->area_slot.assign(model.areas()->all().size(), 0);
    }
    for (const FieldNode& node : nodes_) {
        const geo::AccessAreaIndex area = node.node.area;
        if (area < labels->area_slot.size() && labels->area_slot[area] == 0) {
            labels->area_slot[area] = slots++;
        }
        const bool anywhere = area == geo::kAnyArea || !model.areas();
        labels->reach.emplace_back(node.audience,
                                   anywhere ? Labels::kAnySlot : labels->slot_of(area));
    }
    if (slots * labels->served.size() > std::numeric_limits<std::uint16_t>::max()) {
        throw Error(ExitCode::failed,
                    fmt::format("{} access areas times {} sets of countries are more labels than "
                                "65,535; ask for fewer providers at once",
                                slots, labels->served.size()));
    }
    labels_ = std::move(labels);
}

geo::FillOfGrid RttRaster::source(std::vector<RasterBand> bands) const {
    std::vector<geo::GridSite> sites;
    std::vector<float> numbers;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const AccessNode& node = nodes_[i].node;
        sites.push_back({.position = node.position,
                         .offset = node.offset_ms,
                         .per_m = node.ms_per_km / 1000,
                         .group = node.region,
                         .audience = static_cast<std::uint16_t>(i)});
        const auto at = std::ranges::lower_bound(legend_, node.region) - legend_.begin();
        numbers.push_back(static_cast<float>(at + 1));
    }
    return raster_source(std::move(sites), std::move(numbers), std::move(bands), cells());
}

CellFacts RttRaster::cells() const {
    CellFacts cells;
    cells.lines = lines_;
    if (labels_) {
        cells.serves = [labels = labels_](std::uint16_t audience, std::uint16_t label) {
            return labels->serves(audience, label);
        };
    }
    cells.describe = [labels = labels_, atlas = atlas_, areas = areas_](
                         const geo::Grid& grid, const geo::GridBlock& block,
                         std::span<std::uint16_t> out, std::span<geo::CountryIndex> countries) {
        std::vector<geo::CountryIndex> country(block.columns, geo::kNoCountry);
        std::vector<geo::AccessAreaIndex> area(areas != nullptr ? block.columns : 0, geo::kNoArea);
        for (std::size_t row = 0; row < block.rows; ++row) {
            locate(*atlas, areas, grid, block.row + row, block.column, country, area);
            const std::size_t first = row * block.columns;
            for (std::size_t i = 0; !out.empty() && i < block.columns; ++i) {
                out[first + i] =
                    labels->label(country[i], areas != nullptr ? area[i] : geo::kNoArea);
            }
            if (!countries.empty()) {
                std::ranges::copy(country, countries.begin() + static_cast<std::ptrdiff_t>(first));
            }
        }
    };
    return cells;
}

}  // namespace footprint::sim
