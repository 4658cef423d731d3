#include "cli/verbs.h"

#include "cli/frame/command.h"

namespace footprint::cli {

std::vector<std::unique_ptr<Verb>> all_verbs() {
    std::vector<std::unique_ptr<Verb>> verbs;
    verbs.push_back(make_animate_verb());
    verbs.push_back(make_story_verb());
    verbs.push_back(make_map_verb());
    verbs.push_back(make_compare_verb());
    verbs.push_back(make_export_verb());
    verbs.push_back(make_explain_verb());
    verbs.push_back(make_latency_verb());
    verbs.push_back(make_diff_verb());
    verbs.push_back(make_simulate_verb());
    verbs.push_back(make_validate_verb());
    verbs.push_back(make_info_verb());
#ifdef FOOTPRINT_WINDOW
    verbs.push_back(make_view_verb());
#endif
    verbs.push_back(make_help_verb());
    return verbs;
}

}  // namespace footprint::cli
