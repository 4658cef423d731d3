// A printed page's furniture for pictures that are not films: margins, headline, date, footer, and
// short ways to set text, bars and symbols. Measures are in units of a 1080-unit short side, so a
// picture looks alike at every size.
#pragma once

#include <string>
#include <vector>

#include "render/scene/display_list.h"
#include "render/scene/theme.h"

namespace footprint::render {

struct SheetOptions {
    int width = 1920;
    int height = 1080;
    std::string theme = "dark";
};

// The words round a picture.
struct SheetText {
    std::string title;
    std::string subtitle;
    std::string date;
    std::string note;     // what the numbers are: modelled, as of when
    std::string credits;  // attributions, joined by " · "
};

class Sheet {
  public:
    // `measure` must outlive it. Throws Error (usage) for an unknown theme or a side under 320.
    Sheet(const SheetOptions& options, const TextMeasure& measure);

    const Theme& theme() const { return *theme_; }
    double unit() const { return unit_; }  // pixels
    double width() const { return width_; }
    double height() const { return height_; }
    bool is_tall() const { return height_ > 0.8 * width_; }

    // Sets headline and footer; returns what is left between them, in units.
    Rect frame(const SheetText& text);

    struct Style {
        double size = 18;
        Color color;
        FontWeight weight = FontWeight::regular;
        Align align = Align::left;
    };
    Style quiet(double size, Align align = Align::left) const {
        return {size, theme_->quiet_text, FontWeight::regular, align};
    }
    Style plain(double size, FontWeight weight = FontWeight::medium,
                Align align = Align::left) const {
        return {size, theme_->text, weight, align};
    }
    // Anchors and rectangles are in units.
    void text(const std::string& content, Point anchor, const Style& style);
    // The same with the anchor at half the height of digits.
    void text_centred(const std::string& content, Point middle, const Style& style);
    // Made smaller where it is wider than `width`.
    void fitted(const std::string& content, Point anchor, double width, Style style);
    double text_width(const std::string& content, double size,
                      FontWeight weight = FontWeight::regular) const;
    void rect(const Rect& r, Color color);
    void rule(Point from, Point to, Color color, double width = 1, bool dashed = false);
    void symbol(const ProviderStyle& style, Point centre, double radius);
    Color hue(const ProviderStyle& style) const { return theme_->hues[style.hue]; }

    Point pixels(Point p) const { return {p.x * unit_, p.y * unit_}; }
    Rect pixels(const Rect& r) const {
        return {r.x * unit_, r.y * unit_, r.width * unit_, r.height * unit_};
    }
    DisplayList& list() { return list_; }
    DisplayList take() { return std::move(list_); }

  private:
    double footer(const SheetText& text);
    std::vector<std::string> wrapped(const std::string& content, double size, double width) const;

    const Theme* theme_;
    const TextMeasure* measure_;
    double unit_ = 1;
    double width_ = 0;  // units
    double height_ = 0;
    DisplayList list_;
};

// Black or white, whichever reads better on `ground`.
Color ink_on(Color ground);
// 0.4149 as "41 %", 0.004 as "0.4 %", 0 as "0 %"; never "100 %" or "0 %" for what only nearly is.
std::string percent_text(double share);

}  // namespace footprint::render
