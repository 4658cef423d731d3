#include "cli/pictures/recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "base/text.h"

namespace footprint::cli {
namespace {

template <typename T>
std::string value_text(const T& value) {
    if constexpr (std::is_same_v<T, std::filesystem::path>) {
        return value.string();
    } else {
        return fmt::format("{}", value);
    }
}
template <typename T>
std::string value_text(const std::optional<T>& value) {
    return value ? value_text(*value) : "";
}
template <typename T>
std::string value_text(const std::vector<T>& values) {
    std::string text;
    for (const T& value : values) {
        text += (text.empty() ? "" : ",") + value_text(value);
    }
    return text;
}

}  // namespace

std::string recipe(const OptionSet& options, const std::vector<std::string>& without) {
    std::string lines;
    for (const OptionInfo& option : options.all()) {
        const std::string name = split(option.names, ',').front();
        if (std::find(without.begin(), without.end(), name) == without.end()) {
            lines += fmt::format(
                "{}: {}\n", name,
                std::visit([](const auto* value) { return value_text(*value); }, option.target));
        }
    }
    return lines;
}

}  // namespace footprint::cli
