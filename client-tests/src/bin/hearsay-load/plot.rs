//! Latencies by percentile as pictures: one for each profile at a fixed rate, with a line for each who was measured.

use std::fs;
use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::prelude::*;

use crate::profiles::Profile;
use crate::table::Cell;

const SIZE: (u32, u32) = (900, 480);
const FONT: &str = "sans-serif";
const LABEL_SIZE: u32 = 18;
/// Told apart by those who do not see colours as most do, too.
const COLOURS: [RGBColor; 4] =
    [RGBColor(90, 90, 90), RGBColor(0, 114, 178), RGBColor(213, 94, 0), RGBColor(0, 158, 115)];

/// Draws every profile at a fixed rate that has a yardstick into a folder, which is made if needed.
pub(crate) fn draw_all(cells: &[Cell], folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let drawn = |cell: &&Cell| {
        let Profile { rate, contenders, .. } = cell.profile;
        rate.is_some() && contenders[0].kind.is_yardstick() && !cell.runs.is_empty()
    };
    let mut rest: Vec<&Cell> = cells.iter().filter(drawn).collect();
    while let Some(name) = rest.first().map(|cell| cell.profile.name) {
        let (same, others): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|cell| cell.profile.name == name);
        draw(&same, &folder.join(format!("{name}.svg"))).map_err(|error| anyhow!("{error}"))?;
        rest = others;
    }
    Ok(())
}

/// Draws the contenders of one profile.
fn draw(cells: &[&Cell], path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let lines: Vec<_> = cells.iter().map(|cell| (cell.contender.name, curve(cell))).collect();
    let points = || lines.iter().flat_map(|(_, points)| points.iter());
    let slowest_ms = points().map(|(_, ms)| *ms).fold(0.0, f64::max);
    let nines = points().map(|(nines, _)| *nines).fold(1.0, f64::max);
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption(cells[0].profile.title, (FONT, 24))
        .margin(16)
        .x_label_area_size(48)
        .y_label_area_size(64)
        .build_cartesian_2d(0.0..nines, 0.0..slowest_ms * 1.05)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .label_style((FONT, LABEL_SIZE))
        .x_desc("percentile")
        .y_desc("latency, ms")
        .x_label_formatter(&|nines| percentile(*nines))
        .x_labels(5)
        .draw()?;
    for ((name, points), colour) in lines.into_iter().zip(COLOURS.into_iter().cycle()) {
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .label_font((FONT, LABEL_SIZE))
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.9))
        .border_style(BLACK.mix(0.3))
        .draw()?;
    root.present()?;
    Ok(())
}

/// The median latency of all runs at each percentile; the percentile as its number of nines.
fn curve(cell: &Cell) -> Vec<(f64, f64)> {
    let steps = cell.runs.iter().map(|run| run.curve.len()).min().unwrap_or(0);
    let at = |step: usize| {
        let nines = cell.runs.first()?.curve[step].0;
        Some((nines, cell.median(|run| Some(run.curve[step].1))?))
    };
    (0..steps).filter_map(at).collect()
}

/// One nine is 90, two are 99, and so on.
fn percentile(nines: f64) -> String {
    let percent = 100.0 * (1.0 - 10_f64.powf(-nines));
    let digits = (nines.ceil() as usize).saturating_sub(2);
    format!("{percent:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nines_are_shown_as_percentiles() {
        assert_eq!([0.0, 1.0, 2.0, 3.0, 4.0].map(percentile), ["0", "90", "99", "99.9", "99.99"]);
    }
}
