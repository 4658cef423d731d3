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

    // What is left of the ways of before is taken over; whatever may now be better is offered:
    // ways along new edges, of new sources, and to where a way was lost.
    void start_from(const BackboneNetwork::Earlier& earlier) {
        const auto& before = *earlier.network;
        const bool same = &before == &network_;
        const auto lost = same ? std::vector<bool>(earlier.labels.size(), false)
                               : lost_labels(before, earlier.labels);
        take_over(before, earlier, lost);
        for (std::uint32_t vertex = 0; !same && vertex < count(); ++vertex) {
            offer_new_arcs(before, vertex);
        }
        for (const auto vertex : robbed_) {
            offer_from_neighbours(vertex);
        }
        auto known = earlier.now_of.begin();
        for (std::uint32_t s = 0; s < sources_.size(); ++s) {
            const bool is_known = known != earlier.now_of.end() && *known == s;
            if (is_known) {
                ++known;
            }
            if (!is_known || !robbed_.empty()) {
                offer_links(s);
            }
        }
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

    // The labels of before whose way took an edge that is gone, or may have: any that is what
    // another such label gives along an arc. By vertex of before, most_ each.
    std::vector<bool> lost_labels(const BackboneNetwork& before,
                                  std::span<const Label> labels) const {
        std::vector<bool> lost(labels.size(), false);
        std::vector<std::size_t> open;
        const auto lose_along = [&](std::uint32_t arc, const Label& label) {
            const std::size_t to = before.arcs_[arc].to * most_;
            for (std::size_t k = to; k < to + most_; ++k) {
                if (!lost[k] && labels[k].source == label.source &&
                    labels[k].rtt_ms == label.rtt_ms + before.arc_ms_[arc]) {
                    lost[k] = true;
                    open.push_back(k);
                }
            }
        };
        for (std::uint32_t vertex = 0; vertex + 1 < before.arc_begin_.size(); ++vertex) {
            for (auto a = before.arc_begin_[vertex]; a < before.arc_begin_[vertex + 1]; ++a) {
                const auto edge = before.arcs_[a].edge;
                const bool is_gone = edge != kNoEdge && !network_.live_[edge];
                for (std::size_t k = 0; is_gone && k < most_; ++k) {
                    const auto& label = labels[vertex * most_ + k];
                    if (label.source != BackboneNetwork::kNoSource) {
                        lose_along(a, label);
                    }
                }
            }
        }
        while (!open.empty()) {
            const std::size_t k = open.back();
            open.pop_back();
            const std::size_t vertex = k / most_;
            for (auto a = before.arc_begin_[vertex]; a < before.arc_begin_[vertex + 1]; ++a) {
                lose_along(a, labels[k]);
            }
        }
        return lost;
    }

    void take_over(const BackboneNetwork& before, const BackboneNetwork::Earlier& earlier,
                   const std::vector<bool>& lost) {
        const auto nodes = network_.backbone_->nodes().size();
        const auto copy = [&](std::size_t from, std::size_t to) {
            std::size_t at = to * most_;
            for (std::size_t k = from * most_; k < (from + 1) * most_; ++k) {
                const auto& label = earlier.labels[k];
                if (!lost[k] && label.source != BackboneNetwork::kNoSource) {
                    labels_[at++] = {earlier.now_of[label.source], label.rtt_ms};
                }
            }
            const auto first = lost.begin() + static_cast<std::ptrdiff_t>(from * most_);
            if (std::find(first, first + static_cast<std::ptrdiff_t>(most_), true) !=
                first + static_cast<std::ptrdiff_t>(most_)) {
                robbed_.push_back(static_cast<std::uint32_t>(to));
            }
        };
        for (std::size_t node = 0; node < nodes; ++node) {
            copy(node, node);
        }
        std::map<std::pair<BackboneNodeIndex, CableIndex>, std::size_t> ports;
        for (std::size_t i = 0; i < before.port_node_.size(); ++i) {
            ports[{before.port_node_[i], before.port_cable_[i]}] = nodes + i;
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

    // Arcs come in pairs, one each way, of the same edge and price.
    void offer_from_neighbours(std::uint32_t vertex) {
        for (auto out = network_.arc_begin_[vertex]; out < network_.arc_begin_[vertex + 1]; ++out) {
            const auto neighbour = network_.arcs_[out].to;
            for (std::size_t k = 0; k < most_; ++k) {
                const Label label = labels_[neighbour * most_ + k];
                if (label.source != BackboneNetwork::kNoSource &&
                    network_.may_leave(neighbour, vertex, sources_[label.source].land.country)) {
                    offer(vertex, label.rtt_ms + network_.arc_ms_[out], label.source);
                }
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
    std::vector<std::uint32_t> robbed_;     // vertices that lost a label
    Queue queue_;
};

std::vector<BackboneNetwork::Label> BackboneNetwork::nearest_sources(
    std::span<const NetworkPlace> sources, std::size_t most, const Earlier* earlier) const {
    SourceSearch search(*this, sources, most);
    if (earlier != nullptr) {
        search.start_from(*earlier);
    } else {
        search.start();
    }
    return search.run();
}

}  // namespace footprint::sim
