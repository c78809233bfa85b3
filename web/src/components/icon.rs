//! The icons, drawn on 16 by 16 with a stroke of one and a half.

use leptos::prelude::*;

/// Which icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    /// Lines that flow: sessions.
    Sessions,
    /// A sun.
    Light,
    /// A moon.
    Dark,
    /// A screen.
    System,
    /// A looking glass.
    Search,
    /// Two bars.
    Pause,
    /// A triangle.
    Play,
    /// Three columns.
    Columns,
    /// A cross.
    Close,
    /// Three lines.
    Menu,
    /// A door and an arrow.
    LogOut,
    /// A lock.
    Lock,
    /// A person.
    User,
    /// A stack of discs.
    Server,
    /// A gate.
    Service,
    /// A triangle with a mark.
    Alert,
    /// A circle with a mark.
    Info,
    /// An arrow to the left.
    Back,
    /// An arrow up.
    Ascending,
    /// An arrow down.
    Descending,
    /// A tray.
    Empty,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Self::Sessions => "M1.5 4.5h7m3 0h3M1.5 8h3m3 0h7M1.5 11.5h9m3 0h1",
            Self::Light => {
                "M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6ZM8 1.2v1.3m0 11v1.3M1.2 8h1.3m11 \
                 0h1.3M3.2 3.2l.9.9m7.8 7.8.9.9m0-9.6-.9.9m-7.8 7.8-.9.9"
            }
            Self::Dark => "M13.6 9.6A6 6 0 0 1 6.4 2.4a6 6 0 1 0 7.2 7.2Z",
            Self::System => "M1.8 2.8h12.4v8H1.8ZM8 10.8v2.4m-2.8 0h5.6",
            Self::Search => "M7 2.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6Zm3.5 8.3 3.5 3.5",
            Self::Pause => "M5.2 3v10m5.6-10v10",
            Self::Play => "M4.8 2.8 12.6 8l-7.8 5.2Z",
            Self::Columns => "M2 2.8h12v10.4H2Zm4 0v10.4m4-10.4v10.4",
            Self::Close => "m3.8 3.8 8.4 8.4m0-8.4-8.4 8.4",
            Self::Menu => "M2 4h12M2 8h12M2 12h12",
            Self::LogOut => "M6.2 2.5H2.8v11h3.4M6.5 8h7m-2.8-2.8L13.5 8l-2.8 2.8",
            Self::Lock => "M3.5 7.2h9v6.3h-9Zm2-.2V5a2.5 2.5 0 0 1 5 0v2",
            Self::User => {
                "M8 2.2a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2ZM2.8 13.8a5.2 5.2 0 0 1 10.4 0"
            }
            Self::Server => {
                "M2.8 4c0-1 2.3-1.8 5.2-1.8S13.2 3 13.2 4 10.9 5.8 8 5.8 2.8 5 2.8 4Zm0 0v8c0 1 2.3 \
                 1.8 5.2 1.8s5.2-.8 5.2-1.8V4m0 4c0 1-2.3 1.8-5.2 1.8S2.8 9 2.8 8"
            }
            Self::Service => "M3 13.8V2.2m10 11.6V2.2M3 4h10M5.5 4v5h5V4M2 13.8h12M5.5 6.5h5",
            Self::Alert => "M8 2.2 14.3 13H1.7Zm0 4.2v3m0 1.6v.4",
            Self::Info => "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8ZM8 7.3v3.6m0-6v.4",
            Self::Back => "M13.5 8h-11m4-4-4 4 4 4",
            Self::Ascending => "M8 12.5v-9m-3.2 3.2L8 3.5l3.2 3.2",
            Self::Descending => "M8 3.5v9m-3.2-3.2L8 12.5l3.2-3.2",
            Self::Empty => "M2 9.5 4 3h8l2 6.5v4H2Zm0 0h3.8l.9 1.6h2.6l.9-1.6H14",
        }
    }
}

/// An icon. Always beside a text, or in a button with a name: it says nothing by itself.
#[component]
pub fn Icon(
    /// Which one.
    #[prop(into)]
    glyph: Signal<Glyph>,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=move || glyph.get().path() />
        </svg>
    }
}
