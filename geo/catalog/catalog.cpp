#include "geo/catalog/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "base/error.h"
#include "base/text.h"

namespace footprint::geo {
namespace {

template <typename Enum>
struct Word {
    Enum value;
    std::string_view text;
};

constexpr std::array<Word<RegionClass>, kRegionClassCount> kClasses{{
    {RegionClass::public_, "public"},
    {RegionClass::local, "local"},
    {RegionClass::partner, "partner"},
    {RegionClass::limited, "limited"},
    {RegionClass::invite, "invite"},
    {RegionClass::gov, "gov"},
    {RegionClass::china, "china"},
    {RegionClass::sovereign, "sovereign"},
    {RegionClass::dedicated, "dedicated"},
    {RegionClass::finance, "finance"},
    {RegionClass::automotive, "automotive"},
}};

constexpr std::array<Word<RegionStatus>, 3> kStatuses{{
    {RegionStatus::open, "open"},
    {RegionStatus::planned, "planned"},
    {RegionStatus::closed, "closed"},
}};

constexpr std::array<Word<Confidence>, 3> kConfidences{{
    {Confidence::high, "high"},
    {Confidence::medium, "medium"},
    {Confidence::low, "low"},
}};

constexpr std::array<Word<EventKind>, 6> kEventKinds{{
    {EventKind::announced, "announced"},
    {EventKind::opened, "opened"},
    {EventKind::zones, "zones"},
    {EventKind::impaired, "impaired"},
    {EventKind::restored, "restored"},
    {EventKind::closed, "closed"},
}};

template <typename Enum, std::size_t N>
std::string_view word_of(const std::array<Word<Enum>, N>& words, Enum value) {
    return words[static_cast<std::size_t>(value)].text;
}

template <typename Enum, std::size_t N>
std::optional<Enum> value_of(const std::array<Word<Enum>, N>& words, std::string_view text) {
    const std::string lower = lower_ascii(trimmed(text));
    for (const auto& word : words) {
        if (word.text == lower) {
            return word.value;
        }
    }
    return std::nullopt;
}

bool goes_by(const Provider& provider, const std::string& lower) {
    const auto same = [&](const std::string& name) { return lower_ascii(name) == lower; };
    return same(provider.id) || same(provider.name) || same(provider.short_name) ||
           std::any_of(provider.aliases.begin(), provider.aliases.end(), same);
}

}  // namespace

std::string_view to_string(RegionClass value) {
    return word_of(kClasses, value);
}
std::string_view to_string(RegionStatus value) {
    return word_of(kStatuses, value);
}
std::string_view to_string(Confidence value) {
    return word_of(kConfidences, value);
}
std::string_view to_string(EventKind value) {
    return word_of(kEventKinds, value);
}

std::optional<RegionClass> parse_region_class(std::string_view text) {
    return value_of(kClasses, text);
}
std::optional<RegionStatus> parse_region_status(std::string_view text) {
    return value_of(kStatuses, text);
}
std::optional<Confidence> parse_confidence(std::string_view text) {
    return value_of(kConfidences, text);
}
std::optional<EventKind> parse_event_kind(std::string_view text) {
    return value_of(kEventKinds, text);
}

ClassSet open_to_everyone() {
    ClassSet classes;
    classes.add(RegionClass::public_);
    classes.add(RegionClass::local);
    classes.add(RegionClass::partner);
    return classes;
}

Catalog::Catalog(std::vector<Provider> providers, std::vector<Region> regions,
                 std::vector<EventRecord> events, Date as_of)
    : providers_(std::move(providers)),
      regions_(std::move(regions)),
      events_(std::move(events)),
      as_of_(as_of) {
    by_provider_.resize(regions_.size());
    std::iota(by_provider_.begin(), by_provider_.end(), RegionIndex{0});
    std::stable_sort(by_provider_.begin(), by_provider_.end(), [&](RegionIndex a, RegionIndex b) {
        return regions_[a].provider < regions_[b].provider;
    });
    provider_begin_.assign(providers_.size() + 1, 0);
    for (const auto& region : regions_) {
        ++provider_begin_[std::size_t{region.provider} + 1];
    }
    std::partial_sum(provider_begin_.begin(), provider_begin_.end(), provider_begin_.begin());

    by_id_.reserve(regions_.size());
    for (RegionIndex i = 0; i < regions_.size(); ++i) {
        by_id_.emplace_back(lower_ascii(regions_[i].id), i);
    }
    std::sort(by_id_.begin(), by_id_.end());
}

std::span<const RegionIndex> Catalog::regions_of(ProviderIndex provider) const {
    const std::size_t begin = provider_begin_[provider];
    return std::span(by_provider_).subspan(begin, provider_begin_[provider + 1U] - begin);
}

std::optional<ProviderIndex> Catalog::find_provider(std::string_view name) const {
    const std::string lower = lower_ascii(trimmed(name));
    for (std::size_t i = 0; i < providers_.size(); ++i) {
        if (goes_by(providers_[i], lower)) {
            return static_cast<ProviderIndex>(i);
        }
    }
    return std::nullopt;
}

ProviderIndex Catalog::require_provider(std::string_view name) const {
    if (const auto found = find_provider(name)) {
        return *found;
    }
    std::vector<std::string> ids;
    std::vector<std::string> words;
    for (const auto& provider : providers_) {
        ids.push_back(provider.id);
        words.push_back(provider.id);
        words.insert(words.end(), provider.aliases.begin(), provider.aliases.end());
    }
    throw Error(ExitCode::usage,
                fmt::format("there is no provider '{}' in the catalog.{} It has: {}", name,
                            did_you_mean(name, words), join(ids, ", ")));
}

std::optional<RegionIndex> Catalog::find_region(std::string_view id) const {
    std::optional<ProviderIndex> provider;
    const auto colon = id.find(':');
    if (colon != std::string_view::npos) {
        provider = find_provider(id.substr(0, colon));
        if (!provider) {
            return std::nullopt;
        }
        id.remove_prefix(colon + 1);
    }
    const std::string lower = lower_ascii(trimmed(id));
    const auto first =
        std::lower_bound(by_id_.begin(), by_id_.end(), std::pair(lower, RegionIndex{0}));
    std::optional<RegionIndex> found;
    for (auto it = first; it != by_id_.end() && it->first == lower; ++it) {
        if (provider && regions_[it->second].provider != *provider) {
            continue;
        }
        if (found) {
            return std::nullopt;  // several providers have it
        }
        found = it->second;
    }
    return found;
}

std::string Catalog::qualified_id(RegionIndex region) const {
    const Region& row = regions_[region];
    return fmt::format("{}:{}", providers_[row.provider].id, row.id);
}

}  // namespace footprint::geo
