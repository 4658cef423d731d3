#include "render/window/gui.h"

#include <backends/imgui_impl_opengl2.h>
#include <fmt/format.h>
#include <imgui.h>

#include <SFML/Window/Clipboard.hpp>
#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "render/paint/fonts.h"

namespace footprint::render {
namespace {

constexpr double kText_px = 15;
constexpr double kHeading_px = 17;
constexpr int kButtons = 3;

ImVec4 rgba(Color color, double opacity = 1) {
    return {static_cast<float>(color.r) / 255, static_cast<float>(color.g) / 255,
            static_cast<float>(color.b) / 255, static_cast<float>(opacity)};
}

Color mixed(Color a, Color b, double share) {
    const auto part = [&](std::uint8_t x, std::uint8_t y) {
        return static_cast<std::uint8_t>(x + (y - x) * share + 0.5);
    };
    Color result = a;
    result.r = part(a.r, b.r);
    result.g = part(a.g, b.g);
    result.b = part(a.b, b.b);
    return result;
}

// The map's own colours: controls are as quiet as the land, what is chosen has the accent.
void dress(const Theme& theme, double scale) {
    ImGuiStyle& style = ImGui::GetStyle();
    style = ImGuiStyle();
    style.WindowRounding = 6;
    style.ChildRounding = 6;
    style.FrameRounding = 4;
    style.PopupRounding = 6;
    style.GrabRounding = 3;
    style.GrabMinSize = 12;
    style.WindowBorderSize = 1;
    style.FrameBorderSize = theme.name == "contrast" ? 1.0F : 0.0F;
    style.WindowPadding = {12, 10};
    style.FramePadding = {9, 5};
    style.ItemSpacing = {8, 7};
    style.ScrollbarSize = 11;
    style.ScaleAllSizes(static_cast<float>(scale));
    const Color quiet = mixed(theme.background, theme.text, 0.10);
    const Color hovered = mixed(theme.background, theme.text, 0.18);
    const Color active = mixed(theme.background, theme.accent, 0.40);
    const Color line = mixed(theme.background, theme.text, theme.name == "contrast" ? 0.75 : 0.22);
    const auto set = [&](ImGuiCol which, Color color, double opacity = 1) {
        style.Colors[which] = rgba(color, opacity);
    };
    set(ImGuiCol_Text, theme.text);
    set(ImGuiCol_TextDisabled, theme.quiet_text);
    set(ImGuiCol_WindowBg, theme.background, 0.97);
    set(ImGuiCol_PopupBg, theme.background, 0.98);
    set(ImGuiCol_Border, line);
    set(ImGuiCol_FrameBg, quiet);
    set(ImGuiCol_FrameBgHovered, hovered);
    set(ImGuiCol_FrameBgActive, hovered);
    set(ImGuiCol_Button, quiet);
    set(ImGuiCol_ButtonHovered, hovered);
    set(ImGuiCol_ButtonActive, active);
    set(ImGuiCol_Header, active);
    set(ImGuiCol_HeaderHovered, hovered);
    set(ImGuiCol_HeaderActive, active);
    set(ImGuiCol_SliderGrab, theme.accent);
    set(ImGuiCol_SliderGrabActive, theme.accent);
    set(ImGuiCol_CheckMark, theme.accent);
    set(ImGuiCol_Separator, line);
    set(ImGuiCol_ScrollbarBg, theme.background, 0);
    set(ImGuiCol_ScrollbarGrab, hovered);
    set(ImGuiCol_ScrollbarGrabHovered, line);
    set(ImGuiCol_ScrollbarGrabActive, line);
    set(ImGuiCol_PlotHistogram, theme.accent);
    set(ImGuiCol_TextSelectedBg, active);
    set(ImGuiCol_TableBorderLight, line);
    set(ImGuiCol_TableBorderStrong, line);
}

// What names of cities and our own words are written in: all that Inter has shapes for.
const std::vector<ImWchar> kWords{0x20,   0x24F,  0x370,  0x3FF,  0x400,  0x4FF,
                                  0x1E00, 0x1EFF, 0x2010, 0x205E, 0x2190, 0x21FF,
                                  0x2212, 0x2212, 0x25A0, 0x25FF, 0};

// Chinese, Japanese and Korean have too many characters to draw them all beforehand.
constexpr const char* kWideFont = "wqy-microhei.ttc";
constexpr char32_t kFirstWide = 0x2E80;
constexpr char32_t kLastWide = 0xFFEF;

// Without it such characters come out as boxes, as they do on the map.
bool has_font(const std::string& name) {
    try {
        font_file(name);
        return true;
    } catch (const Error&) {
        return false;
    }
}

ImFont* add_font(const std::string& name, double size, const std::vector<ImWchar>& ranges,
                 bool joins_last) {
    ImFontConfig config;
    config.OversampleH = 2;
    config.OversampleV = 1;
    config.MergeMode = joins_last;
    const std::string file = font_file(name).string();
    ImFont* font = ImGui::GetIO().Fonts->AddFontFromFileTTF(file.c_str(), static_cast<float>(size),
                                                            &config, ranges.data());
    if (font == nullptr) {
        throw Error(ExitCode::failed, fmt::format("cannot read the font {}", file));
    }
    return font;
}

const char* clipboard_text(void* kept) {
    auto& text = *static_cast<std::string*>(kept);
    const auto bytes = sf::Clipboard::getString().toUtf8();
    text.assign(bytes.begin(), bytes.end());
    return text.c_str();
}

void set_clipboard_text(void* /*kept*/, const char* text) {
    const std::string_view bytes(text);
    sf::Clipboard::setString(sf::String::fromUtf8(bytes.begin(), bytes.end()));
}

void map_keys(ImGuiIO& io) {
    using Code = sf::Keyboard;
    io.KeyMap[ImGuiKey_Tab] = Code::Tab;
    io.KeyMap[ImGuiKey_LeftArrow] = Code::Left;
    io.KeyMap[ImGuiKey_RightArrow] = Code::Right;
    io.KeyMap[ImGuiKey_UpArrow] = Code::Up;
    io.KeyMap[ImGuiKey_DownArrow] = Code::Down;
    io.KeyMap[ImGuiKey_Home] = Code::Home;
    io.KeyMap[ImGuiKey_End] = Code::End;
    io.KeyMap[ImGuiKey_Delete] = Code::Delete;
    io.KeyMap[ImGuiKey_Backspace] = Code::Backspace;
    io.KeyMap[ImGuiKey_Enter] = Code::Enter;
    io.KeyMap[ImGuiKey_Space] = Code::Space;
    io.KeyMap[ImGuiKey_Escape] = Code::Escape;
    io.KeyMap[ImGuiKey_A] = Code::A;
    io.KeyMap[ImGuiKey_C] = Code::C;
    io.KeyMap[ImGuiKey_V] = Code::V;
    io.KeyMap[ImGuiKey_X] = Code::X;
    io.KeyMap[ImGuiKey_Z] = Code::Z;
}

struct Context {
    ImGuiContext* context = ImGui::CreateContext();
    Context() = default;
    ~Context() { ImGui::DestroyContext(context); }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
};

Rect rect_of(ImVec2 from, ImVec2 to) {
    return {from.x, from.y, to.x - from.x, to.y - from.y};
}

}  // namespace

struct Gui::Impl {
    Context context;
    double scale = 1;
    ImFont* heading = nullptr;
    std::vector<ImWchar> words;  // ranges of characters; ImGui reads them when it draws the font
    std::vector<ImWchar> wide;   // the same, of those that a text has had so far
    bool has_new_characters = false;
    std::string clipboard;
    // A press and its release may come between two frames; ImGui is to see both.
    std::array<bool, kButtons> is_down{};
    std::array<bool, kButtons> was_pressed{};
    std::vector<int> released_keys;
    bool is_menu_open = false;
    std::vector<Control> controls;
    std::vector<std::uint32_t> typed;  // for a field that has no keys yet
    std::vector<Control> noted;
    std::vector<Rect> windows;
    std::vector<Rect> noted_windows;

    ImFont* load_font(const std::string& name, double size) const {
        ImFont* font = add_font(name, size, words, false);
        if (!wide.empty() && has_font(kWideFont)) {
            add_font(kWideFont, size, wide, true);
        }
        return font;
    }

    void load_fonts() {
        ImGui::GetIO().Fonts->Clear();
        load_font("Inter-Regular.otf", kText_px * scale);
        heading = load_font("Inter-SemiBold.otf", kHeading_px * scale);
        has_new_characters = false;
    }
};

Gui::Gui(const Theme& theme, double scale) : impl_(std::make_unique<Impl>()) {
    impl_->scale = scale;
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;  // the window remembers for itself
    io.LogFilename = nullptr;
    io.ConfigInputTextCursorBlink = false;
    io.MousePos = {-1, -1};
    map_keys(io);
    dress(theme, scale);
    io.ClipboardUserData = &impl_->clipboard;
    io.GetClipboardTextFn = clipboard_text;
    io.SetClipboardTextFn = set_clipboard_text;
    impl_->words = kWords;
    impl_->load_fonts();
    ImGui_ImplOpenGL2_Init();
}

Gui::~Gui() {
    ImGui_ImplOpenGL2_Shutdown();
}

double Gui::scale() const {
    return impl_->scale;
}

float Gui::px(double design) const {
    return static_cast<float>(design * impl_->scale);
}

bool Gui::handle(const sf::Event& event) {
    ImGuiIO& io = ImGui::GetIO();
    const auto at = [&](int x, int y) {
        io.MousePos = {static_cast<float>(x), static_cast<float>(y)};
    };
    switch (event.type) {
        case sf::Event::MouseMoved:
            at(event.mouseMove.x, event.mouseMove.y);
            return false;
        case sf::Event::MouseLeft:
            io.MousePos = {-1, -1};
            return false;
        case sf::Event::MouseButtonPressed:
        case sf::Event::MouseButtonReleased: {
            at(event.mouseButton.x, event.mouseButton.y);
            const auto button = static_cast<std::size_t>(event.mouseButton.button);
            if (button < kButtons) {
                const bool is_press = event.type == sf::Event::MouseButtonPressed;
                impl_->is_down.at(button) = is_press;
                impl_->was_pressed.at(button) = impl_->was_pressed.at(button) || is_press;
            }
            return true;
        }
        case sf::Event::MouseWheelScrolled:
            at(event.mouseWheelScroll.x, event.mouseWheelScroll.y);
            if (covers({io.MousePos.x, io.MousePos.y})) {
                io.MouseWheel += event.mouseWheelScroll.delta;
            }
            return false;
        case sf::Event::KeyPressed:
        case sf::Event::KeyReleased: {
            const int code = event.key.code;
            if (code >= 0 && code < IM_ARRAYSIZE(io.KeysDown)) {
                if (event.type == sf::Event::KeyPressed) {
                    io.KeysDown[code] = true;
                } else {
                    impl_->released_keys.push_back(code);
                }
            }
            io.KeyCtrl = event.key.control;
            io.KeyShift = event.key.shift;
            io.KeyAlt = event.key.alt;
            return false;
        }
        default:
            return false;
    }
}

void Gui::type(std::uint32_t character) {
    constexpr std::uint32_t kDelete = 127;
    if (character >= ' ' && character != kDelete) {
        impl_->typed.push_back(character);
    }
}

bool Gui::awaits_text() const {
    return !impl_->typed.empty();
}

void Gui::forget_text() {
    impl_->typed.clear();
}

bool Gui::covers(Point at) const {
    return std::any_of(impl_->windows.begin(), impl_->windows.end(),
                       [&](const Rect& window) { return window.contains(at); });
}

bool Gui::wants_text() const {
    return ImGui::GetIO().WantTextInput;
}

bool Gui::is_menu_open() const {
    return impl_->is_menu_open;
}

void Gui::begin(int width, int height, double seconds) {
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
    io.DeltaTime = static_cast<float>(std::clamp(seconds, 1e-4, 0.5));
    for (std::size_t i = 0; i < kButtons; ++i) {
        io.MouseDown[i] = impl_->is_down.at(i) || impl_->was_pressed.at(i);
        impl_->was_pressed.at(i) = false;
    }
    if (io.WantTextInput) {
        for (const std::uint32_t character : std::exchange(impl_->typed, {})) {
            io.AddInputCharacter(character);
        }
    }
    // Keys walk through an open list and close it; else they are the map's.
    io.ConfigFlags = impl_->is_menu_open ? ImGuiConfigFlags_NavEnableKeyboard : 0;
    impl_->noted.clear();
    impl_->noted_windows.clear();
    if (impl_->has_new_characters) {
        impl_->load_fonts();
        ImGui_ImplOpenGL2_DestroyFontsTexture();  // made anew by the next frame
    }
    ImGui_ImplOpenGL2_NewFrame();
    ImGui::NewFrame();
}

void Gui::end() {
    constexpr ImGuiPopupFlags kAny = ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel;
    impl_->is_menu_open = ImGui::IsPopupOpen("", kAny);
    ImGui::Render();
    ImGui_ImplOpenGL2_RenderDrawData(ImGui::GetDrawData());
    for (const int code : std::exchange(impl_->released_keys, {})) {
        ImGui::GetIO().KeysDown[code] = false;
    }
    impl_->controls = impl_->noted;
    impl_->windows = impl_->noted_windows;
}

void Gui::learn(const std::string& text) {
    if (!is_utf8(text)) {
        return;
    }
    for (const char32_t character : sf::String::fromUtf8(text.begin(), text.end())) {
        const bool is_wide = character >= kFirstWide && character <= kLastWide;
        auto& wide = impl_->wide;
        const auto one = static_cast<ImWchar>(character);
        if (!is_wide || std::find(wide.begin(), wide.end(), one) != wide.end()) {
            continue;
        }
        // From this one to this one, and a zero at the end.
        wide.resize(wide.empty() ? 0 : wide.size() - 1);
        wide.insert(wide.end(), {one, one, 0});
        impl_->has_new_characters = has_font(kWideFont);
    }
}

void Gui::push_heading() {
    ImGui::PushFont(impl_->heading);
}

void Gui::pop_heading() {
    ImGui::PopFont();
}

void Gui::note(std::string name, std::string value) {
    note_at(std::move(name), std::move(value),
            rect_of(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
}

void Gui::note_at(std::string name, std::string value, const Rect& rect) {
    impl_->noted.push_back({std::move(name), std::move(value), rect});
}

const std::vector<Control>& Gui::controls() const {
    return impl_->controls;
}

void Gui::note_window() {
    const ImVec2 from = ImGui::GetWindowPos();
    const ImVec2 size = ImGui::GetWindowSize();
    impl_->noted_windows.push_back({from.x, from.y, size.x, size.y});
}

}  // namespace footprint::render
