#include "render/window/keys.h"

namespace footprint::render {
namespace {

using Code = sf::Keyboard::Key;

Key plain_key(Code code) {
    switch (code) {
        case Code::Space:
            return Key::space;
        case Code::Left:
            return Key::left;
        case Code::Right:
            return Key::right;
        case Code::Up:
            return Key::up;
        case Code::Down:
            return Key::down;
        case Code::PageUp:
            return Key::page_up;
        case Code::PageDown:
            return Key::page_down;
        case Code::Home:
            return Key::home;
        case Code::End:
            return Key::end;
        case Code::Equal:
        case Code::Add:
            return Key::plus;
        case Code::Hyphen:
        case Code::Subtract:
            return Key::minus;
        case Code::Num0:
        case Code::Numpad0:
            return Key::zero;
        case Code::Escape:
        case Code::Q:
            return Key::quit;
        case Code::S:
            return Key::screenshot;
        case Code::H:
        case Code::F1:
            return Key::help;
        case Code::R:
            return Key::record;
        case Code::C:
            return Key::shade;
        case Code::T:
            return Key::threshold;
        case Code::P:
            return Key::projection;
        case Code::A:
            return Key::compare;
        case Code::Comma:
            return Key::split_left;
        case Code::Period:
            return Key::split_right;
        case Code::X:
            return Key::outage;
        case Code::Enter:
            return Key::ask;
        default:
            return Key::none;
    }
}

Key shifted_key(Code code) {
    switch (code) {
        case Code::Left:
            return Key::pan_left;
        case Code::Right:
            return Key::pan_right;
        case Code::Up:
            return Key::pan_up;
        case Code::Down:
            return Key::pan_down;
        case Code::Tab:
            return Key::previous_region;
        default:
            return Key::none;
    }
}

}  // namespace

KeyPress key_press(const sf::Event::KeyEvent& event) {
    const Code code = event.code;
    if (event.shift && shifted_key(code) != Key::none) {
        return {shifted_key(code), 0};
    }
    if (code == Code::Tab) {
        return {Key::next_region, 0};
    }
    if (code >= Code::Num1 && code <= Code::Num9) {
        return {Key::digit, code - Code::Num0 + (event.shift ? 9 : 0)};
    }
    if (code >= Code::Numpad1 && code <= Code::Numpad9) {
        return {Key::digit, code - Code::Numpad0 + (event.shift ? 9 : 0)};
    }
    return {plain_key(code), 0};
}

}  // namespace footprint::render
