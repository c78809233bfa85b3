//! Lines over time, with an axis, the values under the pointer, and now and max beside the name.

use std::fmt::Write as _;

use leptos::ev::PointerEvent;
use leptos::html;
use leptos::prelude::*;

/// The size of the drawing in its own units; it is stretched to its place.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 100.0;

/// A value at a time (ms since 1970).
pub type Point = (u64, f64);

/// A line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Its name; empty when there is only one.
    pub name: &'static str,
    /// Its points, oldest first.
    pub points: Vec<Point>,
}

/// The words around a chart.
#[derive(Debug, Clone, Copy)]
pub struct ChartTexts {
    /// Before the present value.
    pub now: &'static str,
    /// Before the largest value.
    pub max: &'static str,
    /// Before the limit.
    pub limit: &'static str,
    /// Nothing to draw yet.
    pub empty: &'static str,
    /// How long ago, for the axis of time.
    pub ago: fn(u64) -> String,
}

/// The chart.
#[component]
pub fn Chart(
    /// Its name.
    label: &'static str,
    /// Its lines, three at most.
    #[prop(into)]
    series: Signal<Vec<Series>>,
    /// What can't be exceeded.
    #[prop(optional, into)]
    limit: MaybeProp<f64>,
    /// A value as people read it.
    format: fn(f64) -> String,
    /// The axis reaches at least so far: small values look small.
    #[prop(optional)]
    least: f64,
    /// Values are told in powers of 1024.
    #[prop(optional)]
    binary: bool,
    /// The words around it.
    texts: ChartTexts,
) -> impl IntoView {
    let plot: NodeRef<html::Div> = NodeRef::new();
    // As a share of the width.
    let pointed = RwSignal::new(None::<f64>);
    let largest = Memo::new(move |_| series.with(|series| largest(series)));
    let top = Memo::new(move |_| nice(largest.get().max(least), binary));
    let told = Memo::new(move |_| series.with(|series| told(series, pointed.get()?)));
    let on_move = move |ev: PointerEvent| {
        let Some(plot) = plot.get_untracked() else {
            return;
        };
        let bounds = plot.get_bounding_client_rect();
        let x = (f64::from(ev.client_x()) - bounds.left()) / bounds.width().max(1.0);
        pointed.set(Some(x.clamp(0.0, 1.0)));
    };
    let span = move || {
        series.with(|series| {
            let (first, last) = span(series);
            (texts.ago)(last - first)
        })
    };
    let figures = move || {
        let limit = limit.get();
        let limit = limit.map(|limit| format!(" · {} {}", texts.limit, format(limit)));
        let max = format(largest.get());
        format!("{} {max}{}", texts.max, limit.unwrap_or_default())
    };
    let now = move || series.with(|series| values(series, format));
    let summary = move || format!("{label}: {} {}, {}", texts.now, now().join(" "), figures());
    let told_text = move || {
        let (_, age_ms, values) = told.get()?;
        let values: Vec<String> = values.into_iter().map(format).collect();
        Some(format!("{} · {}", values.join(" / "), (texts.ago)(age_ms)))
    };
    let pointer = Signal::derive(move || told.get().map(|(x, ..)| x));
    view! {
        <figure class="chart">
            <figcaption class="chart-head">
                <span class="chart-label">{label}</span>
                <span class="chart-figures">{figures}</span>
            </figcaption>
            <div class="chart-values"><Values series format /></div>
            <div class="chart-plot" node_ref=plot on:pointermove=on_move on:pointerleave=move |_| pointed.set(None)>
                <Lines series top pointer label=Signal::derive(summary) />
                <span class="chart-top">{move || format(top.get())}</span>
                <span class="chart-middle">{move || format(top.get() / 2.0)}</span>
                <span class="chart-told">{told_text}</span>
                <Show when=move || series.with(|series| series.iter().all(|one| one.points.len() < 2))>
                    <span class="chart-empty">{texts.empty}</span>
                </Show>
            </div>
            <div class="chart-axis"><span>{span}</span><span>{texts.now}</span></div>
        </figure>
    }
}

/// The present values, each with the name of its line.
#[component]
fn Values(series: Signal<Vec<Series>>, format: fn(f64) -> String) -> impl IntoView {
    let names = Memo::new(move |_| {
        series.with(|series| series.iter().map(|one| one.name).collect::<Vec<_>>())
    });
    let value = move |(at, name): (usize, &'static str)| {
        let text = move || series.with(|series| values(series, format).get(at).cloned());
        view! {
            <span class=format!("chart-value chart-series-{at}")>
                <span class="chart-name">{name}</span>
                <span class="chart-now">{text}</span>
            </span>
        }
    };
    move || {
        names
            .get()
            .into_iter()
            .enumerate()
            .map(value)
            .collect_view()
    }
}

/// The drawing.
#[component]
fn Lines(
    series: Signal<Vec<Series>>,
    top: Memo<f64>,
    pointer: Signal<Option<f64>>,
    label: Signal<String>,
) -> impl IntoView {
    let lines = Memo::new(move |_| {
        let top = top.get();
        series.with(|series| {
            let span = span(series);
            let lines = series.iter().map(|one| line(&one.points, span, top));
            lines.collect::<Vec<_>>()
        })
    });
    let area = move || {
        lines.with(|lines| match lines.as_slice() {
            [only] if !only.is_empty() => format!("{only}V{HEIGHT}L0 {HEIGHT}Z"),
            _ => String::new(),
        })
    };
    let path = move |at: usize| move || lines.with(|l| l.get(at).cloned().unwrap_or_default());
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
            <path class="chart-line chart-series-0" d=path(0) />
            <path class="chart-line chart-series-1" d=path(1) />
            <path class="chart-line chart-series-2" d=path(2) />
            <path class="chart-pointer" d=pointed />
        </svg>
    }
}

/// The present values as texts.
fn values(series: &[Series], format: fn(f64) -> String) -> Vec<String> {
    let last = |one: &Series| one.points.last().map_or(0.0, |(_, value)| *value);
    series.iter().map(|one| format(last(one))).collect()
}

fn largest(series: &[Series]) -> f64 {
    let all = series.iter().flat_map(|one| one.points.iter());
    all.map(|(_, value)| *value).fold(0.0, f64::max)
}

/// The first and the last time of all lines.
fn span(series: &[Series]) -> (u64, u64) {
    let firsts = series.iter().filter_map(|one| one.points.first());
    let lasts = series.iter().filter_map(|one| one.points.last());
    let first = firsts.map(|point| point.0).min().unwrap_or(0);
    (first, lasts.map(|point| point.0).max().unwrap_or(first))
}

/// The path of a line in the width that all lines share.
fn line(points: &[Point], (first, last): (u64, u64), top: f64) -> String {
    let span = last.saturating_sub(first).max(1) as f64;
    let mut path = String::with_capacity(points.len() * 14);
    for (at, (time, value)) in points.iter().enumerate() {
        let x = time.saturating_sub(first) as f64 / span * WIDTH;
        let y = HEIGHT - value / top * HEIGHT;
        let step = if at == 0 { "M" } else { "L" };
        // A String takes everything.
        let _ = write!(path, "{step}{x:.1} {y:.1}");
    }
    path
}

/// What is nearest to a share of the width: its own share, how long it is ago, the values there.
fn told(series: &[Series], x: f64) -> Option<(f64, u64, Vec<f64>)> {
    let (first, last) = span(series);
    let length = (last - first).max(1) as f64;
    let share = |time: u64| (time - first) as f64 / length;
    let nearest = |points: &[Point]| {
        let distance = |point: &&Point| (share(point.0) - x).abs();
        points
            .iter()
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
            .copied()
    };
    let found: Vec<Point> = series
        .iter()
        .filter_map(|one| nearest(&one.points))
        .collect();
    let time = found.first()?.0;
    let values = found.iter().map(|(_, value)| *value).collect();
    Some((share(time), last - time, values))
}

/// The next number of the form 1, 2, 5 times a power of ten (of a binary unit, if `binary`); 1 at
/// least.
fn nice(value: f64, binary: bool) -> f64 {
    let unit = match value.max(1.0).log2() {
        log if binary => 1024_f64.powf((log / 10.0).floor()),
        _ => 1.0,
    };
    let value = value / unit;
    let power = 10_f64.powf(value.max(1.0).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    let step = steps.into_iter().find(|step| *step >= value);
    step.unwrap_or(value) * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_of_bytes_ends_at_a_round_number_of_a_unit() {
        let cases = [(900.0, 1000.0), (1_500.0, 2_048.0), (4_200.0, 5_120.0)];
        for (value, expected) in cases {
            assert!((nice(value, true) - expected).abs() < 1e-9, "{value}");
        }
    }

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
                (nice(value, false) - expected).abs() < 1e-9,
                "{value}: {}",
                nice(value, false)
            );
        }
    }

    #[test]
    fn lines_share_a_width_and_are_found_by_the_pointer() {
        let series = [
            Series {
                name: "a",
                points: vec![(1_000, 0.0), (2_000, 5.0), (3_000, 10.0)],
            },
            Series {
                name: "b",
                points: vec![(2_000, 4.0)],
            },
        ];
        assert_eq!(span(&series), (1_000, 3_000));
        assert_eq!(
            line(&series[0].points, span(&series), 10.0),
            "M0.0 100.0L500.0 50.0L1000.0 0.0"
        );
        assert_eq!(line(&series[1].points, span(&series), 10.0), "M500.0 60.0");
        assert_eq!(told(&series, 0.6), Some((0.5, 1_000, vec![5.0, 4.0])));
        assert_eq!(told(&[], 0.6), None);
        assert!((largest(&series) - 10.0).abs() < 1e-9);
    }
}
