// compare and diff as pictures.
#pragma once

#include <string>

#include "cli/frame/command.h"
#include "cli/pictures/picture_file.h"
#include "cli/tables/answer.h"
#include "cli/tables/compare_report.h"
#include "sim/coverage/difference.h"

namespace footprint::cli {

// The bytes of a picture of a comparison: bars of one date, dots by area, or lines over time.
// Throws Error (usage) for a size or theme that there is not.
std::string compare_picture(const CompareReport& report, PictureFormat format,
                            const ChartOptions& options);

// The answer to a question: a bar a row. Throws Error (usage) as above, or when there are no bars.
std::string answer_picture(const Answer& answer, const AnswerContext& context, PictureFormat format,
                           const ChartOptions& options);

// A postcard: the map of the later date with what changed, and the people gained. Throws as above.
std::string diff_picture(Session& session, const sim::CoverageEngine& engine,
                         const sim::Difference& difference, const geo::Atlas::Area& area,
                         PictureFormat format, const ChartOptions& options);

}  // namespace footprint::cli
