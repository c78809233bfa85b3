//! Real input: the pointer and keys, as the browser gets them from the system.

use std::time::Duration;

use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};

use super::Browser;

/// Keys that have no letter, as WebDriver names them.
pub mod keys {
    /// Control.
    pub const CONTROL: char = '\u{E009}';
    /// Alt.
    pub const ALT: char = '\u{E00A}';
    /// Shift.
    pub const SHIFT: char = '\u{E008}';
    /// Arrow up.
    pub const UP: char = '\u{E013}';
    /// Arrow down.
    pub const DOWN: char = '\u{E015}';
    /// Enter.
    pub const ENTER: char = '\u{E007}';
    /// Escape.
    pub const ESCAPE: char = '\u{E00C}';
    /// The space bar.
    pub const SPACE: char = ' ';
    /// Backspace.
    pub const BACKSPACE: char = '\u{E003}';
    /// Tab.
    pub const TAB: char = '\u{E004}';
}

/// A person's hand takes this long to the next point.
const STEP: Duration = Duration::from_millis(60);

impl Browser {
    /// Presses keys together, the first ones held while the last is pressed.
    pub async fn press(&self, chord: &[char]) {
        let mut actions = KeyActions::new("keys".to_owned());
        for &value in chord {
            actions = actions.then(KeyAction::Down { value });
        }
        for &value in chord.iter().rev() {
            actions = actions.then(KeyAction::Up { value });
        }
        let pressed = self.client().perform_actions(actions).await;
        pressed.unwrap_or_else(|e| panic!("{chord:?}: {e}"));
    }

    /// Types a text, letter by letter, to whatever has the focus.
    pub async fn type_text(&self, text: &str) {
        for letter in text.chars() {
            self.press(&[letter]).await;
        }
    }

    /// Moves the pointer to a point.
    pub async fn point(&self, (x, y): (f64, f64)) {
        let duration = Some(STEP);
        let actions = MouseActions::new("mouse".to_owned());
        let actions = actions.then(PointerAction::MoveTo { duration, x, y });
        let moved = self.client().perform_actions(actions).await;
        moved.unwrap_or_else(|e| panic!("the pointer to {x}, {y}: {e}"));
    }

    /// Takes the pointer down at the first point, moves it over all others, and lets go at the last
    /// if it is to be dropped.
    pub async fn drag(&self, points: &[(f64, f64)], dropped: bool) {
        let mut actions = MouseActions::new("mouse".to_owned());
        for (at, &(x, y)) in points.iter().enumerate() {
            let duration = Some(if at == 0 { Duration::ZERO } else { STEP });
            actions = actions.then(PointerAction::MoveTo { duration, x, y });
            if at == 0 {
                let button = MOUSE_BUTTON_LEFT;
                actions = actions.then(PointerAction::Down { button });
            }
        }
        if dropped {
            let button = MOUSE_BUTTON_LEFT;
            actions = actions.then(PointerAction::Up { button });
        }
        let moved = self.client().perform_actions(actions).await;
        moved.unwrap_or_else(|e| panic!("the pointer over {points:?}: {e}"));
    }

    /// The middle of an element that a JavaScript expression gives, scrolled into sight.
    pub async fn middle(&self, element: &str) -> (f64, f64) {
        let script = format!(
            "const e = {element}; e.scrollIntoView({{block: 'center'}}); \
             const r = e.getBoundingClientRect(); \
             return [Math.round(r.x + r.width / 2), Math.round(r.y + r.height / 2)]"
        );
        let point = self.script(&script).await;
        let at = |i: usize| point[i].as_f64().expect("a number");
        (at(0), at(1))
    }
}
