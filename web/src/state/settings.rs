//! What one prefers, remembered in this browser.

use leptos::prelude::*;

use super::theme::Theme;

const TIME_ZONE_KEY: &str = "sluicegate.time-zone";
const DENSITY_KEY: &str = "sluicegate.density";
const UPDATE_KEY: &str = "sluicegate.update";

/// In which time zone times are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeZone {
    /// The browser's.
    #[default]
    Local,
    /// UTC.
    Utc,
}

/// How much room rows take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Density {
    /// As many as possible.
    #[default]
    Compact,
    /// With more room for fingers.
    Comfortable,
}

impl TimeZone {
    /// Its name in the storage.
    pub fn key(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Utc => "utc",
        }
    }
}

impl Density {
    /// Its name in the storage and in the page's `data-density`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::Comfortable => "comfortable",
        }
    }
}

/// How often what the events don't tell is asked for, in seconds.
pub const UPDATE_CHOICES_S: [u32; 4] = [1, 2, 5, 15];
const UPDATE_DEFAULT_S: u32 = 2;

/// The settings. `Copy`; taken from the context.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Light or dark.
    pub theme: RwSignal<Theme>,
    time_zone: RwSignal<TimeZone>,
    density: RwSignal<Density>,
    update_s: RwSignal<u32>,
}

impl Settings {
    /// What was chosen before.
    pub fn remembered() -> Self {
        let kept = |key: &str| {
            let storage = window().local_storage().ok().flatten();
            storage.and_then(|storage| storage.get_item(key).ok().flatten())
        };
        let utc = kept(TIME_ZONE_KEY).as_deref() == Some(TimeZone::Utc.key());
        let roomy = kept(DENSITY_KEY).as_deref() == Some(Density::Comfortable.key());
        let update_s = kept(UPDATE_KEY).and_then(|text| text.parse().ok());
        let settings = Self {
            theme: RwSignal::new(Theme::remembered()),
            time_zone: RwSignal::new(if utc { TimeZone::Utc } else { TimeZone::Local }),
            density: RwSignal::new(if roomy {
                Density::Comfortable
            } else {
                Density::Compact
            }),
            update_s: RwSignal::new(
                update_s
                    .filter(|seconds| UPDATE_CHOICES_S.contains(seconds))
                    .unwrap_or(UPDATE_DEFAULT_S),
            ),
        };
        settings.show_density();
        settings
    }

    /// The time zone.
    pub fn time_zone(self) -> TimeZone {
        self.time_zone.get()
    }

    /// The density.
    pub fn density(self) -> Density {
        self.density.get()
    }

    /// Seconds between two questions.
    pub fn update_s(self) -> u32 {
        self.update_s.get()
    }

    /// Seconds between two questions, without tracking.
    pub fn update_s_untracked(self) -> u32 {
        self.update_s.get_untracked()
    }

    /// A time as people read it, in their time zone: `2026-11-24 09:59:26`. Of a text that is no time
    /// the text.
    pub fn time_of(self, text: &str) -> String {
        let ms = js_sys::Date::parse(text);
        if ms.is_nan() {
            text.to_owned()
        } else {
            self.time(ms)
        }
    }

    /// The same of milliseconds since 1970.
    pub fn time(self, ms: f64) -> String {
        let date = js_sys::Date::new(&ms.into());
        let ahead_min = match self.time_zone() {
            TimeZone::Utc => 0.0,
            TimeZone::Local => -date.get_timezone_offset(),
        };
        let date = js_sys::Date::new(&(ms + ahead_min * 60_000.0).into());
        let text = String::from(date.to_iso_string());
        text.get(..19).unwrap_or(&text).replace('T', " ")
    }

    /// Chooses a theme.
    pub fn set_theme(self, theme: Theme) {
        theme.apply();
        self.theme.set(theme);
    }

    /// Chooses a time zone.
    pub fn set_time_zone(self, zone: TimeZone) {
        self.time_zone.set(zone);
        keep(TIME_ZONE_KEY, zone.key());
    }

    /// Chooses a density.
    pub fn set_density(self, density: Density) {
        self.density.set(density);
        keep(DENSITY_KEY, density.key());
        self.show_density();
    }

    /// Chooses how often is asked.
    pub fn set_update_s(self, seconds: u32) {
        self.update_s.set(seconds);
        keep(UPDATE_KEY, &seconds.to_string());
    }

    fn show_density(self) {
        if let Some(root) = document().document_element() {
            // Fails only for a name that is no attribute's.
            let _ = root.set_attribute("data-density", self.density.get_untracked().key());
        }
    }
}

fn keep(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or forbidden storage means that the choice is not remembered.
        let _ = storage.set_item(key, value);
    }
}
