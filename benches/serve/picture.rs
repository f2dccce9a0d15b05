//! Latencies as a picture: an SVG with the percentiles to the right, each nine as wide as the last.

use std::{fmt::Write as _, time::Duration};

use crate::table::{ms, percentile};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 70.0;
const BOTTOM: f64 = 50.0;
const TOP: f64 = 40.0;
/// How many nines there are: up to 99.99 %.
const NINES: f64 = 4.0;

/// The picture of these latencies.
pub fn percentiles(title: &str, latencies: &mut [Duration]) -> String {
    let top = percentile(latencies, 1.0 - 0.1_f64.powf(NINES)).as_secs_f64().max(1e-6) * 1.05;
    let x = |nines: f64| LEFT + nines / NINES * (WIDTH - LEFT - 20.0);
    let y = |seconds: f64| HEIGHT - BOTTOM - seconds / top * (HEIGHT - BOTTOM - TOP);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"{LEFT}\" y=\"24\" font-size=\"14\">{title}</text>\n"
    );
    for (name, nines) in [("0 %", 0.0), ("90 %", 1.0), ("99 %", 2.0), ("99.9 %", 3.0), ("99.99 %", 4.0)] {
        let (at, below) = (x(nines), HEIGHT - BOTTOM + 20.0);
        line(&mut svg, (at, TOP), (at, HEIGHT - BOTTOM));
        let _ = writeln!(svg, "<text x=\"{at:.1}\" y=\"{below}\" text-anchor=\"middle\">{name}</text>");
    }
    for step in 0..=4 {
        let seconds = top * f64::from(step) / 4.0;
        let (at, before) = (y(seconds), LEFT - 8.0);
        line(&mut svg, (LEFT, at), (WIDTH - 20.0, at));
        let name = ms(Duration::from_secs_f64(seconds));
        let _ = writeln!(svg, "<text x=\"{before}\" y=\"{:.1}\" text-anchor=\"end\">{name}</text>", at + 4.0);
    }
    let points: Vec<String> = (0..=200)
        .map(|step| {
            let nines = NINES * f64::from(step) / 200.0;
            let latency = percentile(latencies, 1.0 - 0.1_f64.powf(nines)).as_secs_f64();
            format!("{:.1},{:.1}", x(nines), y(latency.min(top)))
        })
        .collect();
    let points = points.join(" ");
    let _ = writeln!(
        svg,
        "<polyline points=\"{points}\" fill=\"none\" stroke=\"#0b6\" stroke-width=\"2\"/>\n</svg>"
    );
    svg
}

fn line(svg: &mut String, from: (f64, f64), to: (f64, f64)) {
    let ((x1, y1), (x2, y2)) = (from, to);
    let _ =
        writeln!(svg, "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"#ccc\"/>");
}
