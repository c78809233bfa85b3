//! Which rows of a long list are drawn, and where.

/// The height of a row in CSS pixels; `--row-height` in the style sheet says the same.
pub const ROW_HEIGHT: f64 = 30.0;
/// The height of the head; `--head-height` in the style sheet says the same.
pub const HEAD_HEIGHT: f64 = 32.0;
/// Rows drawn beyond the edges, so that a quick scroll shows no gap.
const BEYOND: usize = 6;
/// A screen of more than 3,600 pixels shows fewer rows than it could.
const SLOTS_MAX: usize = 120;

/// A window onto the list.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Window {
    /// How far it is scrolled.
    pub scroll_top: f64,
    /// The height of what is seen, head included.
    pub height: f64,
}

impl Window {
    /// How many row elements there are. They depend on the height only, never on the list.
    pub fn slots(self) -> usize {
        (self.visible() + 2 * BEYOND + 1).min(SLOTS_MAX)
    }

    /// How many rows are wholly seen.
    pub fn visible(self) -> usize {
        #[expect(clippy::cast_sign_loss, reason = "at least 0")]
        let rows = ((self.height - HEAD_HEIGHT).max(0.0) / ROW_HEIGHT) as usize;
        rows
    }

    /// The place of the first row element's row in a list of `len` rows.
    pub fn first(self, len: usize) -> usize {
        self.top()
            .saturating_sub(BEYOND)
            .min(len.saturating_sub(self.slots()))
    }

    /// The place of the first row that is seen.
    pub fn top(self) -> usize {
        #[expect(clippy::cast_sign_loss, reason = "at least 0")]
        let top = (self.scroll_top.max(0.0) / ROW_HEIGHT) as usize;
        top
    }

    /// Where to scroll to, so that the row at `place` is wholly seen; nowhere if it is.
    pub fn reveal(self, place: usize) -> Option<f64> {
        let above = place as f64 * ROW_HEIGHT;
        let below = above + ROW_HEIGHT - (self.height - HEAD_HEIGHT);
        if above < self.scroll_top {
            Some(above)
        } else if below > self.scroll_top {
            Some(below)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A window that shows ten rows.
    fn window(scroll_top: f64) -> Window {
        Window {
            scroll_top,
            height: HEAD_HEIGHT + 10.0 * ROW_HEIGHT,
        }
    }

    #[test]
    fn the_number_of_row_elements_depends_on_the_height_only() {
        assert_eq!(window(0.0).slots(), 23);
        assert_eq!(window(99_999.0).slots(), 23);
        assert_eq!(
            Window {
                scroll_top: 0.0,
                height: 1e9
            }
            .slots(),
            SLOTS_MAX
        );
        assert_eq!(Window::default().slots(), 13);
    }

    #[test]
    fn rows_are_drawn_from_a_little_above_to_a_little_below() {
        assert_eq!(window(0.0).first(10_000), 0);
        assert_eq!(window(ROW_HEIGHT * 100.5).first(10_000), 94);
        assert_eq!(window(ROW_HEIGHT * 9_990.0).first(10_000), 9_977);
        assert_eq!(window(ROW_HEIGHT * 9_990.0).first(5), 0);
        assert_eq!(window(-50.0).first(10_000), 0);
    }

    #[test]
    fn a_row_out_of_sight_is_scrolled_to_by_the_shortest_way() {
        let seen = window(ROW_HEIGHT * 100.0);
        assert_eq!(seen.reveal(100), None);
        assert_eq!(seen.reveal(109), None);
        assert_eq!(seen.reveal(99), Some(ROW_HEIGHT * 99.0));
        assert_eq!(seen.reveal(110), Some(ROW_HEIGHT * 101.0));
    }
}
