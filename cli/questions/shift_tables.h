// What a change of footprint does to people, as tables: providers, moves, countries, places.
#pragma once

#include <string>
#include <vector>

#include "cli/questions/questions.h"
#include "sim/coverage/outage.h"

namespace footprint::cli {

enum class ShiftKind : std::uint8_t { loss, gain };

class ShiftTables {
  public:
    // `input` must outlive it.
    ShiftTables(const QuestionInput& input, ShiftKind kind);

    // One provider, or several together, before and after.
    void add(const Together& group, const sim::LatencyField& before,
             const sim::LatencyField& after);

    // Into an answer: its tables, and bars of the countries that feel it most.
    void give(Answer& answer);

  private:
    void add_shift(const Together& group, const sim::Outage& result);
    void add_moves(const Together& group, const sim::Outage& result);
    void add_countries(const Together& group, const sim::Outage& result);
    void add_places(const Together& group, const sim::LatencyField& before,
                    const sim::LatencyField& after);
    void add_changes(const sim::Shift& shift, AnswerRow& row) const;
    double toward(double change) const { return kind_ == ShiftKind::loss ? change : 0 - change; }
    AnswerBars bars() const;
    std::string id_of(const Together& group) const;

    const QuestionInput& input_;
    ShiftKind kind_;
    std::string out_;  // heads of the headline's columns
    AnswerTable providers_, moves_, countries_, places_;
};

}  // namespace footprint::cli
