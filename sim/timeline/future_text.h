// How dates after the facts are named, everywhere: tables, charts, maps and films say the same of
// the same catalog. What follows the facts is announced, or comes from a simulated run.
#pragma once

#include <string>

#include "geo/catalog/catalog.h"

namespace footprint::sim {

// "as announced by 2026-11-22, not fact", "simulated from 2026-12-01 by ‘baseline’, not fact"
std::string future_claim(const geo::Catalog& catalog);
// "after 2026-11-22 this is announced, not fact", "after 2026-12-01 this is simulated, not fact"
std::string future_note(const geo::Catalog& catalog);

}  // namespace footprint::sim
