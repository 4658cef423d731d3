// The nearest sources of every vertex, found anew or from what was found before.
#include <algorithm>
#include <bit>
#include <map>

#include "sim/latency/backbone_network.h"

namespace footprint::sim {
namespace {

struct Item {
    double rtt_ms;
    std::uint32_t vertex;
    std::uint32_t source;

    // Of doubles that are not negative, the order of their bits is theirs; no branch that could be
    // foretold wrongly.
    bool operator<(const Item& other) const { return key() < other.key(); }

  private:
    __extension__ using Key = unsigned __int128;
    Key key() const {
        const std::uint64_t place = std::uint64_t{vertex} << 32U | source;
        return Key{std::bit_cast<std::uint64_t>(rtt_ms)} << 64U | place;
    }
};

// The least first. Four children a parent: half as many levels as with two.
class Queue {
  public:
    explicit Queue(std::size_t room) { items_.reserve(room); }
    bool empty() const { return items_.empty(); }

    void push(const Item& item) {
        std::size_t at = items_.size();
        items_.push_back(item);
        while (at > 0 && item < items_[(at - 1) / kWays]) {
            items_[at] = items_[(at - 1) / kWays];
            at = (at - 1) / kWays;
        }
        items_[at] = item;
    }

    Item pop() {
        const Item least = items_[0];
        const Item last = items_.back();
        items_.pop_back();
        const std::size_t count = items_.size();
        std::size_t at = 0;
        for (std::size_t child = 1; child < count; child = at * kWays + 1) {
            std::size_t lowest = child;
            const std::size_t end = std::min(child + kWays, count);
            for (std::size_t c = child + 1; c < end; ++c) {
                lowest = items_[c] < items_[lowest] ? c : lowest;
            }
            if (!(items_[lowest] < last)) {
                break;
            }
            items_[at] = items_[lowest];
            at = lowest;
        }
        if (count > 0) {
            items_[at] = last;
        }
        return least;
    }

  private:
    static constexpr std::size_t kWays = 4;
    std::vector<Item> items_;
};

}  // namespace

// A vertex's labels are kept sorted by RTT, then source, no source twice. So whoever comes too late
// for a place among the first `most` is never queued. What the labels end as depends neither on the
// order of offers nor on what was there at the start, as long as those were ways: each is the least
// offer of its source to its vertex, and among the vertex's least.
class SourceSearch {
  public:
    using Label = BackboneNetwork::Label;

    SourceSearch(const BackboneNetwork& network, std::span<const NetworkPlace> sources,
                 std::size_t most)
        : network_(network),
          sources_(sources),
          most_(most),
          labels_(network.closed_country_.size() * most),
          queue_(network.closed_country_.size() * 2) {}

    void start() {
        for (std::uint32_t s = 0; s < sources_.size(); ++s) {
            offer_links(s);
        }
    }

    // False, and nothing done, where that does not help.
    bool start_from(const BackboneNetwork::Earlier& earlier) {
        const auto& before = *earlier.network;
        if (lost_ways(before, earlier.labels)) {
            return false;
        }
        take_over(before, earlier);
        for (std::uint32_t vertex = 0; vertex < count(); ++vertex) {
            offer_new_arcs(before, vertex);
        }
        auto known = earlier.now_of.begin();
        for (std::uint32_t s = 0; s < sources_.size(); ++s) {
            if (known != earlier.now_of.end() && *known == s) {
                ++known;
            } else {
                offer_links(s);
            }
        }
        return true;
    }

    std::vector<Label> run() {
        while (!queue_.empty()) {
            const auto item = queue_.pop();
            if (rtt_at(labels_, item.vertex, item.source) != item.rtt_ms) {
                continue;  // others have pushed it out since, or a lower RTT came
            }
            for (auto a = network_.arc_begin_[item.vertex];
                 a < network_.arc_begin_[item.vertex + 1]; ++a) {
                offer_along(a, item.vertex, {item.source, item.rtt_ms});
            }
        }
        return std::move(labels_);
    }

  private:
    std::uint32_t count() const {
        return static_cast<std::uint32_t>(network_.closed_country_.size());
    }

    double rtt_at(std::span<const Label> labels, std::uint32_t vertex, std::uint32_t source) const {
        for (std::size_t k = 0; k < most_; ++k) {
            if (labels[vertex * most_ + k].source == source) {
                return labels[vertex * most_ + k].rtt_ms;
            }
        }
        return BackboneNetwork::kNoPath;
    }

    void offer_links(std::uint32_t s) {
        const auto& place = sources_[s];
        const double ms_per_km =
            network_.land_ms_per_km_[network_.backbone_->area_of(place.land.country)];
        for (const auto& link : place.links) {
            if (network_.may_attach(place, link.node)) {
                offer(link.node, ms_per_km * link.km, s);
            }
        }
    }

    void offer_along(std::uint32_t arc, std::uint32_t from, const Label& label) {
        const auto to = network_.arcs_[arc].to;
        if (network_.may_leave(from, to, sources_[label.source].land.country)) {
            offer(to, label.rtt_ms + network_.arc_ms_[arc], label.source);
        }
    }

    void offer(std::uint32_t vertex, double rtt_ms, std::uint32_t source) {
        Label* const own = &labels_[vertex * most_];
        if (rtt_ms > own[most_ - 1].rtt_ms) {
            return;
        }
        const auto comes_before = [&](const Label& label) {
            return rtt_ms < label.rtt_ms || (rtt_ms == label.rtt_ms && source < label.source);
        };
        // Where it goes, and which label it pushes out: its source's, or the last.
        std::size_t place = 0;
        while (place < most_ && own[place].source != BackboneNetwork::kNoSource &&
               !comes_before(own[place])) {
            if (own[place].source == source) {
                return;
            }
            ++place;
        }
        if (place == most_) {
            return;
        }
        std::size_t out = place;
        while (out + 1 < most_ && own[out].source != source &&
               own[out].source != BackboneNetwork::kNoSource) {
            ++out;
        }
        std::move_backward(own + place, own + out, own + out + 1);
        own[place] = {source, rtt_ms};
        queue_.push({rtt_ms, vertex, source});
    }

    // Whether a way of before took an edge that is gone.
    bool lost_ways(const BackboneNetwork& before, std::span<const Label> labels) const {
        for (std::uint32_t vertex = 0; vertex + 1 < before.arc_begin_.size(); ++vertex) {
            for (auto a = before.arc_begin_[vertex]; a < before.arc_begin_[vertex + 1]; ++a) {
                const auto& arc = before.arcs_[a];
                if (arc.edge == kNoEdge || network_.live_[arc.edge]) {
                    continue;
                }
                for (std::size_t k = 0; k < most_; ++k) {
                    const auto& label = labels[vertex * most_ + k];
                    if (label.source != BackboneNetwork::kNoSource &&
                        rtt_at(labels, arc.to, label.source) == label.rtt_ms + before.arc_ms_[a]) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    void take_over(const BackboneNetwork& before, const BackboneNetwork::Earlier& earlier) {
        const auto nodes = network_.backbone_->nodes().size();
        std::map<std::pair<BackboneNodeIndex, CableIndex>, std::size_t> ports;
        for (std::size_t i = 0; i < before.port_node_.size(); ++i) {
            ports[{before.port_node_[i], before.port_cable_[i]}] = nodes + i;
        }
        const auto copy = [&](std::size_t from, std::size_t to) {
            for (std::size_t k = 0; k < most_; ++k) {
                auto& label = labels_[to * most_ + k];
                label = earlier.labels[from * most_ + k];
                if (label.source != BackboneNetwork::kNoSource) {
                    label.source = earlier.now_of[label.source];
                }
            }
        };
        for (std::size_t node = 0; node < nodes; ++node) {
            copy(node, node);
        }
        for (std::size_t i = 0; i < network_.port_node_.size(); ++i) {
            const auto it = ports.find({network_.port_node_[i], network_.port_cable_[i]});
            if (it != ports.end()) {
                copy(it->second, nodes + i);
            } else {
                new_ports_.push_back(static_cast<std::uint32_t>(nodes + i));
            }
        }
    }

    // Of an edge that is new, or into a port that is.
    void offer_new_arcs(const BackboneNetwork& before, std::uint32_t vertex) {
        for (auto a = network_.arc_begin_[vertex]; a < network_.arc_begin_[vertex + 1]; ++a) {
            const auto& arc = network_.arcs_[a];
            const bool is_new = arc.edge == kNoEdge ? std::binary_search(new_ports_.begin(),
                                                                         new_ports_.end(), arc.to)
                                                    : !before.live_[arc.edge];
            for (std::size_t k = 0; is_new && k < most_; ++k) {
                const Label label = labels_[vertex * most_ + k];
                if (label.source != BackboneNetwork::kNoSource) {
                    offer_along(a, vertex, label);
                }
            }
        }
    }

    const BackboneNetwork& network_;
    std::span<const NetworkPlace> sources_;
    std::size_t most_;
    std::vector<Label> labels_;
    std::vector<std::uint32_t> new_ports_;  // ascending
    Queue queue_;
};

std::vector<BackboneNetwork::Label> BackboneNetwork::nearest_sources(
    std::span<const NetworkPlace> sources, std::size_t most, const Earlier* earlier) const {
    SourceSearch search(*this, sources, most);
    if (earlier == nullptr || !search.start_from(*earlier)) {
        search.start();
    }
    return search.run();
}

}  // namespace footprint::sim
