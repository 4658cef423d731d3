// Questions that `compare` answers beside its table: one flag each.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/frame/command.h"
#include "cli/tables/answer.h"
#include "sim/coverage/engine.h"

namespace footprint::cli {

// Providers that serve together; alone in most questions.
struct Together {
    std::string name;  // "AWS", "AWS and Azure together"
    std::vector<geo::ProviderIndex> providers;
};

// What a question is asked about.
struct QuestionInput {
    Session& session;
    sim::CoverageEngine& engine;
    const geo::DemandPoints& points;
    Date date;
    geo::Atlas::Area area;
    std::vector<geo::ProviderIndex> providers;
    bool providers_named = false;  // else all of them
    bool best = false;             // the providers together
    // The model with more taken away from the cables; see LatencyFlags::without. Throws Error
    // (usage) where the model knows no cables.
    std::function<std::unique_ptr<sim::LatencyModel>(const std::vector<std::string>& without)>
        model_without;

    const sim::CoverageOptions& options() const { return engine.options(); }
    std::span<const double> thresholds_ms() const { return options().thresholds_ms; }
    std::size_t headline() const { return sim::headline_threshold(thresholds_ms()); }
    std::string headline_text() const {
        return threshold_text(thresholds_ms()[headline()]) + " ms";
    }
    const std::string& short_name(geo::ProviderIndex provider) const;
    // The providers one by one, or as one with --best.
    std::vector<Together> groups() const;
    // " of AWS and Azure"; nothing where they are too many to be named.
    std::string of_whom() const;
    // All of them as one.
    Together together() const;
    // "World · 2026-11-22 · 8.2 bn people", and what follows.
    std::string subtitle(const std::string& what) const;
};

// A place for a region that is not there.
struct SitePlace {
    std::string name;
    std::string country;  // ISO alpha-2; empty: not known yet
    geo::LonLat position;
};

class QuestionFlags {
  public:
    void declare(OptionSet& options);
    // Is any asked? Throws Error (usage) for two at once.
    bool asked() const;
    bool is_residency() const { return residency_; }
    // Is it about cities, whose people are those of their census?
    bool is_of_cities() const { return under_served_ == "cities"; }
    // What has to be done to the catalog before it is looked at: --add, --flip.
    void prepare(Session& session, const std::vector<geo::ProviderIndex>& providers, Date date,
                 const geo::Atlas::Area& area);
    Answer answer(const QuestionInput& input) const;

  private:
    bool gap_ = false;
    bool best_ = false;
    std::vector<std::string> lose_;
    std::vector<std::string> add_;
    std::optional<std::string> under_served_;
    bool equity_ = false;
    bool residency_ = false;
    bool dual_stack_ = false;
    bool flip_ = false;
    std::vector<SitePlace> places_;
    std::vector<geo::RegionIndex> added_;
};

// Each in a file of its own, question_<name>.cpp.
Answer answer_best(const QuestionInput& input);
Answer answer_gap(const QuestionInput& input);
Answer answer_lose(const QuestionInput& input, const std::vector<std::string>& what);
Answer answer_under_served(const QuestionInput& input, const std::string& level);
Answer answer_equity(const QuestionInput& input);
Answer answer_residency(const QuestionInput& input);
Answer answer_dual_stack(const QuestionInput& input);

// "Nairobi", "San Jose, CR" or "36.8,-1.3", come apart at commas as lists do. Throws Error (usage).
std::vector<SitePlace> site_places(Session& session, const std::vector<std::string>& words);
// A region of each provider at each place, open on that day, added to the session's catalog.
std::vector<geo::RegionIndex> add_sites(Session& session, const std::vector<SitePlace>& places,
                                        const std::vector<geo::ProviderIndex>& providers,
                                        Date date);
Answer answer_add(const QuestionInput& input, const std::vector<SitePlace>& places,
                  const std::vector<geo::RegionIndex>& added);
// Cities of the area where a region might be built, largest first.
std::vector<SitePlace> flip_candidates(Session& session, const geo::Atlas::Area& area);
Answer answer_flip(const QuestionInput& input, const std::vector<SitePlace>& places,
                   const std::vector<geo::RegionIndex>& added);

// --- what they share ---

// "aws:us-east-1"; "nobody" for sim::kNoRegion.
std::string region_text(const geo::Catalog& catalog, geo::RegionIndex region);
geo::Geometry point_of(geo::LonLat position);
std::string country_name(const geo::Atlas& atlas, geo::CountryIndex country);
std::string country_code(const geo::Atlas& atlas, geo::CountryIndex country);  // ISO alpha-2
// Cities as places that a CoverageEngine takes; weights are populations of the last census, not
// scaled to countries.
struct CityPoints {
    geo::DemandPoints points;
    std::vector<std::uint32_t> index;  // of session.cities().all(), by point
    const geo::Cities* cities = nullptr;
    const geo::City& city(std::uint32_t point) const { return cities->all()[index[point]]; }
};
CityPoints city_points(Session& session);

// The countries of the area that have people, most people first.
std::vector<geo::Atlas::Area> countries_of(const QuestionInput& input);

// Not inline: g++ 12 warns about variants that it sees through but does not understand.
AnswerCell cell_of(std::optional<double> number);
AnswerCell rtt_cell(float rtt_ms);  // nothing without a path

// A column of people for each threshold, the headline's with a head: "people_out_of_20_ms".
void add_threshold_columns(const QuestionInput& input, const std::string& before,
                           const std::string& after, const std::string& head,
                           std::vector<AnswerColumn>& columns);

}  // namespace footprint::cli
