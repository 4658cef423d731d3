// One factory per verb; a verb appears in all_verbs() when it works, not before.
#pragma once

#include <memory>

namespace footprint::cli {

class Verb;

std::unique_ptr<Verb> make_animate_verb();
std::unique_ptr<Verb> make_compare_verb();
std::unique_ptr<Verb> make_diff_verb();
std::unique_ptr<Verb> make_explain_verb();
std::unique_ptr<Verb> make_export_verb();
std::unique_ptr<Verb> make_latency_verb();
std::unique_ptr<Verb> make_map_verb();
std::unique_ptr<Verb> make_simulate_verb();
std::unique_ptr<Verb> make_story_verb();
std::unique_ptr<Verb> make_validate_verb();
std::unique_ptr<Verb> make_info_verb();
std::unique_ptr<Verb> make_view_verb();  // in builds with the window
std::unique_ptr<Verb> make_help_verb();

}  // namespace footprint::cli
