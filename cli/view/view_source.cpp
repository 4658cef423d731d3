#include "cli/view/view_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "base/error.h"
#include "base/text.h"
#include "cli/frame/attribution.h"
#include "cli/tables/explain_place.h"
#include "geo/sphere/geodesic.h"
#include "render/window/scene_painter.h"
#include "sim/coverage/engine.h"

namespace footprint::cli {
namespace {

using render::Card;
using render::CardQuestion;
using render::Found;
using render::Outage;

constexpr std::size_t kSourceLength = 90;

std::string shortened(const std::string& text, std::size_t most) {
    return text.size() <= most ? text : text.substr(0, most - 3) + "…";
}

std::string degrees_text(geo::LonLat p) {
    return fmt::format("{:.2f}° {}, {:.2f}° {}", std::abs(p.lat), p.lat < 0 ? "S" : "N",
                       std::abs(p.lon), p.lon < 0 ? "W" : "E");
}

std::string later_text(double later_ms) {
    constexpr double kSame_ms = 0.05;
    if (std::abs(later_ms) < kSame_ms) {
        return "as fast";
    }
    return fmt::format("{:.1f} ms {}", std::abs(later_ms), later_ms > 0 ? "slower" : "faster");
}

// A timeline with outages, made anew when they change.
class Altered {
  public:
    const sim::Timeline& timeline(const sim::Timeline& plain, const std::vector<Outage>& outages) {
        if (outages.empty()) {
            return plain;
        }
        if (!made_ || outages_ != outages) {
            made_ = std::make_unique<sim::Timeline>(render::with_outages(plain, outages));
            outages_ = outages;
        }
        return *made_;
    }

  private:
    std::vector<Outage> outages_;
    std::unique_ptr<sim::Timeline> made_;
};

struct Words {
    std::vector<std::string> folded;

    explicit Words(std::string text) {
        std::replace_if(
            text.begin(), text.end(),
            [](char c) { return c == '-' || c == '_' || c == ':' || c == ',' || c == '/'; }, ' ');
        for (const std::string& word : split(text, ' ')) {
            folded.push_back(footprint::folded(word));
        }
    }
    // Does each of `asked` begin one of these?
    bool match(const Words& wanted) const {
        return std::all_of(wanted.folded.begin(), wanted.folded.end(), [&](const auto& begin) {
            return std::any_of(folded.begin(), folded.end(),
                               [&](const auto& word) { return word.starts_with(begin); });
        });
    }
};

}  // namespace

struct ViewSource::Impl {
    Session& session;
    const PictureOptions& options;
    const Picture& picture;
    const sim::Timeline& timeline;  // with the dates as they are known
    const geo::Catalog& catalog;
    const geo::Atlas& atlas;
    std::filesystem::path datasets;

    // What the models need; guarded, as painter and cards ask for it.
    struct Loaded {
        geo::DemandPoints people;
        std::unique_ptr<sim::LatencyModel> model;
        sim::CoverageOptions coverage;
        std::string model_name;
        std::string credits;
    };
    std::mutex mutex;
    std::unique_ptr<Loaded> loaded;

    Altered at_once;  // of the thread that must not wait
    Altered asked;    // of the cards' thread
    std::vector<Outage> engine_outages;
    double engine_threshold_ms = -1;
    std::unique_ptr<sim::CoverageEngine> engine;

    std::optional<geo::Cities> cities;  // of the search's thread
    std::vector<std::string> city_names;
    std::vector<Words> region_words;

    Impl(Session& s, const PictureOptions& o, const Picture& p)
        : session(s),
          options(o),
          picture(p),
          timeline(s.timeline()),
          catalog(s.catalog()),
          atlas(s.atlas()),
          datasets(s.datasets()) {}

    const Loaded& load() {
        const std::scoped_lock lock(mutex);
        if (loaded) {
            return *loaded;
        }
        auto made = std::make_unique<Loaded>(
            Loaded{geo::DemandPoints::load(datasets, atlas), nullptr, {}, {}, {}});
        const auto serve = serve_rule(options.serve);
        auto backbone = picture.backbone();
        const auto& latency = options.clients.latency;
        if (!backbone && !latency.by_distance()) {
            backbone = load_backbone(session, latency.with);
        }
        made->model = options.clients.model(session, serve, backbone);
        made->model_name = made->model->name() + " model" + options.clients.details();
        made->coverage.scope = picture.scene().options().scope;
        made->coverage.serve = serve;
        const auto used = latency.sources({"providers", "basemap-50m", "demand-points"});
        made->credits = join(attributions(datasets, used), " · ");
        loaded = std::move(made);
        return *loaded;
    }

    std::vector<geo::ProviderIndex> shown(const CardQuestion& question) const {
        std::vector<geo::ProviderIndex> result;
        const auto& providers = picture.scene().options().providers;
        for (std::size_t i = 0; i < providers.size(); ++i) {
            if (question.shown.at(i)) {
                result.push_back(providers[i]);
            }
        }
        return result;
    }

    sim::CoverageEngine& engine_for(const sim::Timeline& now, const CardQuestion& question) {
        if (!engine || engine_outages != question.outages ||
            engine_threshold_ms != question.threshold_ms) {
            const Loaded& all = load();
            auto coverage = all.coverage;
            coverage.thresholds_ms = {question.threshold_ms};
            engine =
                std::make_unique<sim::CoverageEngine>(now, atlas, all.people, *all.model, coverage);
            engine_outages = question.outages;
            engine_threshold_ms = question.threshold_ms;
        }
        return *engine;
    }

    std::string country_name(const std::string& iso2) const {
        const auto country = atlas.find_country(iso2);
        return country ? atlas.countries()[*country].name : iso2;
    }

    std::string name_of(geo::RegionIndex region) const {
        const auto& row = catalog.region(region);
        return fmt::format("{} {}", catalog.provider(row.provider).short_name,
                           row.city.empty() ? row.name : row.city);
    }

    Card region_card(const sim::Timeline& now, const CardQuestion& question) const {
        const geo::RegionIndex region = *question.region;
        const auto& row = catalog.region(region);
        const auto at = now.region_at(region, question.date);
        Card card;
        card.title = name_of(region);
        card.subtitle =
            fmt::format("{} · {}", catalog.qualified_id(region), country_name(row.country));
        if (at.state != sim::RegionState::open) {
            card.rows.push_back(
                {"State", fmt::format("{} since {}", sim::to_string(at.state), at.since.iso())});
        }
        card.rows.push_back({"Zones", zones_text(at)});
        card.rows.push_back({"Opened", opened_text(timeline, region)});
        if (row.target) {
            card.rows.push_back({"Announced for", row.target->text()});
        }
        card.rows.push_back({"Source", shortened(row.source, kSourceLength)});
        card.rows.push_back({"Confidence", std::string(geo::to_string(row.confidence))});
        return card;
    }

    void add_catchment(const sim::Timeline& now, const CardQuestion& question, Card& card) {
        const geo::RegionIndex region = *question.region;
        auto& asked_engine = engine_for(now, question);
        const auto catchment = catchment_of(asked_engine, region, question.date);
        std::string people = human_count(catchment.people) + " people";
        if (catchment.people > 0) {
            people += fmt::format(", {} within {:g} ms", human_count(catchment.people_within[0]),
                                  question.threshold_ms);
        }
        card.rows.push_back({"Serves best", catchment.people > 0 ? people : "nobody"});
        const auto rival = rival_of(asked_engine, region, shown(question), question.date);
        std::string text = "none";
        if (rival) {
            text = name_of(rival->region) + ", " + later_text(rival->later_ms);
        }
        card.rows.push_back({"Nearest rival", text});
        card.note =
            "Serves best: whom no other region of its provider answers sooner. Modelled, "
            "not measured.";
    }

    Card place_card(const CardQuestion& question) const {
        Card card;
        card.title = degrees_text(question.place);
        const auto country = atlas.country_at(question.place);
        if (country == geo::kNoCountry) {
            card.subtitle = "At sea";
            card.note = "Nobody lives here to be served. Click on land, or on a symbol.";
            return card;
        }
        card.subtitle = atlas.countries()[country].name + " · who serves this place best";
        return card;
    }

    void add_servers(const sim::Timeline& now, const CardQuestion& question, Card& card) {
        const Loaded& all = load();
        const Place place = place_at(atlas, question.place);
        const auto found =
            who_serves(atlas, place, now, shown(question), question.date, all.coverage, *all.model);
        for (const PlaceAnswer& answer : found) {
            render::CardServer server;
            server.provider = catalog.provider(answer.provider).short_name;
            if (answer.region) {
                const auto& row = catalog.region(*answer.region);
                server.region = catalog.qualified_id(*answer.region);
                server.city = row.city.empty() ? row.name : row.city;
                server.distance_km = answer.distance_km;
                server.rtt_ms = answer.rtt_ms;
            }
            card.servers.push_back(std::move(server));
        }
        card.note = "Round trips of the median client there; modelled, not measured.";
    }

    void prepare_search() {
        if (cities) {
            return;
        }
        cities = geo::Cities::load(datasets);
        for (const geo::City& city : cities->all()) {
            city_names.push_back(folded(city.name));
        }
        for (geo::RegionIndex i = 0; i < catalog.regions().size(); ++i) {
            const auto& row = catalog.region(i);
            const auto& provider = catalog.provider(row.provider);
            region_words.emplace_back(provider.short_name + " " + provider.id + " " + row.id + " " +
                                      row.name + " " + row.city);
        }
    }

    // Cities called so in another language or script ("北京"), the most populous first.
    std::vector<std::size_t> cities_also_called(const std::string& text) const {
        std::vector<std::size_t> result;
        for (const geo::City* city : cities->find(text)) {
            const auto place = static_cast<std::size_t>(city - cities->all().data());
            if (city_names[place] != folded(text)) {
                result.push_back(place);
            }
        }
        return result;
    }

    // Cities whose name begins so, or is so; the most populous first.
    std::vector<std::size_t> cities_called(const std::string& begin, bool is_whole) const {
        std::vector<std::size_t> result;
        for (std::size_t i = 0; i < city_names.size(); ++i) {
            const bool is_it = city_names[i] == begin;
            if (is_whole ? is_it : !is_it && city_names[i].starts_with(begin)) {
                result.push_back(i);
            }
        }
        std::stable_sort(result.begin(), result.end(), [&](std::size_t a, std::size_t b) {
            return cities->all()[a].population > cities->all()[b].population;
        });
        return result;
    }

    std::vector<geo::RegionIndex> regions_called(const std::string& text) const {
        const Words wanted(text);
        const auto& providers = picture.scene().options().providers;
        std::vector<geo::RegionIndex> result;
        for (geo::RegionIndex i = 0; i < region_words.size(); ++i) {
            const bool is_shown = std::find(providers.begin(), providers.end(),
                                            catalog.region(i).provider) != providers.end();
            if (is_shown && !wanted.folded.empty() && region_words[i].match(wanted)) {
                result.push_back(i);
            }
        }
        return result;
    }

    Found found_city(std::size_t index) const {
        const geo::City& city = cities->all()[index];
        return {
            city.name,
            fmt::format("{} · {} people", country_name(city.country), human_count(city.population)),
            city.position, std::nullopt};
    }

    Found found_region(geo::RegionIndex region) const {
        const auto& row = catalog.region(region);
        return {name_of(region), catalog.qualified_id(region) + " · region", row.position, region};
    }
};

ViewSource::ViewSource(Session& session, const PictureOptions& options, const Picture& picture)
    : impl_(std::make_unique<Impl>(session, options, picture)) {}

ViewSource::~ViewSource() = default;

render::ViewShading ViewSource::shading() {
    const auto& loaded = impl_->load();
    render::ViewShading result;
    result.input.atlas = &impl_->atlas;
    result.input.people = &loaded.people;
    result.input.model = loaded.model.get();
    result.input.timeline = impl_->picture.input().timeline;
    result.input.options = loaded.coverage;
    result.model = loaded.model_name;
    result.credits = loaded.credits;
    return result;
}

Card ViewSource::at_once(const CardQuestion& question) {
    const auto& now = impl_->at_once.timeline(impl_->timeline, question.outages);
    return question.region ? impl_->region_card(now, question) : impl_->place_card(question);
}

Card ViewSource::card(const CardQuestion& question) {
    if (impl_->engine_outages != question.outages) {
        impl_->engine.reset();  // before the timeline that it looks at
    }
    const auto& now = impl_->asked.timeline(impl_->timeline, question.outages);
    if (question.region) {
        Card card = impl_->region_card(now, question);
        impl_->add_catchment(now, question, card);
        return card;
    }
    Card card = impl_->place_card(question);
    if (is_land(question.place)) {
        impl_->add_servers(now, question, card);
    }
    return card;
}

std::vector<Found> ViewSource::search(const std::string& text, std::size_t most) {
    const std::string begin = folded(text);
    std::vector<Found> found;
    if (begin.empty()) {
        return found;
    }
    impl_->prepare_search();
    const auto room = [&](std::size_t of) { return found.size() < std::min(of, most); };
    for (const std::size_t city : impl_->cities_called(begin, true)) {
        if (room(2)) {
            found.push_back(impl_->found_city(city));
        }
    }
    for (const std::size_t city : impl_->cities_also_called(text)) {
        if (room(3)) {
            found.push_back(impl_->found_city(city));
        }
    }
    auto longer = impl_->cities_called(begin, false);
    std::erase_if(longer, [&](std::size_t city) {
        const std::string& name = impl_->cities->all()[city].name;
        return std::any_of(found.begin(), found.end(),
                           [&](const Found& one) { return one.name == name; });
    });
    constexpr std::size_t kFirst = 2;
    for (std::size_t i = 0; i < std::min(kFirst, longer.size()); ++i) {
        found.push_back(impl_->found_city(longer[i]));
    }
    const std::size_t before = found.size();
    for (const geo::RegionIndex region : impl_->regions_called(text)) {
        if (room(before + 4)) {
            found.push_back(impl_->found_region(region));
        }
    }
    for (std::size_t i = kFirst; i < longer.size() && room(most); ++i) {
        found.push_back(impl_->found_city(longer[i]));
    }
    return found;
}

std::string ViewSource::id(geo::RegionIndex region) {
    return impl_->catalog.qualified_id(region);
}

geo::LonLat ViewSource::position(geo::RegionIndex region) {
    return impl_->catalog.region(region).position;
}

bool ViewSource::is_land(geo::LonLat place) {
    return impl_->atlas.country_at(place) != geo::kNoCountry;
}

bool ViewSource::can_be_out(geo::RegionIndex region, Date date) {
    // Dates in doubt are spread on the map: it is to be in service by both.
    for (const sim::Timeline* timeline : {&impl_->timeline, impl_->picture.input().timeline}) {
        if (timeline->region_at(region, date).state != sim::RegionState::open) {
            return false;
        }
        try {
            render::with_outages(*timeline, {{region, date}});
        } catch (const Error&) {
            return false;
        }
    }
    return true;
}

std::vector<render::ViewEvent> view_events(const sim::Timeline& timeline,
                                           const render::SceneOptions& scene) {
    std::vector<render::ViewEvent> result;
    const auto& catalog = timeline.catalog();
    for (const sim::Event& event : timeline.events()) {
        const auto& region = catalog.region(event.region);
        const auto& providers = scene.providers;
        const auto place = std::find(providers.begin(), providers.end(), region.provider);
        const bool counts = place != providers.end() &&
                            scene.scope.counted[region.provider].has(region.region_class);
        const bool is_told =
            event.kind != geo::EventKind::announced && event.kind != geo::EventKind::zones;
        if (!counts || !is_told) {
            continue;
        }
        const std::string where = region.city.empty() ? region.name : region.city;
        const std::string name = catalog.provider(region.provider).short_name;
        const auto text = [&]() -> std::string {
            switch (event.kind) {
                case geo::EventKind::opened:
                    return fmt::format("{} opens {}", name, where);
                case geo::EventKind::closed:
                    return fmt::format("{} closes {}", name, where);
                case geo::EventKind::impaired:
                    return fmt::format("{} {} is impaired", name, where);
                default:
                    return fmt::format("{} {} is restored", name, where);
            }
        }();
        result.push_back({event.date, static_cast<int>(place - providers.begin()), text});
    }
    return result;
}

}  // namespace footprint::cli
