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
    /// A module.
    Module,
    /// The gateway itself.
    Gateway,
    /// Six dots: something to take hold of.
    Grip,
    /// A cross that stands up.
    Plus,
    /// An arrow that turns back.
    Undo,
    /// The same to the other side.
    Redo,
    /// More can be shown.
    Closed,
    /// More is shown.
    Opened,
    /// A hook.
    Check,
    /// A pencil.
    Edit,
    /// A funnel.
    Filter,
    /// Tiles.
    Dashboard,
    /// A line of a heart.
    Monitor,
    /// A plug.
    Listener,
    /// Two persons.
    Users,
    /// Lines of a sheet.
    Log,
    /// A clock that goes back.
    Audit,
    /// Sliders.
    Settings,
    /// A question mark in a circle.
    Help,
    /// Two arrows in a circle.
    Refresh,
    /// Boxes that hang together.
    Map,
    /// An arrow to the right.
    Next,
}

impl Glyph {
    /// The path of what points somewhere.
    fn arrow(self) -> &'static str {
        match self {
            Self::Back => "M13.5 8h-11m4-4-4 4 4 4",
            Self::Ascending => "M8 12.5v-9m-3.2 3.2L8 3.5l3.2 3.2",
            Self::Descending => "M8 3.5v9m-3.2-3.2L8 12.5l3.2-3.2",
            Self::Closed => "m6 3.5 4.5 4.5L6 12.5",
            Self::Opened => "m3.5 6 4.5 4.5L12.5 6",
            _ => "M2.5 8h11m-4-4 4 4-4 4",
        }
    }

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
            Self::Module => "M8 1.8 13.5 5v6L8 14.2 2.5 11V5ZM2.7 5.1 8 8.2l5.3-3.1M8 8.2v5.8",
            Self::Gateway => "M2.5 3h11v4h-11Zm0 6h11v4h-11ZM5 5h.2M5 11h.2m3.3-6h2.7m-2.7 6h2.7",
            Self::Grip => "M5.8 3.6v.2m0 4.1v.2m0 4.1v.2m4.4-8.8v.2m0 4.1v.2m0 4.1v.2",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Undo => "M5.2 2.8 2.5 5.5l2.7 2.7M2.8 5.5h6.4a4 4 0 0 1 0 8H6",
            Self::Redo => "m10.8 2.8 2.7 2.7-2.7 2.7m2.4-2.7H6.8a4 4 0 0 0 0 8H10",
            Self::Check => "m3 8.5 3.2 3.3L13 4.5",
            Self::Edit => "m3 13 .7-3L10.8 2.9l2.3 2.3L6 12.3Zm6.3-8.6 2.3 2.3",
            Self::Filter => "M2.2 3h11.6L9.4 8.4v4.2l-2.8 1V8.4Z",
            Self::Dashboard => {
                "M2.3 2.3h4.9v6.2H2.3Zm6.5 0h4.9v3.4H8.8Zm0 5h4.9v6.4H8.8Zm-6.5 2.8h4.9v3.6H2.3Z"
            }
            Self::Monitor => "M1.5 8.5h3l1.7-4.8 3 8.6 1.9-5 .8 1.2h2.6",
            Self::Listener => {
                "M5.4 2v3.4m5.2-3.4v3.4M3.6 5.4h8.8v2.2a4.4 4.4 0 0 1-8.8 0ZM8 12v2.4"
            }
            Self::Users => {
                "M6 3a2.3 2.3 0 1 1 0 4.6A2.3 2.3 0 0 1 6 3ZM1.6 13.2a4.4 4.4 0 0 1 8.8 0M10.4 3.2a2.2 2.2 0 0 \
                 1 0 4.2m1.4 2.3a4.2 4.2 0 0 1 2.7 3.5"
            }
            Self::Log => "M3.2 2h9.6v12H3.2Zm2.3 3.2h5M5.5 8h5m-5 2.8h3",
            Self::Audit => "M2.6 6.2A5.8 5.8 0 1 1 2.3 9M2.3 2.9v3.4h3.4M8 5v3.3l2.2 1.4",
            Self::Settings => {
                "M2 4.5h6.4m3.4 0H14M2 11.5h2.2m3.4 0H14M8.4 2.9v3.2h3.4V2.9ZM4.2 9.9v3.2h3.4V9.9Z"
            }
            Self::Help => {
                "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8ZM6.2 6.3a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.8.7-.8 \
                 1.4m0 1.9v.2"
            }
            Self::Refresh => {
                "M13.3 6.2A5.6 5.6 0 0 0 3 5.4m-.3 4.4A5.6 5.6 0 0 0 13 10.6M3 2.4v3h3m7 8.2v-3h-3"
            }
            Self::Map => {
                "M1.8 6h3.8v4H1.8Zm8.6-3.6h3.8v3.8h-3.8Zm0 7.4h3.8v3.8h-3.8ZM5.6 8h2.2m2.6-3.7H7.8v7.4h2.6"
            }
            Self::Empty => "M2 9.5 4 3h8l2 6.5v4H2Zm0 0h3.8l.9 1.6h2.6l.9-1.6H14",
            _ => self.arrow(),
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
