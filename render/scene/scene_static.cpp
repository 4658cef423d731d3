// The parts of a scene that never change: text, legend, key, chart frame, borders.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

#include "render/scene/base_map.h"
#include "render/scene/cable_layer.h"
#include "render/scene/scene.h"

namespace footprint::render {
void Scene::make_overlay() {
    if (has_map()) {
        add_map_lines(overlay_, view_, *input_.atlas, *theme_, layout_.unit);
    }
    if (has_furniture()) {
        add_furniture();
    }
}

void Scene::add_furniture() {
    add_header();
    add_classes();
    add_static_legend();
    add_key();
    strip_.add_still(overlay_);
    add_credits();
}

void Scene::add_header() {
    const Rect& r = layout_.title;
    const double size = fitted(title_, 44, FontWeight::bold, r.width);
    const bool has_second = r.height >= u(76);
    overlay_.push_back(
        text(title_, {r.x, r.y + u(has_second ? 42 : 28)}, size, theme_->text, FontWeight::bold));
    if (!has_second) {
        return;
    }
    // Of what would have to be too small to be read, the first part.
    constexpr double kSmallest = 14;
    const bool is_long = fitted(subtitle_, 21, FontWeight::regular, r.width) < kSmallest;
    const std::string said = is_long ? wrapped(subtitle_, kSmallest, r.width).front() : subtitle_;
    const double second = fitted(said, 21, FontWeight::regular, r.width);
    overlay_.push_back(text(said, {r.x, r.y + u(76)}, second, theme_->quiet_text));
}

void Scene::add_classes() {
    if (options_.shading.empty()) {
        return;
    }
    const Rect& r = layout_.classes;
    const double width = r.width / static_cast<double>(kClassCount);
    const double top = r.y;
    const double height = u(16);
    for (std::size_t i = 0; i < kClassCount; ++i) {
        const double x = r.x + static_cast<double>(i) * width;
        overlay_.push_back(FillRect{{x, top, width - u(2), height}, theme_->classes[i]});
        const bool last = i + 1 == kClassCount;
        const std::string label =
            last ? std::string("slower") : fmt::format("≤ {:g} ms", kClassBreaks_ms[i]);
        overlay_.push_back(text(label, {x, top + height + u(21)}, 15, theme_->quiet_text));
    }
}

Rect Scene::legend_cell(std::size_t index) const {
    return render::legend_cell(layout_, index);
}

// A single provider is named by the title of a small frame.
bool Scene::has_legend() const {
    return layout_.providers.height > 0;
}

void Scene::add_static_legend() {
    if (!has_legend()) {
        return;
    }
    const geo::Catalog& catalog = input_.timeline->catalog();
    for (std::size_t i = 0; i < options_.providers.size(); ++i) {
        const geo::ProviderIndex provider = options_.providers[i];
        const Rect cell = legend_cell(i);
        const double middle = cell.y + cell.height / 2;
        SymbolMark mark;
        mark.shape = styles_[provider].shape;
        mark.centre = {cell.x + u(9), middle};
        mark.radius = u(7.2);
        mark.color = hue(provider);
        mark.edge = theme_->symbol_edge;
        overlay_.push_back(mark);
        const std::string& name = catalog.provider(provider).short_name;
        const double size =
            fitted(name, 18, FontWeight::medium, cell.width - u(28) - counts_width());
        overlay_.push_back(text(name, {cell.x + u(26), middle + u(18 * kMiddle)}, size,
                                theme_->text, FontWeight::medium));
        const bool heads_column = !layout_.compact && cell.y < layout_.providers.y + u(23);
        if (heads_column) {
            const double y = layout_.providers.y + u(13);
            const bool sure = options_.chance.empty();
            overlay_.push_back(text(sure ? "regions" : "expected", {cell.right() - u(60), y}, 13,
                                    theme_->quiet_text, FontWeight::regular, Align::right));
            overlay_.push_back(text(sure ? "zones" : "possible", {cell.right(), y}, 13,
                                    theme_->quiet_text, FontWeight::regular, Align::right));
        }
    }
}

void Scene::add_key() {
    if (layout_.compact) {
        return;
    }
    struct Entry {
        const char* label;
        SymbolState state;
        bool uncertain;
    };
    const bool has_future = clock_.to > input_.timeline->as_of();
    std::vector<Entry> entries{{"announced", SymbolState::announced, false},
                               {"open", SymbolState::open, false}};
    if (has_future) {
        entries.push_back(
            {is_simulated() ? "simulated" : "expected", SymbolState::simulated, false});
    }
    entries.push_back({"impaired", SymbolState::impaired, false});
    entries.push_back({"closed", SymbolState::closed, false});
    entries.push_back({"date uncertain", SymbolState::open, true});
    double x = layout_.key.x;
    const double middle = layout_.key.centre().y;
    const auto put_symbol = [&](SymbolState state, bool uncertain, double radius) {
        SymbolMark mark;
        mark.state = state;
        mark.date_uncertain = uncertain;
        x += std::max(0.0, radius - u(8));
        mark.centre = {x + u(9), middle};
        mark.radius = radius;
        mark.color = theme_->quiet_text;
        mark.edge = theme_->symbol_edge;
        overlay_.push_back(mark);
    };
    const auto put_text = [&](const std::string& label, double from) {
        const TextRun run = text(label, {from, middle + u(15 * kMiddle)}, 15, theme_->quiet_text);
        overlay_.push_back(run);
        return from + measure_->measure(run.text, run.font).width;
    };
    if (options_.cables) {
        for (const bool in_use : {false, true}) {
            const Point from{x + u(2), middle};
            add_cable_sample(overlay_, from, {from.x + u(26), middle}, in_use, *theme_,
                             layout_.unit);
            x = put_text(in_use ? "in use" : "cable", from.x + u(32)) + u(18);
        }
    }
    for (const Entry& entry : entries) {
        put_symbol(entry.state, entry.uncertain, u(5.4));
        // The warning sign stands out to the right, and is never smaller than can be seen.
        const double sign = std::max(3.2, 0.85 * u(5.4));
        const double after =
            entry.state == SymbolState::impaired ? u(9) + u(5.4) + 1.3 * sign + u(4) : u(20);
        x = put_text(entry.label, x + after) + u(18);
    }
    x += u(6);
    // How likely a site is, in place of how large.
    for (const int percent : {10, 50, 100}) {
        if (options_.chance.empty()) {
            break;
        }
        put_symbol(SymbolState::open, false, u(6.4));
        auto& sample = std::get<SymbolMark>(overlay_.back());
        sample.color = theme_->accent;
        sample.opacity = chance_opacity(percent / 100.0);
        x = put_text(percent == 100 ? "100 % of runs" : fmt::format("{} %", percent), x + u(20)) +
            u(14);
    }
    for (const int zones : {1, 3, 6}) {
        if (!options_.chance.empty()) {
            break;
        }
        sim::RegionAt example;
        example.state = sim::RegionState::open;
        example.zones = zones;
        const double radius = radius_for(example);
        put_symbol(SymbolState::open, false, radius);
        x = put_text(zones == 6 ? "6 zones" : fmt::format("{}", zones),
                     x + u(9) + std::max(radius + u(5), u(10))) +
            u(14);
    }
}

// The parts between " · ", on as many lines as they need.
std::vector<std::string> Scene::wrapped(const std::string& content, double size,
                                        double width) const {
    constexpr std::string_view kBetween = " · ";
    std::vector<std::string> lines(1);
    std::size_t from = 0;
    while (from < content.size()) {
        const std::size_t at = std::min(content.find(kBetween, from), content.size());
        const std::string part = content.substr(from, at - from);
        const std::string longer =
            lines.back().empty() ? part : lines.back() + std::string(kBetween) + part;
        const Font font{u(size), FontWeight::regular, true};
        if (lines.back().empty() || measure_->measure(longer, font).width <= width) {
            lines.back() = longer;
        } else {
            lines.push_back(part);
        }
        from = at + kBetween.size();
    }
    return lines;
}

// The words, on as many lines as they need.
std::vector<std::string> Scene::broken(const std::string& content, double size,
                                       double width) const {
    std::vector<std::string> lines(1);
    std::istringstream words(content);
    const Font font{u(size), FontWeight::regular, true};
    for (std::string word; words >> word;) {
        const std::string longer = lines.back().empty() ? word : lines.back() + " " + word;
        if (lines.back().empty() || measure_->measure(longer, font).width <= width) {
            lines.back() = longer;
        } else {
            lines.push_back(word);
        }
    }
    return lines;
}

namespace {

// Of a projection, as atlases print it; names that are words of the language stay.
std::string in_print(const std::string& projection) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kNames{
        {{"equal-earth", "Equal Earth"},
         {"robinson", "Robinson"},
         {"natural-earth", "Natural Earth"},
         {"mollweide", "Mollweide"},
         {"winkel-tripel", "Winkel Tripel"},
         {"web-mercator", "Web Mercator"}}};
    for (const auto& [name, printed] : kNames) {
        if (projection == name) {
            return std::string(printed);
        }
    }
    return projection;
}

}  // namespace

void Scene::add_credits() {
    const Rect& r = layout_.credits;
    std::string first =
        fmt::format("footprint · facts as of {}", input_.timeline->catalog().facts_as_of().iso());
    if (!options_.shading.empty() || options_.chart.kind == StripKind::people) {
        first += fmt::format(" · round-trip times modelled ({}), not measured", options_.model);
    }
    first += fmt::format(" · {} projection", in_print(options_.projection));
    if (layout_.compact) {
        add_small_credits(first);
        return;
    }
    const double size = fitted(first, 14, FontWeight::regular, r.width);
    auto lines = wrapped(options_.credits, 12.5, r.width);
    const bool is_too_wide = std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        return fitted(line, 12.5, FontWeight::regular, r.width) < 11.5;
    });
    if (is_too_wide) {
        lines = broken(options_.credits, 12.5, r.width);
    }
    // More lines than the room was laid out for stand closer, clear of the progress bar.
    const bool is_tight = lines.size() > (layout_.stacked ? 2U : 1U);
    overlay_.push_back(text(first, {r.x, r.y + u(is_tight ? 9 : 14)}, size, theme_->quiet_text));
    double y = r.y + u(is_tight ? 25 : 33);
    for (const std::string& line : lines) {
        const double smaller = fitted(line, 12.5, FontWeight::regular, r.width);
        overlay_.push_back(text(line, {r.x, y}, smaller, theme_->quiet_text));
        y += u(is_tight ? 15.5 : 18);
    }
}

// As many lines as there is room for; the file names the other sources.
void Scene::add_small_credits(const std::string& first) {
    const Rect& r = layout_.credits;
    auto lines = broken(first, 13, r.width);
    for (std::string& line : broken(options_.credits, 13, r.width)) {
        lines.push_back(std::move(line));
    }
    double y = r.y + u(13);
    for (const std::string& line : lines) {
        if (y > r.bottom() + u(5)) {
            break;
        }
        overlay_.push_back(text(line, {r.x, y}, 13, theme_->quiet_text));
        y += u(16);
    }
}

}  // namespace footprint::render
