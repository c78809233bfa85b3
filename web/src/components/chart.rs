//! A line over time, with its axis, its values under the pointer, and now and max beside its name.

use std::fmt::Write as _;

use leptos::ev::PointerEvent;
use leptos::html;
use leptos::prelude::*;

/// The size of the drawing in its own units; it is stretched to its place.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 100.0;

/// A value at a time (ms since 1970).
pub type Point = (u64, f64);

/// The words around a chart.
#[derive(Debug, Clone, Copy)]
pub struct ChartTexts {
    /// Before the present value.
    pub now: &'static str,
    /// Before the largest value.
    pub max: &'static str,
    /// Before the limit.
    pub limit: &'static str,
    /// The right end of the axis of time.
    pub newest: &'static str,
    /// Nothing to draw yet.
    pub empty: &'static str,
    /// How long ago, for the left end of the axis.
    pub ago: fn(u64) -> String,
}

/// The chart.
#[component]
pub fn Chart(
    /// Its name.
    label: &'static str,
    /// The points, oldest first.
    #[prop(into)]
    points: Signal<Vec<Point>>,
    /// What can't be exceeded.
    #[prop(optional, into)]
    limit: MaybeProp<f64>,
    /// A value as people read it.
    format: fn(f64) -> String,
    /// The words around it.
    texts: ChartTexts,
) -> impl IntoView {
    let plot: NodeRef<html::Div> = NodeRef::new();
    // As a share of the width.
    let pointed = RwSignal::new(None::<f64>);
    let largest = Memo::new(move |_| {
        points.with(|points| points.iter().map(|(_, value)| *value).fold(0.0, f64::max))
    });
    let top = Memo::new(move |_| nice(largest.get()));
    let now = move || points.with(|points| points.last().map_or(0.0, |(_, value)| *value));
    let at = Memo::new(move |_| points.with(|points| nearest(points, pointed.get()?)));
    let on_move = move |ev: PointerEvent| {
        let Some(plot) = plot.get_untracked() else {
            return;
        };
        let bounds = plot.get_bounding_client_rect();
        let x = (f64::from(ev.client_x()) - bounds.left()) / bounds.width().max(1.0);
        pointed.set(Some(x.clamp(0.0, 1.0)));
    };
    let span = move || {
        points.with(|points| match (points.first(), points.last()) {
            (Some((first, _)), Some((last, _))) => (texts.ago)(last - first),
            _ => String::new(),
        })
    };
    let figures = move || {
        let limit = limit
            .get()
            .map(|limit| format!(" · {} {}", texts.limit, format(limit)));
        format!(
            "{} {}{}",
            texts.max,
            format(largest.get()),
            limit.unwrap_or_default()
        )
    };
    let told = move || {
        let (_, (time, value)) = at.get()?;
        let last = points.with(|points| points.last().map_or(0, |(last, _)| *last));
        Some(format!("{} · {}", format(value), (texts.ago)(last - time)))
    };
    let pointer = Signal::derive(move || at.get().map(|(x, _)| x));
    let summary = move || format!("{label}: {} {}, {}", texts.now, format(now()), figures());
    view! {
        <figure class="chart">
            <figcaption class="chart-head">
                <span class="chart-label">{label}</span>
                <span class="chart-now">{move || format(now())}</span>
                <span class="chart-figures">{figures}</span>
            </figcaption>
            <div class="chart-plot" node_ref=plot on:pointermove=on_move on:pointerleave=move |_| pointed.set(None)>
                <Lines points top pointer label=Signal::derive(summary) />
                <span class="chart-top">{move || format(top.get())}</span>
                <span class="chart-middle">{move || format(top.get() / 2.0)}</span>
                <span class="chart-told">{told}</span>
                <Show when=move || points.with(|points| points.len() < 2)>
                    <span class="chart-empty">{texts.empty}</span>
                </Show>
            </div>
            <div class="chart-axis"><span>{span}</span><span>{texts.newest}</span></div>
        </figure>
    }
}

/// The drawing.
#[component]
fn Lines(
    points: Signal<Vec<Point>>,
    top: Memo<f64>,
    pointer: Signal<Option<f64>>,
    label: Signal<String>,
) -> impl IntoView {
    let path = Memo::new(move |_| points.with(|points| line(points, top.get())));
    let area = move || {
        let line = path.get();
        if line.is_empty() {
            return line;
        }
        format!("{line} L{WIDTH} {HEIGHT} L0 {HEIGHT} Z")
    };
    let grid = format!("M0 0H{WIDTH}M0 {}H{WIDTH}M0 {HEIGHT}H{WIDTH}", HEIGHT / 2.0);
    let pointed = move || pointer.get().map(|x| format!("M{} 0V{HEIGHT}", x * WIDTH));
    view! {
        <svg
            class="chart-lines"
            viewBox=format!("0 0 {WIDTH} {HEIGHT}")
            preserveAspectRatio="none"
            role="img"
            aria-label=move || label.get()
        >
            <path class="chart-grid" d=grid />
            <path class="chart-area" d=area />
            <path class="chart-line" d=move || path.get() />
            <path class="chart-pointer" d=pointed />
        </svg>
    }
}

/// The path of a line that fills the width.
fn line(points: &[Point], top: f64) -> String {
    let (Some((first, _)), Some((last, _))) = (points.first(), points.last()) else {
        return String::new();
    };
    let span = (last - first).max(1) as f64;
    let mut path = String::with_capacity(points.len() * 14);
    for (at, (time, value)) in points.iter().enumerate() {
        let x = (time - first) as f64 / span * WIDTH;
        let y = HEIGHT - value / top * HEIGHT;
        path.push_str(if at == 0 { "M" } else { "L" });
        // A String takes everything.
        let _ = write!(path, "{x:.1} {y:.1}");
    }
    path
}

/// The point nearest to a share of the width, with its own share.
fn nearest(points: &[Point], x: f64) -> Option<(f64, Point)> {
    let (first, last) = (points.first()?.0, points.last()?.0);
    let span = (last - first).max(1) as f64;
    let share = |point: &Point| (point.0 - first) as f64 / span;
    let distance = |point: &&Point| (share(point) - x).abs();
    let point = points
        .iter()
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    Some((share(point), *point))
}

/// The next number of the form 1, 2, 5 times a power of ten; 1 at least.
fn nice(value: f64) -> f64 {
    let power = 10_f64.powf(value.max(1.0).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    steps
        .into_iter()
        .find(|step| *step >= value)
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_at_a_round_number() {
        let cases = [
            (0.0, 1.0),
            (0.7, 1.0),
            (1.2, 2.0),
            (42.0, 50.0),
            (50.0, 50.0),
            (512.0, 1000.0),
        ];
        for (value, expected) in cases {
            assert!(
                (nice(value) - expected).abs() < 1e-9,
                "{value}: {}",
                nice(value)
            );
        }
    }

    #[test]
    fn a_line_fills_its_place_and_is_found_by_the_pointer() {
        let points = [(1_000, 0.0), (2_000, 5.0), (3_000, 10.0)];
        assert_eq!(line(&points, 10.0), "M0.0 100.0L500.0 50.0L1000.0 0.0");
        assert_eq!(line(&[], 10.0), "");
        assert_eq!(nearest(&points, 0.6), Some((0.5, (2_000, 5.0))));
    }
}
