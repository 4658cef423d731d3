#include "sim/latency/backbone_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>

#include "base/error.h"
#include "sim/latency/client_paths.h"
#include "sim/latency/fit.h"

namespace footprint::sim {
namespace {

// Regions looked at for each node before the residual orders them.
constexpr std::size_t kCandidates = 4;

class BackboneModel final : public LatencyModel {
  public:
    BackboneModel(std::shared_ptr<const Backbone> backbone, BackboneParameters parameters,
                  LatencyKind kind, WhatIf what_if)
        : backbone_(std::move(backbone)),
          parameters_(std::move(parameters)),
          kind_(kind),
          what_if_(std::move(what_if)),
          linker_(*backbone_) {
        for (const auto& node : backbone_->nodes()) {
            kernels_.push_back(node.at_sea ? std::vector<double>{}
                                           : parameters_.residual.kernel(node.position));
        }
    }

    std::string name() const override { return "backbone"; }

    std::vector<ModelParameter> parameters() const override { return parameters_.list(); }

    const geo::AccessAreas* areas() const override { return &backbone_->access_areas(); }

    std::vector<Date> changes() const override { return backbone_->changes(); }

    std::vector<AccessNode> access_nodes(const geo::Catalog& catalog,
                                         const std::vector<geo::RegionIndex>& regions, Date date,
                                         int best) const override {
        const auto network = network_at(date);
        const Asked asked = asked_of(catalog, regions, best);
        if (auto known = known_nodes(network, asked)) {
            return *known;
        }
        std::vector<NetworkPlace> places;
        std::vector<const RegionPlace*> kept_places;
        std::vector<AccessNode> nodes;
        std::vector<geo::RegionIndex> placed;
        for (const auto region : regions) {
            const auto& kept = region_place(catalog.region(region).position);
            if (!kept.on_land) {
                continue;
            }
            placed.push_back(region);
            places.push_back(kept.place);
            kept_places.push_back(&kept);
            nodes.push_back({kept.place.position, access_ms(),
                             network->land_ms_per_km(backbone_->area_of(kept.place.land.country)) *
                                 way_factor(),
                             region, kept.place.land.land});
        }
        const auto search = find_sources(network, catalog, placed, places);
        const auto& labels = search->labels;
        const auto all = backbone_->nodes();
        for (BackboneNodeIndex i = 0; i < all.size(); ++i) {
            if (!all[i].at_sea && all[i].land != geo::kNoArea) {
                add_node(*network, i, &labels[i * kCandidates], placed, kept_places, best, nodes);
            }
        }
        keep_nodes(network, asked, nodes);
        return nodes;
    }

    std::vector<RttPart> explain(const geo::Catalog& catalog, geo::LonLat place,
                                 geo::CountryIndex country, geo::RegionIndex region,
                                 Date date) const override {
        const auto land = country == geo::kNoCountry
                              ? backbone_->land_place(place)
                              : std::optional(backbone_->land_place(place, country));
        const auto& far = region_place(catalog.region(region).position);
        if (!land || !far.on_land) {
            return {};
        }
        const auto network = network_at(date);
        ClientPaths paths(*backbone_, parameters_, *network);
        const auto* const end = &far.place;
        paths.prepare({&end, 1});
        const auto weighted = paths.weighted(parameters_.residual.kernel(far.place.position));
        const auto way = paths.way(place, *land, far.place, weighted);
        if (!way.exists()) {
            return {};
        }
        std::vector<RttPart> parts{
            {"access network", access_ms(), fmt::format("{:.1f} ms", access_ms())}};
        paths.tell(way, place, far.place, parts);
        return parts;
    }

  private:
    struct RegionPlace {
        bool on_land = false;
        NetworkPlace place;
        std::vector<double> weighted;
        mutable std::vector<double> factors;  // of ways to nodes; NaN: not asked for yet
    };

    double access_ms() const {
        return kind_ == LatencyKind::fixed      ? parameters_.fixed_access_ms
               : kind_ == LatencyKind::wireless ? parameters_.wireless_access_ms
                                                : parameters_.access_ms;
    }
    double way_factor() const {
        return kind_ == LatencyKind::region ? 1.0 : parameters_.public_factor;
    }

    std::shared_ptr<const BackboneNetwork> network_at(Date date) const {
        const std::lock_guard lock(mutex_);
        auto live = backbone_->in_service(date, what_if_);
        // Most steps of a film change nothing on the sea's ground.
        if (!network_ || live != live_) {
            auto network = std::make_shared<BackboneNetwork>(
                *backbone_, live,
                kind_ == LatencyKind::region ? Traffic::private_ : Traffic::public_);
            network->price(parameters_);
            network_ = std::move(network);
            live_ = std::move(live);
        }
        return network_;
    }

    // A search for the nearest regions of all nodes, from which later ones begin.
    struct Search {
        std::shared_ptr<const BackboneNetwork> network;
        std::vector<std::array<double, 3>> sources;
        std::vector<BackboneNetwork::Label> labels;
    };

    std::shared_ptr<const Search> find_sources(
        const std::shared_ptr<const BackboneNetwork>& network, const geo::Catalog& catalog,
        const std::vector<geo::RegionIndex>& placed,
        const std::vector<NetworkPlace>& places) const {
        auto search = std::make_shared<Search>();
        search->network = network;
        search->sources = asked_of(catalog, placed, 0);
        const auto before = earlier_search(search->sources);
        const auto now_of = before ? where(before->sources, search->sources) : std::nullopt;
        if (now_of) {
            const BackboneNetwork::Earlier earlier{before->network.get(), before->labels, *now_of};
            search->labels = network->nearest_sources(places, kCandidates, &earlier);
        } else {
            search->labels = network->nearest_sources(places, kCandidates);
        }
        keep_search(search);
        return search;
    }

    // Footprints grow mostly, and those of different providers have different first regions.
    std::shared_ptr<const Search> earlier_search(
        const std::vector<std::array<double, 3>>& sources) const {
        const std::lock_guard lock(mutex_);
        const auto it = sources.size() < 2 ? searches_.end() : searches_.find(sources[1]);
        return it == searches_.end() ? nullptr : it->second;
    }

    void keep_search(const std::shared_ptr<const Search>& search) const {
        constexpr std::size_t kMost = 64;
        if (search->sources.size() < 2) {
            return;
        }
        const std::lock_guard lock(mutex_);
        if (searches_.size() >= kMost) {
            searches_.clear();
        }
        searches_[search->sources[1]] = search;
    }

    // Where the sources of before stand among those of now, if all do, in their order. The first
    // of both is no source.
    static std::optional<std::vector<std::uint32_t>> where(
        const std::vector<std::array<double, 3>>& before,
        const std::vector<std::array<double, 3>>& now) {
        std::vector<std::uint32_t> now_of;
        std::size_t at = 1;
        for (std::size_t i = 1; i < before.size(); ++i, ++at) {
            while (at < now.size() && now[at] != before[i]) {
                ++at;
            }
            if (at == now.size()) {
                return std::nullopt;
            }
            now_of.push_back(static_cast<std::uint32_t>(at - 1));
        }
        return now_of;
    }

    // Regions, where they stand (catalogs differ), and how many of the best.
    using Asked = std::vector<std::array<double, 3>>;
    static Asked asked_of(const geo::Catalog& catalog, const std::vector<geo::RegionIndex>& regions,
                          int best) {
        Asked asked{{static_cast<double>(best), 0, 0}};
        for (const auto region : regions) {
            const auto position = catalog.region(region).position;
            asked.push_back({static_cast<double>(region), position.lon, position.lat});
        }
        return asked;
    }

    // Answers are kept for as long as the network is the same: the months of a year have it in
    // common.
    std::optional<std::vector<AccessNode>> known_nodes(
        const std::shared_ptr<const BackboneNetwork>& network, const Asked& asked) const {
        const std::lock_guard lock(mutex_);
        const auto it = nodes_of_ == network ? nodes_.find(asked) : nodes_.end();
        return it == nodes_.end() ? std::nullopt : std::optional(it->second);
    }

    void keep_nodes(const std::shared_ptr<const BackboneNetwork>& network, const Asked& asked,
                    const std::vector<AccessNode>& nodes) const {
        constexpr std::size_t kMost = 64;
        const std::lock_guard lock(mutex_);
        if (nodes_of_ != network || nodes_.size() >= kMost) {
            nodes_.clear();
            nodes_of_ = network;
        }
        nodes_[asked] = nodes;
    }

    const RegionPlace& region_place(geo::LonLat position) const {
        const std::lock_guard lock(mutex_);
        const auto [it, is_new] = regions_.try_emplace({position.lon, position.lat});
        auto& kept = it->second;
        if (is_new) {
            if (auto place = network_place(*backbone_, linker_, position)) {
                kept.on_land = true;
                kept.place = std::move(*place);
                const auto& field = parameters_.residual;
                const auto kernel = field.kernel(position);
                const std::size_t n = kernel.size();
                kept.weighted.assign(n, 0);
                for (std::size_t i = 0; i < n; ++i) {
                    for (std::size_t j = 0; j < n; ++j) {
                        kept.weighted[j] += kernel[i] * field.weights[i * n + j];
                    }
                }
                kept.factors.assign(kernels_.size(), std::numeric_limits<double>::quiet_NaN());
            }
        }
        return kept;
    }

    // Asked for again with every network; whichever thread is first, the number is the same.
    double residual_factor(const RegionPlace& region, BackboneNodeIndex node) const {
        const std::atomic_ref known(region.factors[node]);
        double factor = known.load(std::memory_order_relaxed);
        if (std::isnan(factor)) {
            double log_factor = 0;
            for (std::size_t j = 0; j < kernels_[node].size(); ++j) {
                log_factor += kernels_[node][j] * region.weighted[j];
            }
            factor = std::exp(log_factor);
            known.store(factor, std::memory_order_relaxed);
        }
        return factor;
    }

    void add_node(const BackboneNetwork& network, BackboneNodeIndex i,
                  const BackboneNetwork::Label* labels, const std::vector<geo::RegionIndex>& placed,
                  const std::vector<const RegionPlace*>& kept_places, int best,
                  std::vector<AccessNode>& nodes) const {
        struct Offer {
            double offset_ms;
            std::uint32_t source;
            bool before(const Offer& o) const {
                return offset_ms != o.offset_ms ? offset_ms < o.offset_ms : source < o.source;
            }
        };
        std::array<Offer, kCandidates> offers;
        std::size_t count = 0;
        for (std::size_t k = 0; k < kCandidates && labels[k].source != BackboneNetwork::kNoSource;
             ++k) {
            const double factor = residual_factor(*kept_places[labels[k].source], i);
            const Offer offer{access_ms() + labels[k].rtt_ms * way_factor() * factor,
                              labels[k].source};
            std::size_t place = count++;
            for (; place > 0 && offer.before(offers[place - 1]); --place) {
                offers[place] = offers[place - 1];
            }
            offers[place] = offer;
        }
        const auto& node = backbone_->nodes()[i];
        for (std::size_t k = 0; k < std::min(count, static_cast<std::size_t>(best)); ++k) {
            nodes.push_back({node.position, offers[k].offset_ms,
                             network.land_ms_per_km(node.area) * way_factor(),
                             placed[offers[k].source], node.land});
        }
    }

    std::shared_ptr<const Backbone> backbone_;
    BackboneParameters parameters_;
    LatencyKind kind_;
    WhatIf what_if_;
    LandLinker linker_;
    std::vector<std::vector<double>> kernels_;  // of the residual field, by node
    mutable std::mutex mutex_;
    mutable std::shared_ptr<const BackboneNetwork> network_;
    mutable std::vector<bool> live_;
    mutable std::map<std::pair<double, double>, RegionPlace> regions_;
    mutable std::map<std::array<double, 3>, std::shared_ptr<const Search>> searches_;
    mutable std::shared_ptr<const BackboneNetwork> nodes_of_;  // the network of nodes_
    mutable std::map<Asked, std::vector<AccessNode>> nodes_;
};

}  // namespace

std::unique_ptr<LatencyModel> make_backbone_model(std::shared_ptr<const Backbone> backbone,
                                                  BackboneParameters parameters, LatencyKind kind,
                                                  WhatIf what_if) {
    return std::make_unique<BackboneModel>(std::move(backbone), std::move(parameters), kind,
                                           std::move(what_if));
}

}  // namespace footprint::sim
